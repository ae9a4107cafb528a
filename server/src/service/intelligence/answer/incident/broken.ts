import type { EvidenceType } from '@aiops/contract/model/answer'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
import { seenText } from '../cause/reading.ts'
import { nextReason, seenOf } from '../cause/suspect.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import {
  affectedNames,
  callId,
  isPartOf,
  type Known,
  knownIncidents,
  objectId,
  openIncidents,
  spoken,
  subjectOf,
} from '../subject.ts'
import { counted, listed, momentText } from '../words.ts'
import { exceptCalls, isExcepted } from './excepted.ts'
import { causeText, shortened } from './list.ts'
import { composeUnaffected, unaffectedCalls } from './unaffected.ts'

/** Something that is wrong, whatever told of it. */
type Trouble = {
  type: EvidenceType
  severity: Severity
  /** As it is named in a sentence: `billing, orders and gateway (INC-2)`. */
  what: string
  why: string
  since: string | null
  cites: Cited
  /** Entities that it covers, so that nothing is told twice. */
  covers: readonly string[]
}

/** WHAT_IS_BROKEN: what somebody should look at now, the worst first. */
export const whatIsBroken: Answerer = {
  intent: 'WHAT_IS_BROKEN',
  plan: ({ question }) =>
    question.slots.unaffected
      ? unaffectedCalls
      : [
          openIncidents,
          planned('list_alerts', { limit: 200 }),
          planned('list_findings', { severity: ['CRITICAL', 'HIGH'], limit: 100 }),
          planned('list_clusters', {}),
          ...exceptCalls(question),
        ],
  // What lies under the worst of them, as far as can be seen there: the diagnosis is not the only witness.
  next: (situation, found, round) =>
    round > 2 || situation.question.slots.unaffected || knownIncidents(found).length === 0
      ? []
      : nextReason(situation, found, round).filter(({ tool }) => tool !== 'find_metrics'),
  compose(situation, found) {
    const { persona, nowMs, question } = situation
    if (question.slots.unaffected) return composeUnaffected(situation, found)
    const writer = new DraftWriter()
    const incidents = knownIncidents(found, subjectOf(situation)).filter(
      ({ incident }) => !isExcepted(question, found, incident),
    )
    const troubles = [
      ...incidents.map(troubleOfIncident),
      ...troublesOfFindings(situation, found),
      ...troublesOfClusters(found),
    ].filter(({ what }) => !question.except?.some(({ name }) => what === name || what === `cluster ${name}`))
    const weight = ({ type }: Trouble): number => persona.evidence_weights[type] ?? 1
    const sorted = troubles
      .map((trouble, i) => ({ trouble, i }))
      .sort(
        (a, b) =>
          severities.indexOf(a.trouble.severity) - severities.indexOf(b.trouble.severity) ||
          weight(b.trouble) - weight(a.trouble) ||
          a.i - b.i,
      )
      .map(({ trouble }) => trouble)
    sayHeadline(writer, situation, found, incidents, sorted)
    writer.table(
      'What is wrong now',
      [
        { key: 'severity', title: 'Severity' },
        { key: 'what', title: 'What' },
        { key: 'why', title: 'Why' },
        { key: 'since', title: 'Since' },
      ],
      sorted.map(({ severity, what, why, since, cites }) => ({
        cells: { severity, what, why, since: since ? momentText(since, nowMs) : null },
        cites,
      })),
      Math.max(rowsOf(persona.depth), sorted.filter(({ severity }) => severity === 'CRITICAL').length),
    )
    const seen = seenOf(situation, found)
    const told = seen && incidents[0] && !question.except && seenText(seen, nowMs)
    if (told) writer.say(`${told.text}.`, told.cites)
    for (const { incident, record } of incidents.slice(0, 3))
      if (incident.cause)
        writer.say(
          `INC-${incident.number}: ${listed(affectedNames(incident))}; most likely cause ${causeText(incident)}.`,
          record,
        )
    sayAlerts(writer, found)
    sayMissing(writer, found)
    const worst = incidents[0]
    if (worst) writer.about(worst.incident.id)
    const name = worst && affectedNames(worst.incident)[0]
    if (name)
      writer.suggest(
        `Why is ${name} failing?`,
        `What should I do about ${name}?`,
        'What changed in the last two hours?',
      )
    else
      writer.suggest(
        'Which alerts are firing?',
        'Are there any anomalies?',
        'What changed in the last two hours?',
      )
    return writer.draft
  },
}

const troubleOfIncident = ({ incident, record }: Known): Trouble => ({
  ...{ type: 'INCIDENT', severity: incident.severity },
  what: `${listed(affectedNames(incident)) || incident.title} (INC-${incident.number})`,
  ...{ why: causeText(incident), since: incident.started_at, cites: record },
  covers: [
    ...incident.affected_entities,
    ...(incident.primary_entity ? [incident.primary_entity] : []),
    ...(incident.cause ? [incident.cause.entity] : []),
  ],
})

/** Findings whose object no incident speaks of; one line for each object. */
function troublesOfFindings(situation: Situation, found: Found): Trouble[] {
  const covered = new Set(knownIncidents(found).flatMap((one) => troubleOfIncident(one).covers.map(spoken)))
  const ref = subjectOf(situation)
  const seen = new Set<string>()
  return (found.output('list_findings')?.findings ?? []).flatMap((finding, i): Trouble[] => {
    const names = [finding.object, ...(finding.parent ? [finding.parent] : [])]
    const key = `${finding.cluster_name}/${(finding.parent ?? finding.object).kind}/${(finding.parent ?? finding.object).name}`
    if (names.some(({ name }) => covered.has(name)) || seen.has(key)) return []
    if (ref && !names.some((object) => isPartOf(ref, objectId(finding.cluster_name, object)))) return []
    seen.add(key)
    return [
      {
        type: finding.area === 'GPU' ? 'GPU' : finding.area === 'CNF' ? 'CNF' : 'FINDING',
        ...{ severity: finding.severity, why: shortened(finding.title), since: finding.since },
        what: `${finding.object.kind} ${finding.object.name} of ${finding.cluster_name}`,
        ...{ cites: found.record('list_findings', i), covers: [] },
      },
    ]
  })
}

function troublesOfClusters(found: Found): Trouble[] {
  return (found.output('list_clusters')?.clusters ?? []).flatMap((cluster, i): Trouble[] => {
    const { state, last_error, since } = cluster.status
    if (state !== 'OFFLINE' && state !== 'DEGRADED') return []
    return [
      {
        ...{
          type: 'CLUSTER',
          severity: state === 'OFFLINE' ? 'CRITICAL' : 'HIGH',
          what: `cluster ${cluster.name}`,
        },
        why: `${state}${last_error ? `: ${shortened(last_error)}` : ''}`,
        ...{ since, cites: found.record('list_clusters', i), covers: [] },
      },
    ]
  })
}

function sayHeadline(
  writer: DraftWriter,
  situation: Situation,
  found: Found,
  incidents: readonly Known[],
  troubles: readonly Trouble[],
): void {
  const looked = (['list_incidents', 'list_alerts', 'list_findings', 'list_clusters'] as const).map((tool) =>
    callId(found, tool),
  )
  const ref = subjectOf(situation)
  const left = situation.question.except ?? []
  const about = `${ref ? ` about ${ref.name}` : ''}${left.length > 0 ? ` besides ${listed(left.map(({ name }) => name))}` : ''}`
  if (troubles.length === 0) {
    writer.headline(
      `Nothing is known to be broken${about}: no incident is open, and no finding of severity CRITICAL or HIGH.`,
      looked,
    )
    return
  }
  const worst = troubles.filter(({ severity }) => severity === troubles[0]!.severity)
  const rest = troubles.length - worst.length
  writer.headline(
    `${incidents.length > 0 ? `${counted(incidents.length, 'incident')}${about} ${incidents.length === 1 ? 'is' : 'are'} open` : `No incident${about} is open, but something is wrong`}. ${worst[0]!.severity}: ${worst
      .map(({ what }) => what)
      .slice(0, 6)
      .join('; ')}.${rest > 0 ? ` ${counted(rest, 'other problem')} of lower severity.` : ''}`,
    [...looked.slice(0, 1), ...worst.slice(0, 6).map(({ cites }) => cites)],
  )
}

function sayAlerts(writer: DraftWriter, found: Found): void {
  const alerts = found.output('list_alerts')
  const id = callId(found, 'list_alerts')
  if (!alerts) return
  const critical = alerts.by_severity.CRITICAL ?? 0
  writer.say(
    `${counted(alerts.total, 'alert')} ${alerts.total === 1 ? 'fires' : 'fire'}${critical > 0 ? `, ${critical} of them critical` : ''}${alerts.silenced > 0 ? `, ${alerts.silenced} silenced` : ''}.`,
    id,
  )
}

/** What could not be looked at is not the same as well. */
function sayMissing(writer: DraftWriter, found: Found): void {
  for (const [tool, what] of [
    ['list_incidents', 'incidents'],
    ['list_alerts', 'alerts'],
    ['list_findings', 'findings inside clusters'],
    ['list_clusters', 'the state of clusters'],
  ] as const) {
    const outcome = found.of(tool)
    if (outcome && outcome.output === undefined) writer.couldNot(what, outcome.call.sentence)
  }
}
