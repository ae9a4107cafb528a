import { z } from 'zod'

export const entityKinds = [
  'cluster',
  'namespace',
  'node',
  'host',
  'workload',
  'pod',
  'service',
  'endpoint',
  'database',
  'queue',
  'gpu',
  'function',
  'external',
] as const
export const EntityKind = z.enum(entityKinds)
export type EntityKind = z.infer<typeof EntityKind>

/** A thing that can be healthy or not. Its id is `kind/name`, unique within a tenant: `service/payments`. */
export const EntityId = z.string().regex(/^[a-z]+\/.+$/, 'kind/name, for example service/payments')
export type EntityId = z.infer<typeof EntityId>

export const entityId = (kind: EntityKind, name: string): EntityId => `${kind}/${name}`
export const entityName = (id: EntityId): string => id.slice(id.indexOf('/') + 1)
export const entityKind = (id: EntityId): EntityKind => id.slice(0, id.indexOf('/')) as EntityKind

/** Resource attributes that name an entity, the most specific thing a person would call broken first. */
const namedBy: readonly (readonly [string, EntityKind])[] = [
  ['service.name', 'service'],
  ['service', 'service'],
  ['k8s.pod.name', 'pod'],
  ['pod', 'pod'],
  ['k8s.node.name', 'node'],
  ['node', 'node'],
  ['host.name', 'host'],
  ['job', 'service'],
  ['instance', 'host'],
]

/** Names of the labels that `entityOf` looks at. */
export const entityLabels: readonly string[] = namedBy.map(([name]) => name)

/** The entity a series, span, log or alert speaks of, from its labels; undefined when none names one. */
export function entityOf(labels: Readonly<Record<string, string>>): EntityId | undefined {
  for (const [name, kind] of namedBy) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined
    if (value) return entityId(kind, value)
  }
  return undefined
}
