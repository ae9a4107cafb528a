import type { EntityRef } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import { whatIsBroken } from '../incident/broken.ts'
import { shortened } from '../incident/list.ts'
import { callId, knownIncidents, openIncidents, spoken, subjectOf } from '../subject.ts'
import { listed, momentText, percentText } from '../words.ts'
import { belongs, bySeverity, membersOf, type Sign, signsOf } from './sign.ts'
import { answersRequests, signalCalls, signalFacts, signalsOf, signalText } from './signal.ts'
import { stateOf } from './state.ts'

/** HEALTH of a thing: is it well, what is wrong with it, and what of it could not be seen. */
export const health: Answerer = {
  intent: 'HEALTH',
  plan(situation) {
    const ref = subjectOf(situation)
    return ref ? [...planOf(ref)] : whatIsBroken.plan(situation)
  },
  next(situation, found, round) {
    const ref = subjectOf(situation)
    if (!ref || round > 1) return []
    const members = membersOf(found, ref)
    const worst = knownIncidents(found).find(({ incident }) =>
      incident.affected_entities.some((id) => belongs(ref, members, id)),
    )
    return [
      ...(answersRequests(ref) ? signalCalls(found, situation.nowMs) : []),
      ...(worst ? [planned('get_incident', { id: worst.incident.id })] : []),
    ]
  },
  compose(situation, found) {
    const ref = subjectOf(situation)
    return ref ? composeOf(situation, found, ref) : whatIsBroken.compose(situation, found)
  },
}

export function planOf(ref: EntityRef): PlannedCall[] {
  const { kind, name } = ref
  const clusters = ref.cluster_id === undefined ? {} : { cluster_ids: [ref.cluster_id] }
  const base = [
    openIncidents,
    planned('list_alerts', { limit: 200 }),
    planned('list_anomalies', { limit: 200 }),
  ]
  if (kind === 'CLUSTER')
    return [
      ...base,
      planned('get_cluster_status', { cluster_id: ref.id }),
      planned('list_findings', { cluster_ids: [ref.id], limit: 100 }),
      planned('list_workloads', { cluster_ids: [ref.id], limit: 200 }),
    ]
  if (kind === 'NAMESPACE')
    return [
      ...base,
      planned('list_findings', { ...clusters, namespace: name, limit: 100 }),
      planned('list_workloads', { ...clusters, namespace: name, limit: 200 }),
      planned('list_pods', { ...clusters, namespace: name, problems: true }),
    ]
  const own = [...base, planned('list_findings', { name, limit: 50 })]
  if (kind === 'NODE')
    return [
      ...own,
      planned('list_nodes', { ...clusters, name }),
      planned('list_pods', { ...clusters, node: name, problems: true }),
    ]
  if (kind === 'POD') return [...own, planned('list_pods', { ...clusters, search: name })]
  return [...own, planned('list_workloads', { name }), ...(answersRequests(ref) ? [signalFacts(ref)] : [])]
}

function composeOf(situation: Situation, found: Found, ref: EntityRef) {
  const { question, persona, nowMs } = situation
  const writer = new DraftWriter()
  const state = stateOf(found, ref, nowMs)
  const isPlace = ref.kind === 'CLUSTER' || ref.kind === 'NAMESPACE'
  const states = state.wrong
  // Of a cluster or node its own state comes first; of what runs in it, what explains the state.
  const isOwn = ref.kind === 'CLUSTER' || ref.kind === 'NODE' || ref.kind === 'POD'
  const signs = isOwn
    ? [
        ...states.filter(isOfItself(ref)),
        ...[...signsOf(found, ref), ...states.filter((one) => !isOfItself(ref)(one))].sort(bySeverity),
      ]
    : [...signsOf(found, ref), ...states].sort(bySeverity)
  const signals = answersRequests(ref) ? signalsOf(found) : []
  const worse = signals.filter(({ isWorse }) => isWorse)
  // A notice is no trouble, and neither is what somebody silenced.
  const trouble = signs.filter(({ severity, text }) => severity !== 'INFO' && !text.includes(', silenced'))
  const looked = [
    'list_incidents',
    'list_alerts',
    'list_findings',
    'list_nodes',
    'list_pods',
    'list_workloads',
    'get_cluster_status',
  ] as const
  const calls = looked.flatMap((tool) => (found.output(tool) ? [callId(found, tool)] : []))
  if (calls.length === 0) return notSeen(writer, found, ref)
  const isSeen = state.seen.length > 0 || signals.length > 0 || signs.length > 0
  const first = trouble[0]
  if (first || worse.length > 0) {
    const parts = [
      ...worse.slice(0, 2).map(signalText),
      ...(worse.length < 2 ? trouble.slice(0, isPlace ? 3 : 1).map(({ text }) => text) : []),
    ]
    writer.headline(
      `${question.slots.yesNo && question.slots.askedState !== 'TROUBLE' ? 'No: ' : ''}${ref.name} is in trouble: ${parts.join('; ')}${first?.since && !isPlace ? `; since ${momentText(first.since, nowMs)}` : ''}.`,
      [...worse.map(({ record }) => record), ...trouble.slice(0, 3).flatMap(flat)],
    )
  } else if (isSeen)
    writer.headline(
      `${question.slots.yesNo ? `${question.slots.askedState === 'TROUBLE' ? 'No' : 'Yes'}, as far as can be seen: ` : ''}nothing is known to be wrong with ${ref.name}; no open incident and no finding names it${signs.length === 0 ? ', and no alert fires for it' : ''}.`.replace(
        /^./,
        (letter) => letter.toUpperCase(),
      ),
      calls,
    )
  else {
    writer.headline(
      `${ref.name} stands in none of the open incidents, alerts and findings, and nothing was seen that would tell how it is.`,
      calls,
    )
    writer.caveat('No measurement and no state of it was found, so this is not the same as healthy.', calls)
  }
  sayRole(writer, found, ref)
  const quiet = signals.filter((signal) => !worse.slice(0, 2).includes(signal))
  if (quiet.length > 0)
    writer.say(
      `${sentence(listed(quiet.map(signalText)))}.`,
      quiet.map(({ record }) => record),
    )
  const told = worse.length < 2 ? trouble.slice(0, isPlace ? 3 : 1) : []
  const rest = signs.filter((sign) => !told.includes(sign))
  const shown = rest.slice(0, Math.ceil(rowsOf(persona.depth) * 0.6))
  for (const sign of shown)
    writer.say(
      `${sentence(sign.text)}${sign.since ? `, since ${momentText(sign.since, nowMs)}` : ''}.`,
      sign.cites,
    )
  if (rest.length > shown.length)
    writer.say(`${rest.length - shown.length} more signs of trouble are not listed here.`, calls)
  const said = signs.map(({ text }) => text)
  for (const { text, cites } of state.seen.filter((one) => !said.includes(one.text)).slice(0, 3))
    writer.say(`${sentence(text)}.`, cites)
  sayUnseen(writer, found, ref)
  if (trouble.length > 0 || worse.length > 0)
    writer.suggest(
      `Why is ${ref.name} failing?`,
      `What changed on ${ref.name}?`,
      `What should I do about ${ref.name}?`,
    )
  else writer.suggest(`What does ${ref.name} depend on?`, `What changed on ${ref.name}?`, 'What is broken?')
  const incident = found.output('get_incident')
  if (incident) writer.about(incident.id)
  return writer.draft
}

/** A state of the thing itself rather than of what is in it. */
const isOfItself =
  (ref: EntityRef) =>
  ({ text }: Sign): boolean =>
    text.startsWith(`${ref.name} `) || text.startsWith(`${ref.kind.toLowerCase()} ${ref.name} `)

/** Every look failed: that is all that can be said. */
function notSeen(writer: DraftWriter, found: Found, ref: EntityRef) {
  const failures = found.calls.map(({ id }) => id)
  writer.headline(`Not known: nothing of ${ref.name} could be looked at.`, failures).outcome('UNANSWERABLE')
  sayUnseen(writer, found, ref)
  return writer.draft
}

const flat = (sign: Sign | undefined): readonly Cited[] => (sign ? ([sign.cites].flat() as Cited[]) : [])
/** Names stay as they are written. */
const sentence = (text: string): string =>
  text.replace(
    /^(?:alert|node|pod|requests|nothing|connections|error)\b/,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  )

/** Cause or symptom: what the incident's diagnosis says of the thing. */
function sayRole(writer: DraftWriter, found: Found, ref: EntityRef): void {
  const story = found.output('get_incident')
  const outcome = found.of('get_incident')
  const cause = story?.diagnosis?.causes[0]
  if (!story || !outcome || !cause || ref.kind === 'CLUSTER' || ref.kind === 'NAMESPACE') return
  const checked = story.diagnosis?.checked.find(
    ({ entity }) => spoken(entity) === ref.name && entity.startsWith(`${ref.kind.toLowerCase()}/`),
  )
  const role =
    spoken(cause.entity) === ref.name
      ? `${ref.name} itself is the most likely cause of INC-${story.number} (${percentText(cause.probability)})`
      : checked?.verdict === 'SYMPTOM'
        ? `In INC-${story.number} it is a symptom; the diagnosis puts ${spoken(cause.entity)} first (${percentText(cause.probability)})`
        : `The diagnosis of INC-${story.number} puts ${spoken(cause.entity)} first (${percentText(cause.probability)})`
  writer.say(`${role}: ${shortened(cause.sentence)}.`, outcome.records[1])
}

/** What was to be looked at and could not be. */
function sayUnseen(writer: DraftWriter, found: Found, ref: EntityRef): void {
  for (const call of found.calls) {
    if (call.status !== 'FAILED' && call.status !== 'DENIED' && call.status !== 'TIMEOUT') continue
    writer.couldNot(`${whatOf[call.tool] ?? call.tool} of ${ref.name}`, call.sentence)
  }
}
const whatOf: Readonly<Record<string, string>> = {
  ...{
    list_incidents: 'incidents',
    list_alerts: 'alerts',
    list_anomalies: 'anomalies',
    list_findings: 'findings',
  },
  ...{
    find_metrics: 'metrics',
    query_metrics: 'measurements',
    list_workloads: 'workloads',
    list_pods: 'pods',
  },
  ...{ list_nodes: 'the node', get_cluster_status: 'state', get_incident: 'the incident' },
}
