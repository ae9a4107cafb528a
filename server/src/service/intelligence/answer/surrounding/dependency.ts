import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import type { Neighbour } from '../../tool/topology.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { causeText } from '../incident/list.ts'
import {
  affectedNames,
  callId,
  chosenIncident,
  isPartOf,
  type Known,
  namedOf,
  openIncidents,
  spoken,
  subjectOf,
  subjectsOf,
} from '../subject.ts'
import { counted, durationText, listed, momentText, percentText, rounded } from '../words.ts'

type Near = { one: Neighbour; record: EvidenceRecord | undefined }

/** Things that are called and call; pods, workloads and nodes are what they run as. */
const speaks: ReadonlySet<string> = new Set(['service', 'database', 'queue', 'external', 'function', 'host'])

const columns = [
  { key: 'name', title: 'Name' },
  { key: 'direction', title: 'Direction' },
  { key: 'health', title: 'Health' },
  { key: 'rate', title: 'Calls', numeric: true },
  { key: 'errors', title: 'Errors', numeric: true },
  { key: 'mean', title: 'Mean time', numeric: true },
  { key: 'owner', title: 'Owner' },
] as const

const row = ({ one, record }: Near) => ({
  cells: {
    ...{ name: spoken(one.id), direction: wayOf(one), health: one.health, owner: one.owner },
    rate: one.calls_per_second === null ? null : `${rounded(one.calls_per_second)}/s`,
    errors: one.error_ratio === null ? null : percentText(one.error_ratio),
    mean: one.mean_ms === null ? null : durationText(one.mean_ms),
  },
  cites: record,
})

const wayOf = ({ direction, relation, hops, via }: Neighbour): string => {
  const far = hops > 1 && via ? ` by way of ${spoken(via)}` : ''
  if (direction === 'UP')
    return `${relation === 'CALLS' ? 'calls it' : relation === 'RUNS_ON' ? 'runs on it' : 'needs it'}${far}`
  return `${relation === 'CALLS' ? 'is called' : relation === 'RUNS_ON' ? 'carries it' : 'is needed'}${far}`
}

export const near = (found: Found): Near[] =>
  (found.output('get_topology')?.entities ?? []).map((one, i) => ({
    one,
    record: found.record('get_topology', i),
  }))

/** Which thing; asked back where none was named. */
function askBack(writer: DraftWriter, found: Found, question: (name: string) => string) {
  const services = near(found).filter(({ one }) => one.kind === 'service')
  writer.headline('Of which service?', callId(found, 'get_topology'))
  writer.outcome('CLARIFY')
  for (const { one } of services.slice(0, 5)) writer.choice(spoken(one.id), question(spoken(one.id)))
  return writer.draft
}

const asksOutside = /\b(external|outside|third[- ]part\w+|vendors?|foreign|internet)\b/i

/** What services call that is run by somebody else. */
function sayOutside(writer: DraftWriter, found: Found) {
  const outside = near(found).filter(({ one }) => one.kind === 'external')
  const call = callId(found, 'get_topology')
  if (outside.length === 0) writer.headline('Nothing outside is known to be called from here.', call)
  else
    writer.headline(
      `${counted(outside.length, 'thing')} outside ${outside.length === 1 ? 'is' : 'are'} known to be called from here: ${listed(
        outside.map(({ one }) => spoken(one.id)),
        20,
      )}.`,
      [call, ...outside.map(({ record }) => record)],
    )
  return writer.suggest(...outside.slice(0, 3).map(({ one }) => `Who calls ${spoken(one.id)}?`)).draft
}

/** What is asked about is not known to the topology. */
export function notThere(writer: DraftWriter, found: Found, ref: EntityRef) {
  const outcome = found.of('get_topology')
  writer.headline(`Not known: the topology says nothing of ${ref.name}.`, outcome?.call.id)
  writer.couldNot(`the topology around ${ref.name}`, outcome?.call.sentence ?? 'It was not asked.')
  return writer.outcome('UNANSWERABLE').suggest(`Is ${ref.name} healthy?`).draft
}

/** "Upstream and downstream" is both, whichever was read first. */
const directionOf = ({ question }: Situation): 'UP' | 'DOWN' | 'BOTH' =>
  /\bup\w*\b.*\bdown\w*\b|\bdown\w*\b.*\bup\w*\b/i.test(question.text)
    ? 'BOTH'
    : (question.slots.direction ?? 'BOTH')

/** DEPENDENCIES: what a thing needs and who needs it. */
const dependencies: Answerer = {
  intent: 'DEPENDENCIES',
  plan(situation) {
    const ref = subjectOf(situation)
    return [
      planned(
        'get_topology',
        ref
          ? { entity: ref.id, direction: directionOf(situation) }
          : asksOutside.test(situation.question.text)
            ? { kinds: ['external'] }
            : { kinds: ['service'] },
      ),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const ref = subjectOf(situation)
    if (!ref && asksOutside.test(situation.question.text)) return sayOutside(writer, found)
    if (!ref) return askBack(writer, found, (name) => `What does ${name} depend on?`)
    if (!found.output('get_topology')) return notThere(writer, found, ref)
    const all = near(found)
    const of = (direction: 'UP' | 'DOWN', isCalls: boolean) =>
      all.filter(({ one }) => one.direction === direction && speaks.has(one.kind) === isCalls)
    const [down, up] = [of('DOWN', true), of('UP', true)]
    const asked = directionOf(situation)
    const call = callId(found, 'get_topology')
    const names = (some: readonly Near[]): string =>
      listed(
        some.map(({ one }) => spoken(one.id)),
        12,
      )
    const parts = [
      ...(asked === 'UP'
        ? []
        : [
            down.length > 0
              ? `${ref.name} depends on ${names(down)}`
              : `${ref.name} is not known to depend on anything`,
          ]),
      ...(asked === 'DOWN'
        ? []
        : [up.length > 0 ? `${ref.name} is called by ${names(up)}` : `nothing is known to call ${ref.name}`]),
    ]
    writer.headline(`${parts.join('; ')}.`, [
      call,
      ...down.map(({ record }) => record),
      ...up.map(({ record }) => record),
    ])
    const bad = [...down, ...up].filter(({ one }) => one.health !== 'HEALTHY')
    if (bad.length > 0)
      writer.say(
        `In trouble among them: ${listed(bad.map(({ one }) => `${spoken(one.id)} (${one.health})`))}.`,
        bad.map(({ record }) => record),
      )
    const runs = of('DOWN', false).filter(({ one }) => one.kind === 'workload' || one.kind === 'node')
    if (runs.length > 0 && asked !== 'UP')
      writer.say(
        `It runs as ${listed(runs.map(({ one }) => `${one.labels.kind ?? one.kind} ${spoken(one.id)}`))}.`,
        runs.map(({ record }) => record),
      )
    writer.table(`Around ${ref.name}`, columns, [...down, ...up].map(row), rowsOf(situation.persona.depth))
    return writer.suggest(
      `What is the blast radius if ${ref.name} goes down?`,
      `Is ${ref.name} healthy?`,
      `Who owns ${ref.name}?`,
    ).draft
  },
}

/** How far a failure is followed: over calls, three; a node's pods, workloads and services come before the first call. */
const [callHops, hostHops] = [3, 6]
const hostKinds: ReadonlySet<EntityRef['kind']> = new Set([
  'NODE',
  'HOST',
  'POD',
  'WORKLOAD',
  'CLUSTER',
  'NAMESPACE',
  'GPU',
])

/** "Does X suffer when Y is down": of several names, the one whose failure is spoken of. */
function failingOf(situation: Situation): EntityRef | undefined {
  const all = subjectsOf(situation)
  const named = all.find(({ name }) =>
    new RegExp(
      `\\b(?:if|when|once|without|los(?:e|ing)|after)\\s+(?:the\\s+)?${RegExp.escape(name)}`,
      'i',
    ).test(situation.question.text),
  )
  return named ?? all[0]
}

/** BLAST_RADIUS: who would notice. */
const blastRadius: Answerer = {
  intent: 'BLAST_RADIUS',
  plan(situation) {
    const ref = failingOf(situation)
    return [
      planned(
        'get_topology',
        ref
          ? {
              entity: ref.id,
              direction: 'UP',
              depth: hostKinds.has(ref.kind) ? hostHops : callHops,
              limit: 200,
            }
          : { kinds: ['service'] },
      ),
      planned('list_alerts', { limit: 200 }),
      ...(ref ? [] : [openIncidents]),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const ref = failingOf(situation)
    const incident = ref ? undefined : incidentAsked(situation, found)
    if (incident) return ofIncident(writer, incident, situation.nowMs)
    if (!ref) return askBack(writer, found, (name) => `What is the blast radius if ${name} goes down?`)
    if (!found.output('get_topology')) return notThere(writer, found, ref)
    // A service that several clusters run is one to those who call it.
    const callers = near(found).filter(({ one }) => one.direction === 'UP' && speaks.has(one.kind))
    const hit = [...Map.groupBy(callers, ({ one }) => spoken(one.id)).values()].map(([nearest]) => nearest!)
    const call = callId(found, 'get_topology')
    if (hit.length === 0)
      writer.headline(`Nothing is known to depend on ${ref.name}, so nothing else would be affected.`, call)
    else
      writer.headline(
        `If ${ref.name} fails, ${counted(hit.length, 'service')} would be affected: ${listed(
          hit.map(({ one }) => spoken(one.id)),
          12,
        )}.`,
        [call, ...hit.map(({ record }) => record)],
      )
    for (const other of subjectsOf(situation).filter(({ name }) => name !== ref.name)) {
      const isHit = hit.some(({ one }) => spoken(one.id) === other.name)
      writer.say(`${other.name} is ${isHit ? 'among them' : `not among what needs ${ref.name}`}.`, [
        call,
        ...hit.map(({ record }) => record),
      ])
    }
    const direct = hit.filter(({ one }) => one.hops === 1)
    if (direct.length > 0 && direct.length < hit.length)
      writer.say(
        `Directly: ${listed(direct.map(({ one }) => spoken(one.id)))}; the others by way of these.`,
        direct.map(({ record }) => record),
      )
    saySuffering(writer, found, hit)
    writer.table(`What depends on ${ref.name}`, columns, hit.map(row), rowsOf(situation.persona.depth))
    if (hit.length > 0)
      writer.caveat(
        'It counts calls and placements that were seen or told; a service may survive without one of its parts.',
        call,
      )
    return writer.suggest(
      `What does ${ref.name} depend on?`,
      `Is ${ref.name} healthy?`,
      `Who owns ${ref.name}?`,
    ).draft
  },
}

/** "What does the worst incident affect" is about an incident, not about a service. */
const incidentAsked = (situation: Situation, found: Found): Known | undefined =>
  namedOf(situation, 'INCIDENT') ||
  /\b(incident|outage|trouble|problem|mess|it)\b/i.test(situation.question.text) ||
  !/\b(if|when|suppose|would|could|were)\b/i.test(situation.question.text)
    ? chosenIncident(situation, found)
    : undefined

function ofIncident(writer: DraftWriter, { incident, record }: Known, nowMs: number) {
  const name = `INC-${incident.number}`
  writer.headline(
    `${name} (${incident.severity}) affects ${listed(affectedNames(incident), 12)}, since ${momentText(incident.started_at, nowMs)}.`,
    record,
  )
  if (incident.cause) writer.say(`Most likely cause: ${causeText(incident)}.`, record)
  return writer.about(incident.id).suggest(`Why ${name}?`, `What should I do about ${name}?`).draft
}

function saySuffering(writer: DraftWriter, found: Found, hit: readonly Near[]): void {
  const alerts = (found.output('list_alerts')?.alerts ?? []).map((alert, i) => ({
    alert,
    record: found.record('list_alerts', i),
  }))
  const suffering = hit.flatMap((near) => {
    const own = alerts.filter(
      ({ alert }) =>
        alert.entity !== undefined &&
        alert.severity !== 'INFO' &&
        isPartOf({ kind: 'SERVICE', name: spoken(near.one.id), id: near.one.id }, alert.entity),
    )
    return own.length > 0 || near.one.health === 'FAILING' || near.one.health === 'DEGRADED'
      ? [{ near, own }]
      : []
  })
  if (suffering.length === 0) {
    if (hit.length > 0)
      writer.say('None of them is in trouble now.', [
        callId(found, 'list_alerts'),
        ...hit.slice(0, 5).map(({ record }) => record),
      ])
    return
  }
  writer.say(
    `In trouble already: ${listed(suffering.map(({ near, own }) => `${spoken(near.one.id)} (${own[0] ? own[0].alert.name : near.one.health})`))}.`,
    suffering.flatMap(({ near, own }) => [near.record, own[0]?.record]),
  )
}

/** What a thing needs, and who needs it. */
export const dependencyAnswerers: readonly Answerer[] = [dependencies, blastRadius]
