import { changedName } from '../../tool/change.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import { answersRequests, signalCalls, signalFacts, signalsOf, signalText } from '../health/signal.ts'
import { isPartOf, namedOf, objectId, spoken, subjectOf } from '../subject.ts'
import { durationText, momentText } from '../words.ts'
import { nextIncident, planIncident, shortened, storyOr } from './list.ts'

type Onset = { at: string; text: string; cites: Cited }

/** Signs of trouble of the thing that was asked about, the earliest first: alerts, findings, anomalies. */
function onsetsOf(situation: Situation, found: Found): Onset[] {
  const ref = subjectOf(situation)
  const alert = namedOf(situation, 'ALERT')
  const isIt = (id: string | undefined): boolean => !ref || (id !== undefined && isPartOf(ref, id))
  const alerts = (found.output('list_alerts')?.alerts ?? []).flatMap((one, i): Onset[] =>
    (alert ? one.name === alert.name : isIt(one.entity))
      ? [
          {
            at: one.starts_at,
            text: `alert ${one.name}${one.entity && !ref ? ` on ${spoken(one.entity)}` : ''}`,
            cites: found.record('list_alerts', i),
          },
        ]
      : [],
  )
  const findings = (found.output('list_findings')?.findings ?? []).flatMap((one, i): Onset[] =>
    one.since &&
    ref &&
    [one.object, one.parent].some((object) => object && isPartOf(ref, objectId(one.cluster_name, object)))
      ? [{ at: one.since, text: shortened(one.title), cites: found.record('list_findings', i) }]
      : [],
  )
  const anomalies = (found.output('list_anomalies')?.anomalies ?? []).flatMap((one, i): Onset[] =>
    ref && isIt(one.entity)
      ? [{ at: one.started_at, text: shortened(one.sentence), cites: found.record('list_anomalies', i) }]
      : [],
  )
  const shifts = signalsOf(found).flatMap((one): Onset[] =>
    one.isWorse && one.shiftAt ? [{ at: one.shiftAt, text: signalText(one), cites: one.record }] : [],
  )
  return [...alerts, ...findings, ...anomalies, ...shifts].sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** WHEN_STARTED: since when something is as it is. */
export const whenStarted: Answerer = {
  intent: 'WHEN_STARTED',
  plan(situation) {
    const ref = subjectOf(situation)
    return [
      ...planIncident(situation),
      planned('list_alerts', { limit: 200 }),
      planned('list_anomalies', { limit: 200 }),
      ...(ref && answersRequests(ref) ? [signalFacts(ref)] : []),
      ...(ref
        ? [
            planned('list_findings', { search: ref.name, limit: 50 }),
            planned('list_changes', { entity: ref.id }),
          ]
        : []),
    ]
  },
  next: (situation, found, round) => [
    ...nextIncident(situation, found, round),
    ...(round === 1 && found.output('find_metrics') ? signalCalls(found, situation.nowMs) : []),
  ],
  compose(situation, found) {
    const { nowMs } = situation
    const ref = subjectOf(situation)
    const onsets = onsetsOf(situation, found)
    const first = onsets[0]
    if (!first) {
      const read = storyOr(situation, found)
      if ('draft' in read) return read.draft
      const { story, places, at } = read.story
      return new DraftWriter()
        .about(story.id)
        .headline(`INC-${story.number} began at ${momentText(story.started_at, nowMs)}.`, at(places.incident))
        .suggest(`What changed before INC-${story.number}?`, `Why INC-${story.number}?`).draft
    }
    const writer = new DraftWriter()
    const name = ref?.name ?? namedOf(situation, 'ALERT')?.name ?? 'It'
    writer.headline(
      `The first sign of trouble with ${name === 'It' ? 'it' : name} was at ${momentText(first.at, nowMs)}: ${first.text}.`,
      first.cites,
    )
    for (const one of onsets.slice(1, 4)) writer.say(`${momentText(one.at, nowMs)}: ${one.text}.`, one.cites)
    const story = found.output('get_incident')
    const record = found.record('get_incident', 0)
    if (story) {
      writer.about(story.id)
      writer.say(`INC-${story.number} counts it from ${momentText(story.started_at, nowMs)}.`, record)
      sayEarlier(writer, found, first.at, nowMs)
    }
    sayChangeBefore(writer, found, first)
    writer.suggest(
      `Why is ${ref?.name ?? 'it'} failing?`,
      `What changed on ${ref?.name ?? 'it'}?`,
      `Show the logs of ${ref?.name ?? 'it'}`,
    )
    return writer.draft
  },
}

/** An alert waits before it fires: what the diagnosis saw may have begun earlier. */
function sayEarlier(writer: DraftWriter, found: Found, firstAt: string, nowMs: number): void {
  const read = found.of('get_incident')
  const evidence = read?.records.filter(({ type, time }) => type === 'CAUSE' && time !== null) ?? []
  const metric = evidence
    .filter(({ fields, time }) => fields.kind === 'ONSET' && time! < firstAt)
    .sort((a, b) => (a.time! < b.time! ? -1 : 1))[0]
  if (metric)
    writer.say(
      `Measurements show it from ${momentText(metric.time!, nowMs)}: ${shortened(metric.sentence)}.`,
      metric,
    )
}

/** The last change before something began, where there was one within the hour. */
function sayChangeBefore(writer: DraftWriter, found: Found, { at, cites }: Onset): void {
  const before = (found.output('list_changes')?.changes ?? [])
    .map((change, i) => ({ change, record: found.record('list_changes', i) }))
    .find(({ change }) => change.at <= at && Date.parse(at) - Date.parse(change.at) <= 3_600_000)
  if (!before) return
  const gap = Date.parse(at) - Date.parse(before.change.at)
  writer.say(
    `${durationText(gap)} before the first sign, ${changedName(before.change)} was changed: ${before.change.summary}${before.change.actor ? ` (by ${before.change.actor})` : ''}.`,
    [before.record, cites],
  )
}

/** TIMELINE: what happened, in order. */
export const timeline: Answerer = {
  intent: 'TIMELINE',
  plan: (situation): PlannedCall[] => [
    ...planIncident(situation),
    planned('list_changes', { limit: 100 }),
    planned('list_alerts', { limit: 200 }),
  ],
  next: nextIncident,
  compose(situation, found) {
    const read = storyOr(situation, found)
    const { persona, nowMs } = situation
    const writer = new DraftWriter()
    const moments: Onset[] = []
    if ('story' in read) {
      const { story, places, at } = read.story
      writer.about(story.id)
      for (const [i, alert] of story.alerts.entries())
        moments.push({
          at: alert.starts_at,
          text: `Alert ${alert.name}${alert.entity ? ` on ${spoken(alert.entity)}` : ''} (${alert.severity}): “${shortened(alert.message)}”`,
          cites: at(places.alerts[i]),
        })
      for (const [i, anomaly] of story.anomalies.entries())
        moments.push({
          at: anomaly.started_at,
          text: shortened(anomaly.sentence),
          cites: at(places.anomalies[i]),
        })
      for (const [i, one] of story.timeline.entries())
        if (!['ALERT_ADDED', 'ANOMALY_ADDED'].includes(one.type))
          moments.push({ at: one.at, text: shortened(one.sentence), cites: at(places.timeline[i]) })
      const from = Date.parse(story.started_at) - 3_600_000
      const to = story.resolved_at ? Date.parse(story.resolved_at) : nowMs
      for (const [i, change] of (found.output('list_changes')?.changes ?? []).entries())
        if (Date.parse(change.at) >= from && Date.parse(change.at) <= to && concerns(story, change.entities))
          moments.push({
            at: change.at,
            text: `Changed: ${changedName(change)}, ${change.summary}${change.actor ? ` (by ${change.actor})` : ''}`,
            cites: found.record('list_changes', i),
          })
    } else if (subjectOf(situation) || namedOf(situation, 'INCIDENT')) return read.draft
    if (moments.length === 0) return 'draft' in read ? read.draft : writer.draft
    moments.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    const first = moments[0]!
    if ('story' in read) {
      const { story, places, at } = read.story
      writer.headline(
        `INC-${story.number} began at ${momentText(story.started_at, nowMs)} and ${story.resolved_at ? `ended at ${momentText(story.resolved_at, nowMs)}` : 'goes on'}; the first thing in its story is at ${momentText(first.at, nowMs)}: ${first.text}.`,
        [at(places.incident), first.cites],
      )
      writer.suggest(
        `Why INC-${story.number}?`,
        `What should I do about INC-${story.number}?`,
        'What changed in the last two hours?',
      )
    }
    const most = Math.max(rowsOf(persona.depth) * 2, 12)
    writer.table(
      'Timeline',
      [
        { key: 'at', title: 'Time' },
        { key: 'what', title: 'What happened' },
      ],
      moments.map(({ at, text, cites }) => ({ cells: { at: momentText(at, nowMs), what: text }, cites })),
      most,
    )
    return writer.draft
  },
}

/** A change of what the incident affects or is held to come from. */
const concerns = (
  story: {
    affected_entities: string[]
    primary_entity: string | null
    diagnosis: { causes: { entity: string }[] } | null
  },
  entities: readonly string[],
): boolean => {
  const names = new Set(
    [
      ...story.affected_entities,
      ...(story.primary_entity ? [story.primary_entity] : []),
      ...(story.diagnosis?.causes.map(({ entity }) => entity) ?? []),
    ].map(spoken),
  )
  return entities.some((id) => names.has(spoken(id)))
}
