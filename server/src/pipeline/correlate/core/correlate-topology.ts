import type { EntityId } from '@aiops/contract/model/entity'

/** What correlation asks of the topology of its tenant. */
export type CorrelateTopology = {
  neighbourhood(entity: EntityId, depth: number): ReadonlyMap<EntityId, number>
  dependencies(entity: EntityId): EntityId[]
  dependents(entity: EntityId): EntityId[]
}
