import { type EntityId, entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import { assert } from '../../../kernel/assert.ts'
import { isoTime } from '../../../kernel/clock.ts'
import { severityOf } from '../edit/life.ts'
import type { CorrelateTopology } from './correlate-topology.ts'
import type { Group, Seen } from './group.ts'
import { rankOf } from './signal.ts'

/** Places looked at for words; a storm's incident reads the same after the first two thousand. */
const placesRead = 2_000

export type IncidentDraft = Omit<Incident, 'number'>

/** A group as the record that everybody sees. Fields that others own (assignment, escalation) get their first values. */
export function incidentOf(tenant: TenantId, group: Group, topology: CorrelateTopology): IncidentDraft {
  assert(group.status !== 'LATENT', 'only a group that is worth an incident is shown as one')
  const places = rankPlaces(group, topology)
  const sure = group.cause !== null && group.cause.symptom !== null ? group.cause.entity : undefined
  const primary = sure ?? places[0]?.entity ?? null
  const affected = [...new Set([...places.map((place) => place.entity), ...entitiesOf(group)])]
  return {
    id: group.id,
    tenant_id: tenant,
    title: titleOf(group, primary, places),
    description: descriptionOf(group, places),
    severity: severityOf(group),
    status: group.status,
    priority: Math.min(5, 1 + rankOf(severityOf(group))),
    affected_entities: affected,
    primary_entity: primary,
    anomaly_count: group.anomalyCount,
    alert_count: group.alertCount,
    escalation_level: 0,
    assigned_to: null,
    ...{ confirmed_cause: null, links: [], impact: null },
    severity_set_by: group.life.fixed?.by ?? null,
    merged_into: group.mergedInto,
    ...(group.routed ? { route: group.routed.to } : {}),
    split_from: group.life.splitFrom,
    started_at: isoTime(group.startedMs),
    created_at: isoTime(group.createdMs),
    updated_at: isoTime(group.updatedMs),
    acknowledged_at: group.acknowledgedMs === null ? null : isoTime(group.acknowledgedMs),
    resolved_at: group.resolvedMs === null ? null : isoTime(group.resolvedMs),
    ttd: Math.max(0, (group.createdMs - group.startedMs) / 1_000),
    ttr: group.resolvedMs === null ? null : Math.max(0, (group.resolvedMs - group.createdMs) / 1_000),
    tta: group.acknowledgedMs === null ? null : Math.max(0, (group.acknowledgedMs - group.createdMs) / 1_000),
    cause: group.cause && {
      entity: group.cause.entity,
      sentence: group.cause.sentence,
      probability: group.cause.probability,
    },
  }
}

const entitiesOf = (group: Group): EntityId[] =>
  [...group.presences.keys()].filter((place) => !place.startsWith('~'))

type Place = { entity: EntityId; strength: number; startMs: number; symptoms: string[] }

/**
 * Entities by evidence, first the likeliest origin: strength of what is wrong there, more when those who call it are affected too,
 * less when what it calls is, and more when it was first. A reading order only; causes are the explain stage's.
 */
function rankPlaces(group: Group, topology: CorrelateTopology): Place[] {
  const places = new Map<EntityId, Place>()
  for (const { place, seen } of group.presences.values()) {
    if (place.startsWith('~')) continue
    const { strength, startMs } = seen
    places.set(place, { entity: place, strength, startMs, symptoms: symptomsOf([seen]) })
    if (places.size >= placesRead) break
  }
  const scored = [...places.values()].map((place) => {
    const strong = (entity: EntityId): boolean => (places.get(entity)?.strength ?? 0) >= place.strength / 4
    const called = topology.dependents(place.entity).some((entity) => strong(entity))
    const calls = topology.dependencies(place.entity).some((entity) => strong(entity))
    const first = place.startMs - group.startedMs <= 2_000
    return { place, score: place.strength * (called ? 1.5 : 1) * (calls ? 0.6 : 1) * (first ? 1.25 : 1) }
  })
  scored.sort(
    (a, b) =>
      b.score - a.score || a.place.startMs - b.place.startMs || (a.place.entity < b.place.entity ? -1 : 1),
  )
  return scored.map(({ place }) => place)
}

/** The two worst different symptoms. */
function symptomsOf(seen: readonly Seen[]): string[] {
  const all = seen.flatMap(({ symptoms }) => [...symptoms])
  all.sort(([, a], [, b]) => a.rank - b.rank || b.confidence - a.confidence || a.startMs - b.startMs)
  return [...new Set(all.map(([symptom]) => symptom))].slice(0, 2)
}

function titleOf(group: Group, primary: EntityId | null, places: readonly Place[]): string {
  const found = places.find((place) => place.entity === primary)
  const symptoms = group.cause?.symptom
    ? [group.cause.symptom]
    : (found?.symptoms ??
      symptomsOf([...group.presences.values()].slice(0, placesRead).map(({ seen }) => seen)))
  const subject = primary ? entityName(primary) : 'An unnamed source'
  const kinds = places.every((place) => place.entity.startsWith('service/')) ? 'services' : 'entities'
  return `${subject}: ${joined(symptoms) || 'unusual behaviour'}${places.length > 1 ? `, ${places.length} ${kinds} affected` : ''}`
}

/** "slow answers" and "failing answers" → "slow and failing answers". */
function joined(symptoms: readonly string[]): string {
  const [first, second] = symptoms
  if (first === undefined || second === undefined) return first ?? ''
  const [a, b] = [first.split(' '), second.split(' ')]
  return a.length === 2 && a[1] === b[1] ? `${a[0]} and ${second}` : `${first} and ${second}`
}

function descriptionOf(group: Group, places: readonly Place[]): string {
  const named = places.slice(0, 5).map((place) => `${entityName(place.entity)} (${joined(place.symptoms)})`)
  const rest = places.length > 5 ? ` and ${places.length - 5} more` : ''
  const count = (n: number, one: string, many: string): string[] =>
    n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]
  const members = [
    ...count(group.anomalyCount, 'anomaly', 'anomalies'),
    ...count(group.alertCount, 'alert', 'alerts'),
  ].join(' and ')
  const where = named.length > 0 ? ` Affected: ${named.join(', ')}${rest}.` : ''
  return `${members}.${where}${group.cause ? ` Likely cause: ${group.cause.sentence}` : ''}`
}
