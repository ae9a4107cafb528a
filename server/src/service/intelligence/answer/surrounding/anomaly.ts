import { alertsOf } from '../alert.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { nextReason, seenOf } from '../cause/suspect.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { answersRequests, signalCalls, signalFacts, signalsOf, signalText } from '../health/signal.ts'
import { failed, shortened } from '../incident/list.ts'
import { callId, isPartOf, openIncidents, spoken, subjectOf } from '../subject.ts'
import { counted, listed, momentText } from '../words.ts'

/** ANOMALIES: what does not do what it usually does. */
export const anomalies: Answerer = {
  intent: 'ANOMALIES',
  plan(situation) {
    const ref = subjectOf(situation)
    return [
      planned('list_anomalies', { state: situation.question.slots.past ? 'ALL' : 'ACTIVE', limit: 200 }),
      planned('list_alerts', { limit: 200 }),
      ...(ref
        ? answersRequests(ref)
          ? [signalFacts(ref)]
          : [planned('list_findings', { name: ref.name, limit: 20 })]
        : [openIncidents]),
    ]
  },
  next(situation, found, round) {
    const ref = subjectOf(situation)
    if (ref) return round === 1 && answersRequests(ref) ? signalCalls(found, situation.nowMs) : []
    return isNone(situation, found) ? nextReason(situation, found, round) : []
  },
  compose(situation, found) {
    const { persona, nowMs } = situation
    const writer = new DraftWriter()
    if (failed(found, writer, 'list_anomalies', 'anomalies')) return writer.draft
    const ref = subjectOf(situation)
    const seen = anomaliesOf(situation, found)
    const call = callId(found, 'list_anomalies')
    const signals = ref ? signalsOf(found) : (seenOf(situation, found)?.signals ?? [])
    const worse = signals.filter(({ isWorse }) => isWorse)
    const of = ref ? ` about ${ref.name}` : ''
    const name = ref?.name ?? seenOf(situation, found)?.suspect.ref.name
    if (seen.length > 0) {
      const first = seen[0]!
      writer.headline(
        `${counted(seen.length, 'anomaly', 'anomalies')}${of} ${seen.length === 1 ? 'goes' : 'go'} on; the worst: ${shortened(first.one.sentence)}, since ${momentText(first.one.started_at, nowMs)}.`,
        [call, first.record],
      )
    } else if (worse.length > 0)
      writer.headline(
        `The detector holds no anomaly${of} open, but measurements of ${name} changed clearly within the hour: ${listed(worse.map(signalText))}.`,
        [call, ...worse.map(({ record }) => record)],
      )
    else writer.headline(`No anomaly${of} is going on.`, call)
    if (seen.length > 0 && worse.length > 0)
      writer.say(
        `Measurements of ${name}: ${listed(worse.map(signalText))}.`,
        worse.map(({ record }) => record),
      )
    const usual = ref ? signals.filter(({ isWorse }) => !isWorse) : []
    if (usual.length > 0)
      writer.say(
        `As usual: ${listed(usual.map(signalText))}.`,
        usual.map(({ record }) => record),
      )
    const alerts = alertsOf(situation, found).filter(
      ({ alert }) => !alert.silenced && alert.severity !== 'INFO',
    )
    if (alerts.length > 0)
      writer.say(
        `Alerts that fire${ref ? ` for ${ref.name}` : ''}: ${listed(alerts.map(({ alert }) => `${alert.name}${!ref && alert.entity ? ` on ${spoken(alert.entity)}` : ''}`))}.`,
        alerts.slice(0, 10).map(({ record }) => record),
      )
    writer.table(
      'Anomalies',
      [
        { key: 'of', title: 'Of' },
        { key: 'metric', title: 'Metric' },
        { key: 'what', title: 'What happened' },
        { key: 'severity', title: 'Severity' },
        { key: 'since', title: 'Since' },
      ],
      seen.map(({ one, record }) => ({
        cells: {
          ...{
            of: one.entity ? spoken(one.entity) : null,
            metric: one.metric,
            what: shortened(one.sentence),
          },
          ...{ severity: one.severity, since: momentText(one.started_at, nowMs) },
        },
        cites: record,
      })),
      rowsOf(persona.depth),
    )
    if (name) writer.suggest(`Why is ${name} failing?`, `Show the latency of ${name} over the last hour`)
    return writer.suggest('What is broken?', 'Which alerts are firing?').draft
  },
}

const anomaliesOf = (situation: Situation, found: Found) => {
  const ref = subjectOf(situation)
  return (found.output('list_anomalies')?.anomalies ?? [])
    .map((one, i) => ({ one, record: found.record('list_anomalies', i) }))
    .filter(({ one }) => !ref || (one.entity !== undefined && isPartOf(ref, one.entity)))
}
const isNone = (situation: Situation, found: Found): boolean => anomaliesOf(situation, found).length === 0
