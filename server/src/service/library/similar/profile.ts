import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Change } from '@aiops/contract/model/change'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation, RemediationStatus } from '@aiops/contract/model/remediation'
import { tokensOf } from '../search/token.ts'

/** What a series did, as a person would say it: direction and shape in one word. */
export type Course = 'ROSE' | 'FELL' | 'STOPPED' | 'DRIFTED' | 'UNSTEADY' | 'NEW_LINES' | 'NEW_CALL'

/** What is remembered of an incident, so that it can be compared and read: facts of the records, and nothing else. */
export type IncidentProfile = {
  /** Of this type; one of another form is made again. */
  form: number
  id: string
  number: number
  title: string
  severity: Incident['severity']
  started_at: string
  resolved_at: string | null
  seconds_to_resolve: number | null
  alerts: string[]
  symptoms: { metric: string; course: Course }[]
  entities: string[]
  primary: string | null
  /** How many call or need the primary entity, and how many it calls or needs; null where nobody knows. */
  place: { callers: number; callees: number } | null
  cause: {
    entity: string | null
    category: string | null
    metric: string | null
    sentence: string
    confirmed: boolean
    by: string | null
    probability: number | null
  } | null
  changes: { kind: string; entity: string | null; summary: string }[]
  runbook: { id: string; name: string; outcome: RemediationStatus } | null
  /** What alerts and anomalies said, a few of them, and the comment with which it was resolved. */
  messages: string[]
  resolution: string
  /** Of title, messages and cause: what is compared as text. */
  words: string[]
}

export const profileForm = 1

export type IncidentFacts = {
  incident: Incident
  alerts: readonly Alert[]
  anomalies: readonly Anomaly[]
  diagnosis: Diagnosis | undefined
  remediations: readonly Remediation[]
  /** Before it began. */
  changes: readonly Change[]
  place: { callers: number; callees: number } | undefined
  /** Comments of people with the change of state that ended it. */
  endedBy: string | undefined
}

/** Of each list; a storm says no more by its thousandth alert. */
const [namesMax, symptomsMax, entitiesMax, changesMax, messagesMax, wordsMax] = [50, 50, 50, 10, 8, 200]
const textMax = 400

export function profileOf(facts: IncidentFacts): IncidentProfile {
  const { incident, alerts, anomalies, remediations, changes, place, endedBy } = facts
  const cause = causeOf(facts)
  const messages = unique([
    ...alerts.map(({ message }) => message),
    ...anomalies.map(({ sentence }) => sentence),
  ])
    .slice(0, messagesMax)
    .map((text) => text.slice(0, textMax))
  const run = remediations.find(({ status }) => status === 'COMPLETED') ?? remediations[0]
  const text = [incident.title, ...messages, cause?.sentence ?? '', ...anomalies.map(templateOf)].join('\n')
  return {
    form: profileForm,
    ...{ id: incident.id, number: incident.number, title: incident.title, severity: incident.severity },
    ...{ started_at: incident.started_at, resolved_at: incident.resolved_at },
    seconds_to_resolve: incident.ttr,
    alerts: unique(alerts.map(({ name }) => name)).slice(0, namesMax),
    symptoms: symptomsOf(anomalies),
    entities: unique([
      ...(incident.primary_entity ? [incident.primary_entity] : []),
      ...incident.affected_entities,
    ]).slice(0, entitiesMax),
    ...{ primary: incident.primary_entity, place: place ?? null, cause },
    changes: changes.slice(0, changesMax).map(({ kind, entities, summary }) => ({
      ...{ kind, entity: entities[0] ?? null, summary: summary.slice(0, textMax) },
    })),
    runbook: run ? { id: run.runbook_id, name: run.runbook_name, outcome: run.status } : null,
    messages,
    resolution: (endedBy ?? '').slice(0, textMax),
    words: unique(tokensOf(text.slice(0, 20_000)).map(({ term }) => term)).slice(0, wordsMax),
  }
}

const unique = (list: readonly string[]): string[] => [...new Set(list.filter((one) => one !== ''))]

const templateOf = ({ pattern }: Anomaly): string => pattern?.template.slice(0, textMax) ?? ''

/** What a person confirmed; else the diagnosis' first cause, as it says itself how probable it is. */
function causeOf({ incident, diagnosis }: IncidentFacts): IncidentProfile['cause'] {
  const first = diagnosis?.causes[0]
  const said = incident.confirmed_cause
  if (said) {
    // What the diagnosis measured holds where it named the same.
    const same = first !== undefined && said.entity !== null && first.entity === said.entity
    return {
      ...{ entity: said.entity, sentence: said.sentence.slice(0, textMax), confirmed: true, by: said.by },
      ...{
        probability: null,
        category: same ? first.category : null,
        metric: same ? (first.metric ?? null) : null,
      },
    }
  }
  if (!first) return null
  const { entity, category, metric, sentence, probability } = first
  return {
    ...{ entity, category, metric: metric ?? null, sentence: sentence.slice(0, textMax) },
    ...{ confirmed: false, by: null, probability },
  }
}

function symptomsOf(anomalies: readonly Anomaly[]): IncidentProfile['symptoms'] {
  const found = new Map<string, IncidentProfile['symptoms'][number]>()
  for (const anomaly of anomalies) {
    const symptom = { metric: metricFamily(anomaly.series.name), course: courseOf(anomaly) }
    found.set(`${symptom.metric} ${symptom.course}`, symptom)
  }
  return [...found.values()].slice(0, symptomsMax)
}

/**
 * The metric without its statistic (`:p95`) and without what exposition formats add at the end, in lower case with one kind of separator:
 * the same thing measured by another library is nearer so.
 */
export function metricFamily(name: string): string {
  const plain = (name.split(':')[0] ?? name)
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '.')
  const short = plain.replace(
    /(\.(total|count|sum|bucket|seconds|milliseconds|ms|bytes|ratio|percent))+$/,
    '',
  )
  return short
}

function courseOf({ shape, deviation, actual, expected }: Anomaly): Course {
  switch (shape) {
    case 'MISSING':
    case 'FLAT_LINE':
      return 'STOPPED'
    case 'TREND_CHANGE':
      return 'DRIFTED'
    case 'VARIANCE_CHANGE':
    case 'SEASON_BREAK':
      return 'UNSTEADY'
    case 'NEW_PATTERN':
    case 'BROKEN_SEQUENCE':
    case 'PARAMETER_RANGE':
      return 'NEW_LINES'
    case 'NEW_EDGE':
      return 'NEW_CALL'
    case 'DROP':
      return 'FELL'
    default:
      return deviation < 0 || (deviation === 0 && actual < expected.mid) ? 'FELL' : 'ROSE'
  }
}
