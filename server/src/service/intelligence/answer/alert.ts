import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import type { AlertLine } from '../tool/alert.ts'
import { matchersText } from '../tool/silence.ts'
import { type Answerer, type Found, planned, type Situation } from './answerer.ts'
import { DraftWriter, rowsOf } from './draft.ts'
import { failed, shortened } from './incident/list.ts'
import { callId, isPartOf, namedOf, spoken, subjectOf } from './subject.ts'
import { counted, listed, momentText } from './words.ts'

type Seen = { alert: AlertLine; record: EvidenceRecord | undefined }

/** Alerts that fit the question, in the order of the tool: the most severe first. */
export function alertsOf(situation: Situation, found: Found): Seen[] {
  const { severity, named } = situation.question.slots
  const ref = subjectOf(situation)
  const name = namedOf(situation, 'ALERT')?.name
  const word = name === undefined && named !== undefined ? named.toLowerCase() : undefined
  const all = (found.output('list_alerts')?.alerts ?? []).map((alert, i) => ({
    ...{ alert, record: found.record('list_alerts', i) },
  }))
  const { except = [] } = situation.question
  const left = all.filter(({ alert }) => except.some((one) => isAbout(alert, one)))
  const leftIncidents = new Set(left.flatMap(({ alert }) => alert.incident_id ?? []))
  const fit = all.filter(
    ({ alert }) =>
      !left.some((one) => one.alert === alert) &&
      !leftIncidents.has(alert.incident_id ?? '') &&
      (severity === undefined || alert.severity === severity) &&
      (name === undefined || alert.name === name) &&
      (ref === undefined || isAbout(alert, ref)),
  )
  const worded =
    word === undefined
      ? fit
      : fit.filter(({ alert }) => `${alert.name} ${alert.message}`.toLowerCase().includes(word))
  return worded.length > 0 || word === undefined ? worded : fit
}

const isAbout = (alert: AlertLine, ref: EntityRef): boolean =>
  (alert.entity !== undefined && isPartOf(ref, alert.entity)) ||
  alert.source === ref.name ||
  Object.entries(alert.labels).some(([label, value]) => value === ref.name && placeLabels.has(label))
/** Labels that say where or of what an alert is. */
const placeLabels: ReadonlySet<string> = new Set([
  ...['cluster', 'namespace', 'node', 'host', 'instance', 'service', 'pod', 'deployment', 'statefulset'],
  ...['k8s.cluster.name', 'k8s.namespace.name', 'service.name', 'host.name', 'job'],
])

const firing = planned('list_alerts', { limit: 200 })

/** LIST_ALERTS: which fire. */
const listAlerts: Answerer = {
  intent: 'LIST_ALERTS',
  plan: ({ question: { slots, time } }) => [
    firing,
    ...(slots.past
      ? [
          planned('list_alert_history', {
            limit: 200,
            ...(time.text === ''
              ? {}
              : {
                  start_time: new Date(time.startMs).toISOString(),
                  end_time: new Date(time.endMs).toISOString(),
                }),
          }),
        ]
      : []),
  ],
  compose(situation, found) {
    const writer = new DraftWriter()
    if (failed(found, writer, 'list_alerts', 'alerts')) return writer.draft
    const seen = alertsOf(situation, found)
    const call = callId(found, 'list_alerts')
    const { question, persona, nowMs } = situation
    const of = ofText(situation)
    if (seen.length === 0) {
      writer.headline(`No, no${kindText(situation)} alert fires${of}.`, call)
      writer.suggest('Which alerts are firing?', 'Are there any anomalies?')
    } else {
      const oldest = [...seen].sort((a, b) => (a.alert.starts_at < b.alert.starts_at ? -1 : 1))[0]!
      const first = asksOldest.test(question.text) ? oldest : seen[0]!
      const which =
        first === oldest && asksOldest.test(question.text)
          ? 'the one that fires longest is'
          : seen.length === 1
            ? 'it is'
            : 'the worst is'
      writer.headline(
        `${counted(seen.length, `${kindText(situation).trim()} alert`.trim())} ${seen.length === 1 ? 'fires' : 'fire'}${of}; ${which} ${alertText(first.alert)}, since ${momentText(first.alert.starts_at, nowMs)}.`,
        [call, first.record],
      )
      const silenced = seen.filter(({ alert }) => alert.silenced)
      if (silenced.length > 0)
        writer.say(
          `${counted(silenced.length, 'of them is silenced', 'of them are silenced')}: ${listed(silenced.map(({ alert }) => alert.name))}.`,
          silenced.map(({ record }) => record),
        )
      suggest(writer, seen[0]!.alert)
    }
    // A short list is shown whole: half of twelve alerts helps nobody.
    table(
      writer,
      'Firing alerts',
      seen,
      Math.max(rowsOf(persona.depth), persona.depth === 'BRIEF' ? 5 : 25),
      nowMs,
    )
    const history = found.output('list_alert_history')
    if (history)
      table(
        writer,
        'Alerts that ended',
        history.alerts
          .map((alert, i) => ({ alert, record: found.record('list_alert_history', i) }))
          .filter(({ alert }) => alert.state === 'RESOLVED'),
        rowsOf(persona.depth),
        nowMs,
      )
    sayMissing(writer, found)
    return writer.draft
  },
}

const asksOldest = /\b(longest|oldest|for ages|first to fire)\b/i
const kindText = ({ question: { slots } }: Situation): string =>
  slots.severity ? ` ${slots.severity.toLowerCase()}` : ''
const ofText = (situation: Situation): string => {
  const [ref, name] = [subjectOf(situation), namedOf(situation, 'ALERT')?.name]
  const { except = [] } = situation.question
  const besides =
    except.length > 0 ? ` besides those of ${listed(except.map((one) => one.name))} and its incident` : ''
  return `${name ? ` by the name ${name}` : ''}${ref ? ` for ${ref.name}` : ''}${besides}`
}
const alertText = (alert: AlertLine): string =>
  `${alert.name} (${alert.severity})${alert.entity ? ` on ${spoken(alert.entity)}` : ''}`

function suggest(writer: DraftWriter, worst: AlertLine): void {
  if (worst.entity) writer.suggest(`Why is ${spoken(worst.entity)} failing?`)
  writer.suggest(`Why is ${worst.name} firing?`, 'Which alerts are silenced?')
}

function table(writer: DraftWriter, title: string, seen: readonly Seen[], rows: number, nowMs: number): void {
  writer.table(
    title,
    [
      { key: 'alert', title: 'Alert' },
      { key: 'severity', title: 'Severity' },
      { key: 'about', title: 'About' },
      { key: 'message', title: 'Message' },
      { key: 'since', title: 'Since' },
    ],
    seen.map(({ alert, record }) => ({
      cells: {
        ...{ alert: alert.name, severity: alert.severity, about: alert.entity ? spoken(alert.entity) : null },
        message: shortened(alert.message),
        since: `${momentText(alert.starts_at, nowMs)}${alert.silenced ? ' (silenced)' : ''}`,
      },
      cites: record,
    })),
    rows,
  )
}

function sayMissing(writer: DraftWriter, found: Found): void {
  for (const { cluster, reason } of found.output('list_alerts')?.missing ?? [])
    writer.couldNot(`alerts of ${cluster}`, reason)
}

/** COUNT_ALERTS: how many fire, by severity. */
const countAlerts: Answerer = {
  intent: 'COUNT_ALERTS',
  plan: () => [firing],
  compose(situation, found) {
    const writer = new DraftWriter()
    if (failed(found, writer, 'list_alerts', 'alerts')) return writer.draft
    const seen = alertsOf(situation, found)
    const call = callId(found, 'list_alerts')
    const counts = new Map<string, number>()
    for (const { alert } of seen) counts.set(alert.severity, (counts.get(alert.severity) ?? 0) + 1)
    const parts = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'].flatMap((severity) =>
      counts.has(severity) ? [`${counts.get(severity)} ${severity}`] : [],
    )
    const silenced = seen.filter(({ alert }) => alert.silenced).length
    writer.headline(
      seen.length === 0
        ? `No${kindText(situation)} alert fires${ofText(situation)}.`
        : `${counted(seen.length, `${kindText(situation).trim()} alert`.trim())} ${seen.length === 1 ? 'fires' : 'fire'}${ofText(situation)}${counts.size > 1 ? `: ${listed(parts)}` : ''}${silenced > 0 ? `; ${silenced} of them ${silenced === 1 ? 'is' : 'are'} silenced` : ''}.`,
      [call, ...seen.slice(0, 20).map(({ record }) => record)],
    )
    if (seen[0])
      writer.say(
        `The worst is ${alertText(seen[0].alert)}, since ${momentText(seen[0].alert.starts_at, situation.nowMs)}.`,
        seen[0].record,
      )
    sayMissing(writer, found)
    writer.suggest('Which alerts are firing?', 'Which alerts are silenced?', 'What is broken?')
    return writer.draft
  },
}

/** SILENCED_ALERTS: what is kept quiet, by whom and why. */
const silencedAlerts: Answerer = {
  intent: 'SILENCED_ALERTS',
  plan: ({ question: { slots } }) => [
    planned('list_silences', slots.past ? { state: ['ACTIVE', 'PENDING', 'EXPIRED'] } : {}),
    planned('list_alerts', { silenced: true, limit: 200 }),
  ],
  compose(situation, found) {
    const { nowMs, persona } = situation
    const writer = new DraftWriter()
    const silences = found.output('list_silences')?.silences ?? []
    const alerts = (found.output('list_alerts')?.alerts ?? []).map((alert, i) => ({
      ...{ alert, record: found.record('list_alerts', i) },
    }))
    const calls = [callId(found, 'list_silences'), callId(found, 'list_alerts')]
    if (failed(found, writer, 'list_silences', 'silences')) return writer.draft
    const by = (id: string) => alerts.filter(({ alert }) => alert.silenced_by.includes(id))
    if (alerts.length === 0)
      writer.headline(
        silences.length === 0
          ? 'Nothing is silenced: there is no active silence.'
          : `No firing alert is silenced; ${counted(silences.length, 'silence')} ${silences.length === 1 ? 'is' : 'are'} set.`,
        calls,
      )
    else
      writer.headline(
        `${counted(alerts.length, 'firing alert')} ${alerts.length === 1 ? 'is' : 'are'} silenced: ${listed(alerts.map(({ alert }) => alert.name))}.`,
        [...calls, ...alerts.map(({ record }) => record)],
      )
    for (const [i, silence] of silences.slice(0, rowsOf(persona.depth)).entries()) {
      const covered = by(silence.id)
      writer.say(
        `${silence.created_by} silenced ${covered.length > 0 ? listed(covered.map(({ alert }) => alert.name)) : `alerts with ${matchersText(silence.matchers)}`} until ${momentText(silence.ends_at, nowMs)}: “${shortened(silence.comment)}”.`,
        [found.record('list_silences', i), ...covered.map(({ record }) => record)],
      )
    }
    table(writer, 'Silenced alerts', alerts, rowsOf(persona.depth), nowMs)
    writer.suggest('Which alerts are firing?', 'What is broken?')
    return writer.draft
  },
}

/** Which alerts fire, how many, and which are kept quiet. */
export const alertAnswerers: readonly Answerer[] = [listAlerts, countAlerts, silencedAlerts]
