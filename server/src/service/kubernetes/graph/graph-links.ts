import type { Stepwise } from '../../../kernel/stepwise.ts'
import { refOf } from '../analyzer/rule.ts'
import { controllerOf } from '../object/owner.ts'
import type { Pod } from '../object/pod.ts'
import { selects } from '../object/selector.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import type { GraphDraft } from './graph-draft.ts'

/** Owners, nodes, volumes and configuration of pods. A step is 256 pods. */
export function* linkPods(view: ClusterView, draft: GraphDraft, place: string | undefined): Stepwise<void> {
  for (const [i, pod] of view.list('Pod', place).entries()) {
    if (i % 256 === 255) yield
    const ref = refOf('Pod', pod)
    if (!draft.has(ref)) continue
    const owner = workloadOf(view, pod)
    if (owner) draft.link(owner, ref, 'OWNS')
    if (pod.spec.nodeName)
      draft.link(ref, { kind: 'Node', namespace: '', name: pod.spec.nodeName }, 'RUNS_ON')
    for (const { persistentVolumeClaim: claim } of pod.spec.volumes)
      if (claim) draft.link(ref, { ...ref, kind: 'PersistentVolumeClaim', name: claim.claimName }, 'MOUNTS')
    for (const name of configMapsOf(pod)) {
      const target = { ...ref, kind: 'ConfigMap', name }
      draft.add(
        target,
        {},
        view.isKnown('ConfigMap') && !view.get('ConfigMap', ref.namespace, name) ? 'Missing' : '',
      )
      draft.link(ref, target, 'MOUNTS')
    }
  }
}

/** The ReplicaSet of a Deployment is left out between it and its pods. */
function workloadOf(view: ClusterView, pod: Pod): ObjectRef | undefined {
  const { namespace } = pod.metadata
  const owner = controllerOf(pod)
  if (owner?.kind !== 'ReplicaSet') return owner && { kind: owner.kind, namespace, name: owner.name }
  const set = view.get('ReplicaSet', namespace, owner.name)
  const above = set && controllerOf(set)
  return { kind: above?.kind ?? owner.kind, namespace, name: above?.name ?? owner.name }
}

function configMapsOf({ spec }: Pod): Set<string> {
  const names = new Set<string>()
  for (const { configMap } of spec.volumes) if (configMap) names.add(configMap.name)
  for (const { env, envFrom } of [...spec.initContainers, ...spec.containers]) {
    for (const { valueFrom } of env) if (valueFrom?.configMapKeyRef) names.add(valueFrom.configMapKeyRef.name)
    for (const { configMapRef } of envFrom) if (configMapRef) names.add(configMapRef.name)
  }
  return names
}

/** Jobs of CronJobs. */
export function linkWorkloads(view: ClusterView, draft: GraphDraft, place: string | undefined): void {
  for (const job of view.list('Job', place)) {
    const owner = controllerOf(job)
    if (owner) draft.link({ ...refOf(owner.kind, job), name: owner.name }, refOf('Job', job), 'OWNS')
  }
}

export function linkScalers(view: ClusterView, draft: GraphDraft, place: string | undefined): void {
  for (const scaler of view.list('HorizontalPodAutoscaler', place)) {
    const { kind, name } = scaler.spec.scaleTargetRef
    const ref = refOf('HorizontalPodAutoscaler', scaler)
    draft.link(ref, { ...ref, kind, name }, 'SCALES')
  }
}

/** What Services select, what is routed to them, and what policies apply to and let in from outside. A step is a Service or a policy. */
export function* linkNetwork(
  view: ClusterView,
  draft: GraphDraft,
  place: string | undefined,
): Stepwise<void> {
  for (const service of view.list('Service', place)) {
    yield
    const { metadata, spec } = service
    const ref = refOf('Service', service)
    if (!draft.has(ref)) continue
    for (const pod of view.podsWith(metadata.namespace, spec.selector))
      draft.link(ref, refOf('Pod', pod), 'SELECTS')
    if (spec.type === 'ExternalName' && spec.externalName)
      linkOutside(draft, ref, spec.externalName, 'ROUTES_TO')
  }
  linkRoutes(view, draft, place)
  for (const policy of view.list('NetworkPolicy', place)) {
    yield
    const { spec, metadata } = policy
    const ref = refOf('NetworkPolicy', policy)
    if (!draft.has(ref)) continue
    const { podSelector } = spec
    const isByLabel = Object.keys(podSelector.matchLabels).length > 0
    const near = isByLabel
      ? view.podsWith(metadata.namespace, podSelector.matchLabels)
      : view.list('Pod', metadata.namespace)
    for (const pod of near)
      if (pod.spec.hostNetwork !== true && selects(podSelector, pod.metadata.labels))
        draft.link(ref, refOf('Pod', pod), 'APPLIES_TO')
    for (const { ipBlock } of [
      ...(spec.ingress ?? []).flatMap(({ from = [] }) => from),
      ...(spec.egress ?? []).flatMap(({ to = [] }) => to),
    ])
      if (ipBlock) linkOutside(draft, ref, ipBlock.cidr, 'ALLOWS')
  }
}

function linkOutside(
  draft: GraphDraft,
  ref: ObjectRef,
  name: string,
  relation: 'ALLOWS' | 'ROUTES_TO',
): void {
  const outside = { kind: 'External', namespace: '', name }
  draft.add(outside)
  draft.link(ref, outside, relation)
}

function linkRoutes(view: ClusterView, draft: GraphDraft, place: string | undefined): void {
  for (const { source, target } of routesOf(view, place)) draft.link(source, target, 'ROUTES_TO')
}

/** What Ingresses, OpenShift's Routes and Gateways send on, each pair once. */
export function routesOf(view: ClusterView, place?: string): { source: ObjectRef; target: ObjectRef }[] {
  const found = new Map<string, { source: ObjectRef; target: ObjectRef }>()
  const add = (source: ObjectRef, target: ObjectRef): void => {
    found.set(JSON.stringify([source, target]), { source, target })
  }
  const service = (namespace: string, name: string): ObjectRef => ({ kind: 'Service', namespace, name })
  for (const ingress of view.list('Ingress', place)) {
    const { rules, defaultBackend } = ingress.spec
    const backends = [
      defaultBackend,
      ...rules.flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? []),
    ]
    for (const backend of backends)
      if (backend?.service)
        add(refOf('Ingress', ingress), service(ingress.metadata.namespace, backend.service.name))
  }
  for (const route of view.list('Route', place))
    add(refOf('Route', route), service(route.metadata.namespace, route.spec.to.name))
  for (const route of view.list('HTTPRoute', place)) {
    const ref = refOf('HTTPRoute', route)
    for (const parent of route.spec.parentRefs)
      if ((parent.kind ?? 'Gateway') === 'Gateway')
        add({ kind: 'Gateway', namespace: parent.namespace ?? ref.namespace, name: parent.name }, ref)
    for (const backend of route.spec.rules.flatMap(({ backendRefs }) => backendRefs))
      if ((backend.kind ?? 'Service') === 'Service')
        add(ref, service(backend.namespace ?? ref.namespace, backend.name))
  }
  return [...found.values()]
}
