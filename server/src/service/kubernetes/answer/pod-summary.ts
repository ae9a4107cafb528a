import type { ContainerSummary, PodSummary } from '@aiops/contract/model/kubernetes'
import type { z } from 'zod'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { ownerFinder } from '../object/owner.ts'
import type { Container, ContainerStatus, Pod } from '../object/pod.ts'
import { waitsWithReason } from '../object/pod-trouble.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { containerState, isReady, podStatus, sidecarsOf } from './pod-status.ts'
import { timeOf, timeOrNull } from './time-field.ts'

/** What is used of a pod or node, of metrics.k8s.io; null where it is not known. */
export type Usage = PodSummary['usage']
export type PodUsage = (namespace: string, name: string) => Usage
export type PodSelection = {
  namespace?: string
  phase?: string
  node?: string
  /** A name, or `Kind/name`. */
  owner?: string
  /** A part of the name. */
  search?: string
  problems?: boolean
}

/** Pods in order of namespace and name. A step is 256 pods. */
export function* podSummaries(
  view: ClusterView,
  selection: PodSelection = {},
  usageOf: PodUsage = () => null,
): Stepwise<PodSummary[]> {
  return (yield* podPage(view, selection, everything, usageOf)).items
}

/** Of the pods in order of namespace and name so many, and how many there are; only those are summed up. A step is 256 pods. */
export function* podPage(
  view: ClusterView,
  selection: PodSelection,
  { offset, limit }: { offset: number; limit: number },
  usageOf: PodUsage = () => null,
): Stepwise<{ items: PodSummary[]; total: number }> {
  const ownerOf = ownerFinder(view)
  const pods = yield* selectedPods(view, selection, ownerOf)
  const items: PodSummary[] = []
  for (const pod of limit < pods.length ? pods.slice(offset, offset + limit) : pods.slice(offset)) {
    items.push(podSummary(pod, ownerOf(pod), usageOf))
    if (items.length % stepLength === 0) yield
  }
  return { items, total: pods.length }
}

const everything = { offset: 0, limit: Number.POSITIVE_INFINITY }

function* selectedPods(
  view: ClusterView,
  selection: PodSelection,
  ownerOf: ReturnType<typeof ownerFinder>,
): Stepwise<readonly Pod[]> {
  const { namespace, node, phase, search, owner, problems } = selection
  const near = node ? view.podsOn(node) : problems ? view.troubledPods() : undefined
  const pods = near ?? view.list('Pod', namespace || undefined)
  if (!node && !phase && !search && !owner && !problems) return pods
  const found: Pod[] = []
  for (let i = 0; i < pods.length; i += 1) {
    if (i % stepLength === stepLength - 1) yield
    const pod = pods[i]!
    if (!isSelected(pod, selection)) continue
    if (owner && !isNamed(ownerOf(pod), owner)) continue
    if (problems && !hasProblem(pod, view.timeMs)) continue
    found.push(pod)
  }
  return found
}

const stepLength = 256
/** A pod that was made only now is not ready for reasons that nobody need see to. */
const graceMs = 5 * 60_000

/** Whether somebody should look at the pod: it failed, waits with a reason, or has not been ready for longer than starting takes. */
export function hasProblem(pod: Pod, nowMs: number): boolean {
  const { phase, reason } = pod.status
  if (phase === 'Succeeded') return false
  if (phase === 'Failed' || phase === 'Unknown' || reason === 'NodeLost') return true
  const { initContainerStatuses, containerStatuses } = pod.status
  if (initContainerStatuses.some(waitsWithReason) || containerStatuses.some(waitsWithReason)) return true
  return !isReady(pod) && nowMs - timeOf(pod.metadata.creationTimestamp) > graceMs
}

function isSelected(pod: Pod, { namespace, phase, node, search }: PodSelection): boolean {
  return (
    (!namespace || pod.metadata.namespace === namespace) &&
    (!phase || pod.status.phase === phase) &&
    (!node || pod.spec.nodeName === node) &&
    (!search || pod.metadata.name.includes(search))
  )
}

function isNamed(owner: ObjectRef | null, wanted: string): boolean {
  return owner !== null && (owner.name === wanted || `${owner.kind}/${owner.name}` === wanted)
}

export function podSummary(pod: Pod, owner: ObjectRef | null, usageOf: PodUsage = () => null): PodSummary {
  const { metadata, spec, status } = pod
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    phase: status.phase || 'Unknown',
    ...podStatus(pod),
    node: spec.nodeName || null,
    owner,
    containers: containersOf(pod),
    qos_class: status.qosClass || null,
    created_at: timeOrNull(metadata.creationTimestamp),
    ip: status.podIP || null,
    labels: metadata.labels,
    usage: usageOf(metadata.namespace, metadata.name),
  }
}

type ContainerView = z.infer<typeof ContainerSummary>
function containersOf(pod: Pod): ContainerView[] {
  const { spec, status } = pod
  const sidecars = sidecarsOf(pod)
  return [
    ...spec.initContainers.map((one) =>
      containerSummary(one, sidecars.has(one.name) ? 'SIDECAR' : 'INIT', status.initContainerStatuses),
    ),
    ...spec.containers.map((one) => containerSummary(one, 'MAIN', status.containerStatuses)),
    ...spec.ephemeralContainers.map((one) =>
      containerSummary(one, 'EPHEMERAL', status.ephemeralContainerStatuses),
    ),
  ]
}

function containerSummary(
  { name, image }: Pick<Container, 'name' | 'image'>,
  kind: ContainerView['kind'],
  statuses: readonly ContainerStatus[],
): ContainerView {
  const status = statuses.find((one) => one.name === name)
  const exit = status?.state.terminated ?? status?.lastState.terminated
  return {
    name,
    image,
    kind,
    ready: status?.ready ?? false,
    restarts: Math.trunc(status?.restartCount ?? 0),
    ...(status ? containerState(status) : { state: 'Waiting', message: '' }),
    last_exit: exit
      ? { code: Math.trunc(exit.exitCode), reason: exit.reason, at: timeOrNull(exit.finishedAt) }
      : null,
  }
}
