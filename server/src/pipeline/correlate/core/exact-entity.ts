import { type EntityId, entitiesOfObject, entityKind, entityName } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'

const kindOfEntity: Readonly<Record<string, string>> = { pod: 'Pod', node: 'Node', service: 'Service' }

/** How the topology calls the entity where its name alone means more than one thing; undefined where labels do not say its cluster. */
export function exactEntity(labels: Labels, entity: EntityId | undefined): EntityId | undefined {
  const kind = entity === undefined ? undefined : kindOfEntity[entityKind(entity)]
  const cluster = labels['k8s.cluster.name'] || labels.cluster
  if (entity === undefined || kind === undefined || !cluster) return undefined
  const namespace = labels['k8s.namespace.name'] || labels.namespace || ''
  return entitiesOfObject(cluster, { kind, namespace, name: entityName(entity) })[0]
}
