import { type EntityId, entitiesOfObject, entityId } from '@aiops/contract/model/entity'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import type { Kind, ObjectOf } from '../object/kind.ts'
import { ownerFinder } from '../object/owner.ts'
import { selects } from '../object/selector.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { deliveryKinds, deliveryTargets } from './delivery-targets.ts'

/** Kinds whose changes can be the reason of trouble. Pods are not among them: what makes them was changed, or their node. */
export const causeKinds: readonly Kind[] = [
  ...(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ConfigMap', 'Node'] as const),
  ...(['HorizontalPodAutoscaler', 'Service', 'Ingress', 'NetworkPolicy', 'ResourceQuota'] as const),
  ...(['ClusterVersion', 'MachineConfigPool'] as const),
  ...deliveryKinds,
]

const entitiesMax = 50
const templated = ['Deployment', 'StatefulSet', 'DaemonSet'] as const

/**
 * What a change in a cluster is about, each as it may be called in the topology, the most exact first. Empty for what nothing depends on
 * here: a ConfigMap that nobody reads, a Job that a CronJob made.
 */
export function entitiesOfChange(
  view: ClusterView,
  cluster: string,
  { object, owner }: Pick<ObjectChange, 'object' | 'owner'>,
): EntityId[][] {
  return targetsOf(view, object, owner)
    .slice(0, entitiesMax)
    .map((ref) => (ref.kind === 'Cluster' ? [entityId('cluster', cluster)] : entitiesOfObject(cluster, ref)))
    .filter((ids) => ids.length > 0)
}

function targetsOf(view: ClusterView, object: ObjectRef, owner: ObjectRef | null): ObjectRef[] {
  const { kind, namespace, name } = object
  if (kind === 'Node' || kind === 'Service') return [object]
  if (kind === 'Job' || kind === 'CronJob' || templated.some((one) => one === kind))
    return owner ? [] : [object]
  if (kind === 'ConfigMap') return readersOf(view, namespace, name)
  if (kind === 'HorizontalPodAutoscaler') {
    const target = view.get('HorizontalPodAutoscaler', namespace, name)?.spec.scaleTargetRef
    return target ? [{ kind: target.kind, namespace, name: target.name }] : []
  }
  if (kind === 'NetworkPolicy') return selectedBy(view, namespace, name)
  const delivered = deliveryTargets(view, object)
  if (delivered) return delivered
  return [
    namespace === ''
      ? { kind: 'Cluster', namespace: '', name: '' }
      : { kind: 'Namespace', namespace: '', name: namespace },
  ]
}

/** Workloads whose pods read a ConfigMap. */
function readersOf(view: ClusterView, namespace: string, name: string): ObjectRef[] {
  return templated.flatMap((kind) =>
    view
      .list(kind, namespace)
      .filter(({ spec }) => reads(spec.template.spec, name))
      .map(({ metadata }) => ({ kind, namespace, name: metadata.name })),
  )
}

type PodSpec = ObjectOf<'Pod'>['spec']
function reads(spec: PodSpec, name: string): boolean {
  return (
    spec.volumes.some(({ configMap }) => configMap?.name === name) ||
    [...spec.initContainers, ...spec.containers].some(
      ({ env, envFrom }) =>
        env.some(({ valueFrom }) => valueFrom?.configMapKeyRef?.name === name) ||
        envFrom.some(({ configMapRef }) => configMapRef?.name === name),
    )
  )
}

/** What makes the pods that a NetworkPolicy is for; the namespace where the policy is gone, or is for all. */
function selectedBy(view: ClusterView, namespace: string, name: string): ObjectRef[] {
  const policy = view.get('NetworkPolicy', namespace, name)
  const ownerOf = ownerFinder(view)
  const found = new Map<string, ObjectRef>()
  for (const pod of policy ? view.list('Pod', namespace) : []) {
    if (!selects(policy!.spec.podSelector, pod.metadata.labels)) continue
    const owner = ownerOf(pod)
    if (owner) found.set(`${owner.kind}/${owner.name}`, owner)
    if (found.size > entitiesMax) break
  }
  return found.size > 0 && found.size <= entitiesMax
    ? [...found.values()]
    : [{ kind: 'Namespace', namespace: '', name: namespace }]
}
