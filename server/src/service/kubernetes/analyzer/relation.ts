import { isKind, type Kind, type ObjectOf } from '../object/kind.ts'
import type { Selector } from '../object/meta.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { refOf } from './rule.ts'

/** What an object depends on, and how: a fault there can be the reason of one here. */
export type Tie = { object: ObjectRef; relation: string }

/** A thing tied to more is looked at with so many. */
const tiesMax = 500

export function dependenciesOf(view: ClusterView, ref: ObjectRef): Tie[] {
  if (!isKind(ref.kind)) return []
  const ties = dependencies[ref.kind]?.(view, ref)
  return ties ? [...ties].slice(0, tiesMax) : []
}

/** Farthest owner by way of controllers; null for what nobody owns. */
export function farthestOwner(view: ClusterView, ref: ObjectRef): ObjectRef | null {
  let at = ref
  for (let steps = 0; steps < 6; steps += 1) {
    const owners = isKind(at.kind)
      ? view.get(at.kind, at.namespace, at.name)?.metadata.ownerReferences
      : undefined
    const owner = owners?.find(({ controller }) => controller) ?? owners?.[0]
    // A static pod belongs to its node, which is no workload.
    if (!owner || owner.kind === 'Node') break
    const namespace = isKind(owner.kind) && view.get(owner.kind, '', owner.name) ? '' : at.namespace
    at = { kind: owner.kind, namespace, name: owner.name }
  }
  return at === ref ? null : at
}

/** An empty selector matches everything, as the API has it; whoever means nothing by it says so first. */
export function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false
  return selector.matchExpressions.every(({ key, operator, values }) => {
    const has = Object.hasOwn(labels, key)
    if (operator === 'Exists') return has
    if (operator === 'DoesNotExist') return !has
    if (operator === 'In') return has && values.includes(labels[key] ?? '')
    if (operator === 'NotIn') return !has || !values.includes(labels[key] ?? '')
    return false
  })
}

/** Pods of a namespace among which are all that a selector matches: those that have its labels, where it names any. */
export function podsNear(
  view: ClusterView,
  namespace: string,
  { matchLabels }: Selector,
): readonly ObjectOf<'Pod'>[] {
  for (const _ in matchLabels) return view.podsWith(namespace, matchLabels)
  return view.list('Pod', namespace)
}

const tie = (relation: string, kind: string, namespace: string, name: string | undefined): Tie[] =>
  name ? [{ relation, object: { kind, namespace, name } }] : []
function owned(kind: 'Pod' | 'ReplicaSet' | 'Job', owner: Kind) {
  return (view: ClusterView, { namespace, name }: ObjectRef): Tie[] => {
    const uid = view.get(owner, namespace, name)?.metadata.uid
    return uid ? view.ownedBy(kind, uid).map((one) => ({ relation: 'owns', object: refOf(kind, one) })) : []
  }
}

function* podTies(view: ClusterView, { namespace, name }: ObjectRef): Generator<Tie> {
  const pod = view.get('Pod', namespace, name)
  if (!pod) return
  for (const volume of pod.spec.volumes) {
    yield* tie('mounts', 'PersistentVolumeClaim', namespace, volume.persistentVolumeClaim?.claimName)
    if (volume.ephemeral)
      yield* tie('mounts', 'PersistentVolumeClaim', namespace, `${pod.metadata.name}-${volume.name}`)
    yield* tie('mounts', 'ConfigMap', namespace, volume.configMap?.name)
  }
  yield* tie('runs on', 'Node', '', pod.spec.nodeName)
  yield* tie('runs as', 'ServiceAccount', namespace, pod.spec.serviceAccountName)
  yield* tie('has the priority of', 'PriorityClass', '', pod.spec.priorityClassName)
}

function* selected(view: ClusterView, namespace: string, selector: Selector): Generator<Tie> {
  if (Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0) return
  for (const pod of podsNear(view, namespace, selector))
    if (matches(selector, pod.metadata.labels)) yield { relation: 'selects', object: refOf('Pod', pod) }
}

const serviceOf = (namespace: string, service: { namespace?: string; name: string } | undefined): Tie[] =>
  tie('calls', 'Service', service?.namespace || namespace, service?.name)

function webhookTies(kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration') {
  return (view: ClusterView, { name }: ObjectRef): Tie[] =>
    (view.get(kind, '', name)?.webhooks ?? []).flatMap(({ clientConfig }) =>
      serviceOf('', clientConfig.service),
    )
}

function ingressTies(view: ClusterView, { namespace, name }: ObjectRef): Tie[] {
  const ingress = view.get('Ingress', namespace, name)
  if (!ingress) return []
  const backends = ingress.spec.rules.flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))
  return [
    ...[ingress.spec.defaultBackend, ...backends].flatMap((backend) =>
      tie('routes to', 'Service', namespace, backend?.service?.name),
    ),
    ...tie('is served by', 'IngressClass', '', ingress.spec.ingressClassName),
  ]
}

function httpRouteTies(view: ClusterView, { namespace, name }: ObjectRef): Tie[] {
  const route = view.get('HTTPRoute', namespace, name)
  if (!route) return []
  return [
    ...route.spec.rules.flatMap(({ backendRefs }) =>
      backendRefs.flatMap((ref) => tie('routes to', 'Service', ref.namespace ?? namespace, ref.name)),
    ),
    ...route.spec.parentRefs.flatMap((ref) =>
      tie('is attached to', ref.kind ?? 'Gateway', ref.namespace ?? namespace, ref.name),
    ),
  ]
}

function claimTies(view: ClusterView, { namespace, name }: ObjectRef): Tie[] {
  const claim = view.get('PersistentVolumeClaim', namespace, name)
  return [
    ...tie('is bound to', 'PersistentVolume', '', claim?.spec.volumeName),
    ...tie('is provisioned by', 'StorageClass', '', claim?.spec.storageClassName),
  ]
}

function templateTies(relation: string, view: ClusterView, ref: ObjectRef, kind: 'StatefulSet'): Tie[] {
  const service = view.get(kind, ref.namespace, ref.name)?.spec.serviceName
  return tie(relation, 'Service', ref.namespace, service)
}

const selectorOf = (matchLabels: Record<string, string>): Selector => ({ matchLabels, matchExpressions: [] })

const dependencies: { [K in Kind]?: (view: ClusterView, ref: ObjectRef) => Iterable<Tie> } = {
  Deployment: owned('ReplicaSet', 'Deployment'),
  ReplicaSet: owned('Pod', 'ReplicaSet'),
  StatefulSet: (view, ref) => [
    ...owned('Pod', 'StatefulSet')(view, ref),
    ...templateTies('is governed by', view, ref, 'StatefulSet'),
  ],
  DaemonSet: owned('Pod', 'DaemonSet'),
  Job: owned('Pod', 'Job'),
  CronJob: owned('Job', 'CronJob'),
  Pod: podTies,
  PersistentVolumeClaim: claimTies,
  PersistentVolume: (view, { name }) =>
    tie('is made by', 'StorageClass', '', view.get('PersistentVolume', '', name)?.spec.storageClassName),
  Service: (view, { namespace, name }) =>
    selected(view, namespace, selectorOf(view.get('Service', namespace, name)?.spec.selector ?? {})),
  Ingress: ingressTies,
  HTTPRoute: httpRouteTies,
  Gateway: (view, { namespace, name }) =>
    tie('is served by', 'GatewayClass', '', view.get('Gateway', namespace, name)?.spec.gatewayClassName),
  Route: (view, { namespace, name }) =>
    tie('routes to', 'Service', namespace, view.get('Route', namespace, name)?.spec.to.name),
  ValidatingWebhookConfiguration: webhookTies('ValidatingWebhookConfiguration'),
  MutatingWebhookConfiguration: webhookTies('MutatingWebhookConfiguration'),
  APIService: (view, { name }) => serviceOf('', view.get('APIService', '', name)?.spec.service),
  HorizontalPodAutoscaler: (view, { namespace, name }) => {
    const target = view.get('HorizontalPodAutoscaler', namespace, name)?.spec.scaleTargetRef
    return target ? tie('scales', target.kind, namespace, target.name) : []
  },
  PodDisruptionBudget: (view, { namespace, name }) => {
    const selector = view.get('PodDisruptionBudget', namespace, name)?.spec.selector
    return selector ? selected(view, namespace, selector) : []
  },
  Namespace: (view) =>
    view.list('APIService').map((one) => ({ relation: 'waits for', object: refOf('APIService', one) })),
}
