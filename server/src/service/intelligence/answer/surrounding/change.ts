import type { EntityRef } from '@aiops/contract/model/answer'
import type { QuestionTime } from '../../question/question.ts'
import { type ChangeLine, changedName } from '../../tool/change.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { failed, shortened } from '../incident/list.ts'
import { callId, chosenIncident, isPartOf, namedOf, openIncidents, spoken, subjectOf } from '../subject.ts'
import { counted, durationText, listed, momentText } from '../words.ts'

const twoHoursMs = 7_200_000
const asksVersion = /\b(?:versions?|images?|tags?|builds?)\b/i
const asksBefore = /\b(before|right before|just before|prior|led up|leading up|preced\w*)\b/i

/** WHAT_CHANGED: of everything, of one thing, or before an incident. */
export const whatChanged: Answerer = {
  intent: 'WHAT_CHANGED',
  plan(situation): PlannedCall[] {
    const { question, nowMs } = situation
    const { time } = question
    const ref = subjectOf(situation)
    // Without a time, what is remembered of changes: two hours. "Before it broke" needs what was before.
    const startMs = time.text === '' || asksBefore.test(question.text) ? nowMs - twoHoursMs : time.startMs
    const [fromMs, toMs] = aroundOf(time)
    const range = {
      since: new Date(Math.min(startMs, fromMs)).toISOString(),
      ...(time.text === '' || toMs >= nowMs ? {} : { until: new Date(toMs).toISOString() }),
    }
    const where: { entity?: string; namespace?: string; cluster_ids?: string[] } =
      ref === undefined
        ? {}
        : ref.kind === 'CLUSTER'
          ? { cluster_ids: [ref.id] }
          : ref.kind === 'NAMESPACE'
            ? { namespace: ref.name }
            : { entity: ref.id }
    return [
      planned('list_changes', { ...range, ...where, limit: 100 }),
      openIncidents,
      planned('list_alerts', { limit: 200 }),
      ...(ref && asksVersion.test(question.text) && ref.kind !== 'CLUSTER' && ref.kind !== 'NAMESPACE'
        ? [planned('list_workloads', { name: ref.name })]
        : []),
    ]
  },
  next(situation, found, round) {
    if (round > 1) return []
    const named = namedOf(situation, 'INCIDENT')
    const isNone = subjectOf(situation)?.kind === 'NAMESPACE' && found.output('list_changes')?.total === 0
    return [
      ...(named && !found.of('get_incident') ? [planned('get_incident', { id: named.id })] : []),
      ...(isNone ? [planned('list_changes', { limit: 20 }, 'elsewhere')] : []),
    ]
  },
  compose(situation, found) {
    const { persona, nowMs } = situation
    const writer = new DraftWriter()
    if (failed(found, writer, 'list_changes', 'changes')) return writer.draft
    const ref = subjectOf(situation)
    const onset = onsetOf(situation, found, ref)
    const known = (found.output('list_changes')?.changes ?? []).map((change, i) => ({
      ...{ change, record: found.record('list_changes', i) },
    }))
    const isOfOther = namedOf(situation, 'ALERT') ?? namedOf(situation, 'RUNBOOK')
    const named = isOfOther ? undefined : situation.question.slots.named
    const person = namedOf(situation, 'PERSON')?.name
    // A flag or a configuration has no id of its own; it is what a change says was changed.
    const all = known.filter(
      ({ change }) =>
        (named === undefined || ref !== undefined || mentions(change, named)) &&
        (person === undefined || change.actor === person) &&
        !situation.question.except?.some(({ name }) => changedName(change) === name),
    )
    const isBefore = asksBefore.test(situation.question.text) && onset !== undefined
    const changes = isBefore ? all.filter(({ change }) => change.at <= onset.at) : all
    const call = callId(found, 'list_changes')
    const { except = [] } = situation.question
    const besides = except.length > 0 ? ` besides those of ${listed(except.map((one) => one.name))}` : ''
    const of = `${ref ? ` of ${ref.name}` : named ? ` of ${named}` : ''}${person ? ` by ${person}` : ''}${besides}`
    const when = rangeText(situation)
    const first = changes[0]
    sayVersion(writer, found, ref)
    if (!first) {
      writer.headline(`No change${of} is known ${isBefore ? 'before the trouble began' : when}.`, call)
      sayBlind(writer, ref, call)
      sayElsewhere(writer, found, situation)
    } else {
      const gap = onset && Date.parse(onset.at) - Date.parse(first.change.at)
      const relation =
        gap === undefined || gap < 0
          ? ''
          : `, ${gap < 60_000 ? 'right' : durationText(gap)} before ${onset?.what}`
      writer.headline(
        isBefore
          ? `The last change${of} before ${onset?.what}: ${changeLine(first.change)}, at ${momentText(first.change.at, nowMs)}${relation.replace(/ before .*$/, ' before it')}.`
          : `${counted(changes.length, 'change')}${of} ${when}; the latest: ${changeLine(first.change)}, at ${momentText(first.change.at, nowMs)}${relation}.`,
        [call, first.record, onset?.cites],
      )
    }
    writer.table(
      'Changes',
      [
        { key: 'at', title: 'Time' },
        { key: 'of', title: 'Of' },
        { key: 'kind', title: 'Kind' },
        { key: 'what', title: 'What' },
        { key: 'by', title: 'By' },
      ],
      changes.map(({ change, record }) => ({
        cells: {
          ...{ at: momentText(change.at, nowMs), of: changedName(change), kind: change.kind },
          ...{ what: whatText(change), by: change.actor ?? null },
        },
        cites: record,
      })),
      rowsOf(persona.depth),
    )
    for (const { cluster, reason } of found.output('list_changes')?.missing ?? [])
      writer.couldNot(`changes inside ${cluster}`, reason)
    if (first && named && first.change.fields.length === 0)
      writer.caveat(
        `What in ${changedName(first.change)} was changed is not told: the change names no field.`,
        first.record,
      )
    if (first && /\bwhy\b/i.test(situation.question.text))
      writer.caveat('Why it was changed is not told; who made it would know.', first.record)
    const name = ref?.name ?? (first ? changedName(first.change) : undefined)
    if (name) writer.suggest(`Is ${name} healthy?`, `Why is ${name} failing?`)
    return writer.suggest('What is broken?').draft
  },
}

type Onset = { at: string; what: string; cites: ReturnType<Found['record']> }

/** When the thing that was asked about, or the incident, got into trouble. */
function onsetOf(situation: Situation, found: Found, ref: EntityRef | undefined): Onset | undefined {
  const story = found.output('get_incident')
  if (story)
    return { at: story.started_at, what: `INC-${story.number}`, cites: found.record('get_incident', 0) }
  if (!ref) return undefined
  const alert = (found.output('list_alerts')?.alerts ?? [])
    .map((one, i) => ({ one, record: found.record('list_alerts', i) }))
    .filter(({ one }) => one.entity !== undefined && isPartOf(ref, one.entity) && one.severity !== 'INFO')
    .sort((a, b) => (a.one.starts_at < b.one.starts_at ? -1 : 1))[0]
  if (alert) return { at: alert.one.starts_at, what: `the alert ${alert.one.name}`, cites: alert.record }
  const chosen = chosenIncident(situation, found)
  return (
    chosen && { at: chosen.incident.started_at, what: `INC-${chosen.incident.number}`, cites: chosen.record }
  )
}

/** `billing: deployment of billing 2.6.3 → 2.7.0, by release-bot`. */
export const changeLine = (change: ChangeLine): string => {
  const name = changedName(change)
  return `${change.summary.includes(name) ? '' : `${name}: `}${shortened(change.summary)}${change.actor ? `, by ${change.actor}` : ''}`
}

const whatText = ({ summary, fields }: ChangeLine): string => {
  const shown = fields
    .slice(0, 2)
    .filter(
      ({ before, after }) =>
        !(
          before !== null &&
          after !== null &&
          summary.includes(spoken(before)) &&
          summary.includes(spoken(after))
        ),
    )
    .map(
      ({ path, before, after }) =>
        `${path} ${shortened(before ?? 'nothing')} → ${shortened(after ?? 'nothing')}`,
    )
  return [shortened(summary), ...shown].join('; ')
}

/** "around 14:39": who says a moment means what was near it. */
const nearMs = 600_000
const aroundOf = ({ startMs, endMs, isMoment }: QuestionTime): readonly [number, number] =>
  isMoment ? [startMs - nearMs, endMs + nearMs] : [startMs, endMs]

function rangeText({ question: { time }, nowMs }: Situation): string {
  if (time.text === '' || asksBefore.test(time.text)) return 'in the last two hours'
  const [fromMs, toMs] = aroundOf(time)
  return toMs >= nowMs - 60_000
    ? `in the last ${durationText(nowMs - fromMs)}`
    : `between ${momentText(fromMs, nowMs)} and ${momentText(toMs, nowMs)}`
}

/** The image that runs now, whether or not its rollout is remembered. */
function sayVersion(writer: DraftWriter, found: Found, ref: EntityRef | undefined): void {
  const workloads = found.output('list_workloads')?.workloads ?? []
  for (const [i, { kind, name, cluster_name, images }] of workloads.entries())
    if (ref && name === ref.name && images.length > 0)
      writer.headline(
        `${kind} ${name} in ${cluster_name} runs ${listed(images)}.`,
        found.record('list_workloads', i),
      )
}

/** Whether a change is of what is named: in its summary, its fields, or its object. */
const mentions = ({ summary, fields, object }: ChangeLine, named: string): boolean =>
  [summary, object?.name ?? '', ...fields.map(({ path }) => path)].some((text) =>
    text.toLowerCase().includes(named.toLowerCase()),
  )

/** Nothing of the thing itself: what was changed elsewhere in that time is often what was looked for. */
function sayElsewhere(writer: DraftWriter, found: Found, { nowMs }: Situation): void {
  const others = (found.output('list_changes', 'elsewhere')?.changes ?? []).map((change, i) => ({
    ...{ change, record: found.record('list_changes', i, 'elsewhere') },
  }))
  for (const { change, record } of others.slice(0, 2))
    writer.say(`Elsewhere: ${changeLine(change)}, at ${momentText(change.at, nowMs)}.`, record)
}

/** Nobody tells of every change. */
const sayBlind = (writer: DraftWriter, ref: EntityRef | undefined, call: string | undefined) =>
  writer.caveat(
    `Known are changes that pipelines tell of and those seen in watched clusters; ${ref ? `others of ${ref.name}` : 'others'} would not show here.`,
    call,
  )
