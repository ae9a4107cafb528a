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
  'volume',
  'configmap',
  'secret',
] as const
export const EntityKind = z.enum(entityKinds)
export type EntityKind = z.infer<typeof EntityKind>

/**
 * A thing that can be healthy or not. Its id is `kind/name`, unique within a tenant: `service/payments`. The name is what a system calls
 * itself, line breaks included: refusing those would make lists that hold it unreadable.
 */
export const EntityId = z.string().regex(/^[a-z]+\/.+$/s, 'kind/name, for example service/payments')
export type EntityId = z.infer<typeof EntityId>

export const entityId = (kind: EntityKind, name: string): EntityId => `${kind}/${name}`
export const entityName = (id: EntityId): string => id.slice(id.indexOf('/') + 1)
export const entityKind = (id: EntityId): EntityKind => id.slice(0, id.indexOf('/')) as EntityKind

/** Labels that name what makes pods, as kube-state-metrics and OpenTelemetry call them, and its kind as Kubernetes spells it. */
const workloadNamedBy: readonly (readonly [string, string])[] = [
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
  ['k8s.cronjob.name', 'CronJob'],
  ['k8s.job.name', 'Job'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['cronjob', 'CronJob'],
  ['job_name', 'Job'],
]

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

type Named = Readonly<Record<string, string>>
const labelOf = (labels: Named, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''

/** Of the one who speaks. kube-state-metrics speaks of objects, and says so in its own labels beside theirs. */
const speakerLabels: ReadonlySet<string> = new Set([
  'service',
  'job',
  'instance',
  'host.name',
  'service.name',
])
const speaksOfObjects = (labels: Named): boolean =>
  ['job', 'service', 'service.name'].some((name) => labelOf(labels, name).includes('kube-state-metrics'))

/** The entity a series, span, log or alert speaks of, from its labels; undefined when none names one. */
export function entityOf(labels: Named): EntityId | undefined {
  const workload = workloadOf(labels)
  if (speaksOfObjects(labels)) {
    const named = firstNamed(labels, workload, speakerLabels)
    if (named) return named
  }
  return firstNamed(labels, workload)
}

/** A workload is more than the machine that it is on, and less than its pod or the service that it is part of. */
function firstNamed(
  labels: Named,
  workload: EntityId | undefined,
  without?: ReadonlySet<string>,
): EntityId | undefined {
  for (const [name, kind] of namedBy) {
    if (workload && kind !== 'service' && kind !== 'pod') return workload
    const value = without?.has(name) ? '' : labelOf(labels, name)
    if (value) return entityId(kind, value)
  }
  return workload
}

/** What makes pods: `workload/<cluster>/<namespace>/<Kind>/<name>`; undefined where one of these is not said. */
export function workloadOf(labels: Named): EntityId | undefined {
  const named = workloadNamedBy.find(([label]) => labelOf(labels, label) !== '')
  if (!named) return undefined
  const cluster = labelOf(labels, 'k8s.cluster.name') || labelOf(labels, 'cluster')
  const namespace = labelOf(labels, 'k8s.namespace.name') || labelOf(labels, 'namespace')
  if (cluster === '' || namespace === '') return undefined
  return entityId('workload', `${cluster}/${namespace}/${named[1]}/${labelOf(labels, named[0])}`)
}

const workloadKinds: ReadonlySet<string> = new Set(
  workloadNamedBy.map(([, kind]) => kind).concat('ReplicaSet'),
)

/**
 * How an object of a cluster may be called in the topology, the most exact first: with cluster and namespace where its name alone means
 * more than one thing. Empty for what is no entity.
 */
export function entitiesOfObject(
  cluster: string,
  object: { kind: string; namespace: string; name: string },
): EntityId[] {
  const { kind, namespace, name } = object
  if (cluster === '' || name === '') return []
  if (workloadKinds.has(kind)) return [entityId('workload', `${cluster}/${namespace}/${kind}/${name}`)]
  if (kind === 'Namespace') return [entityId('namespace', `${cluster}/${name}`)]
  if (kind === 'Node') return [entityId('node', `${cluster}/${name}`), entityId('node', name)]
  if (kind !== 'Pod' && kind !== 'Service') return []
  const called = kind === 'Pod' ? 'pod' : 'service'
  return [entityId(called, `${cluster}/${namespace}/${name}`), entityId(called, name)]
}
