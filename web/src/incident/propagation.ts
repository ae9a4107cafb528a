import type { EntityId } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Role } from '../topology/flow-of.ts'

/** When something first showed trouble, and how. */
export type Sign = { entity: EntityId; atMs: number; sentence: string }

/** The first sign of each entity that has one, the earliest first: of the causal chain, the anomalies and the alerts. */
export function firstSigns(incident: IncidentDetail): Sign[] {
  const first = new Map<EntityId, Sign>()
  const note = (entity: EntityId | null | undefined, at: string, sentence: string): void => {
    const atMs = Date.parse(at)
    if (!entity || Number.isNaN(atMs) || atMs >= (first.get(entity)?.atMs ?? Number.POSITIVE_INFINITY)) return
    first.set(entity, { entity, atMs, sentence })
  }
  for (const link of incident.diagnosis?.causal_chain ?? []) note(link.entity, link.at, link.sentence)
  for (const { entity, started_at, sentence } of incident.anomalies) note(entity, started_at, sentence)
  for (const alert of incident.alerts) note(alert.entity, alert.starts_at, alert.message || alert.name)
  return [...first.values()].sort((a, b) => a.atMs - b.atMs || (a.entity < b.entity ? -1 : 1))
}

/** The roles of those that had shown a sign by the `step`-th one; what never showed any has no part before the end. */
export function rolesAt(
  roles: ReadonlyMap<EntityId, Role>,
  signs: readonly Sign[],
  step: number,
): ReadonlyMap<EntityId, Role> {
  if (step >= signs.length) return roles
  const shown = new Set(signs.slice(0, step).map(({ entity }) => entity))
  return new Map([...roles].map(([entity, role]) => [entity, shown.has(entity) ? role : 'plain']))
}
