import type { EntityId } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Role } from '../topology/flow-of.ts'

/** What each entity is in this incident: the first cause, or affected. Entities in neither are neighbours. */
export function causalRoles(incident: IncidentDetail): Map<EntityId, Role> {
  const roles = new Map<EntityId, Role>()
  const verdicts = incident.diagnosis?.checked ?? []
  for (const id of incident.affected_entities) roles.set(id, 'affected')
  for (const { entity, verdict } of verdicts) if (verdict === 'SYMPTOM') roles.set(entity, 'affected')
  for (const link of incident.diagnosis?.causal_chain ?? []) roles.set(link.entity, 'affected')
  const cause = incident.diagnosis?.causes[0]?.entity ?? incident.cause?.entity
  if (cause) roles.set(cause, 'cause')
  return roles
}
