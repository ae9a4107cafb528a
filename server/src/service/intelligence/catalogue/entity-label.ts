import type { EntityRef } from '@aiops/contract/model/answer'
import { literal } from './promql.ts'

export type EntityMatcher = { label: string; op: '=' | '=~'; value: string }

/** Labels that name a service, the clearest first: OpenTelemetry's, then what clients of Prometheus and Kubernetes write. */
const service = [
  ...['service', 'service.name', 'service_name', 'app', 'app.kubernetes.io/name', 'app_kubernetes_io_name'],
  ...[
    'application',
    'job',
    'exported_job',
    'exported_service',
    'container',
    'k8s.deployment.name',
    'deployment',
  ],
  ...['statefulset', 'k8s.statefulset.name', 'workload', 'component'],
] as const
const pod = ['pod', 'k8s.pod.name', 'pod_name', 'kubernetes_pod_name', 'exported_pod'] as const
const node = [
  ...['node', 'k8s.node.name', 'node_name', 'nodename', 'kubernetes_node', 'host.name', 'host_name', 'host'],
  ...['Hostname', 'hostname', 'exported_node', 'instance', 'exported_instance', 'nodename_label'],
] as const
const queue = [
  ...['queue', 'topic', 'group', 'consumer_group', 'consumergroup', 'consumer', 'subscription'],
  ...['messaging.destination.name', 'messaging_destination_name', 'messaging.consumer.group.name'],
] as const
const database = [
  ...[
    'database',
    'db',
    'datname',
    'db_name',
    'db.name',
    'db.namespace',
    'db_system',
    'pool',
    'server.address',
  ],
  ...['server_address', 'peer.service', 'peer_service'],
] as const

const byKind: Readonly<Partial<Record<EntityRef['kind'], readonly string[]>>> = {
  SERVICE: [...service, ...queue.slice(2, 6)],
  WORKLOAD: service,
  POD: pod,
  NODE: node,
  HOST: node,
  DATABASE: [...service.slice(0, 5), ...database, 'instance'],
  QUEUE: [...service.slice(0, 5), ...queue, 'instance'],
  EXTERNAL: [
    'server.address',
    'server_address',
    'peer.service',
    'peer_service',
    'host',
    'target',
    'instance',
  ],
  NAMESPACE: ['namespace', 'k8s.namespace.name', 'kubernetes_namespace', 'exported_namespace'],
  CLUSTER: ['cluster', 'k8s.cluster.name', 'cluster_name'],
  GPU: ['UUID', 'gpu', 'device', 'uuid'],
  FUNCTION: [...service, ...pod],
}

/** Addresses, which carry a port beside the name. */
const addressed: ReadonlySet<string> = new Set(['instance', 'exported_instance'])

/** Every condition under which a series may speak of this, the clearest first. */
export function entityMatchers(entity: Pick<EntityRef, 'kind' | 'name'>): EntityMatcher[] {
  const name = nameIn(entity)
  const own = (byKind[entity.kind] ?? [...service, ...pod, ...node]).map((label): EntityMatcher => {
    return addressed.has(label)
      ? { label, op: '=~', value: `${literal(name)}([.:].*)?` }
      : { label, op: '=', value: name }
  })
  if (entity.kind !== 'WORKLOAD' && entity.kind !== 'SERVICE' && entity.kind !== 'FUNCTION') return own
  return [...own, ...pod.map((label): EntityMatcher => ({ label, op: '=~', value: podsOf(name) }))]
}

/** Pods as Kubernetes names them: of a Deployment, a StatefulSet or a DaemonSet, and never those of `billing-db` for `billing`. */
const podsOf = (workload: string): string =>
  `${literal(workload)}-([a-z0-9]{6,10}-[a-z0-9]{5}|[0-9]{1,5}|[a-z0-9]{5})`

/** An id may say cluster and namespace too; series say the name. */
const nameIn = ({ kind, name }: Pick<EntityRef, 'kind' | 'name'>): string =>
  kind === 'GPU' ? name : (name.split('/').at(-1) ?? name)

/** Labels by which the members of a kind are told apart, the clearest first. */
export function groupLabels(kind: EntityRef['kind']): readonly string[] {
  return byKind[kind] ?? service
}

/** The kind that an id such as `service/billing` says. */
export function entityOfId(id: string): Pick<EntityRef, 'kind' | 'name'> {
  const slash = id.indexOf('/')
  const kind = id.slice(0, slash).toUpperCase()
  const name = id.slice(slash + 1)
  return { kind: kind in byKind ? (kind as EntityRef['kind']) : 'SERVICE', name: name || id }
}
