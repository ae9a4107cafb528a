import type { WorkloadSummary } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { ObjectOf } from '../object/kind.ts'
import type { Condition, Meta } from '../object/meta.ts'
import { controllerOf } from '../object/owner.ts'
import type { PodSpec } from '../object/pod.ts'
import type { ClusterView } from '../view.ts'
import { timeOf, timeOrNull } from './time-field.ts'

export const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicaSet',
] as const
export type WorkloadKind = (typeof workloadKinds)[number]
export type WorkloadSelection = { namespace?: string; kind?: string; search?: string; problems?: boolean }

/** What is not available first, then in order of kind, namespace and name. ReplicaSets only where nothing controls them. A step is 256 workloads. */
export function* workloadSummaries(
  view: ClusterView,
  selection: WorkloadSelection = {},
): Stepwise<WorkloadSummary[]> {
  const { namespace, kind, search, problems } = selection
  const summaries: WorkloadSummary[] = []
  let seen = 0
  for (const one of workloadKinds) {
    if (kind && kind !== one) continue
    for (const workload of view.list(one, namespace || undefined)) {
      if (++seen % 256 === 0) yield
      if (one === 'ReplicaSet' && controllerOf(workload)) continue
      if (search && !workload.metadata.name.includes(search)) continue
      const summary = workloadSummary(view, one, workload)
      if (!problems || isUnavailable(summary)) summaries.push(summary)
    }
  }
  return [...summaries.filter(isUnavailable), ...summaries.filter((one) => !isUnavailable(one))]
}

export const isUnavailable = ({ status }: Pick<WorkloadSummary, 'status'>): boolean =>
  status === 'Degraded' || status === 'Failed'

export function workloadSummary<K extends WorkloadKind>(
  view: ClusterView,
  kind: K,
  workload: ObjectOf<K>,
): WorkloadSummary {
  const { metadata } = workload
  const read = readers[kind] as (view: ClusterView, workload: ObjectOf<K>) => State
  const { spec, desired, ready, updated, status } = read(view, workload)
  return {
    ...{ kind, namespace: metadata.namespace, name: metadata.name, status },
    desired: Math.trunc(desired),
    ready: Math.trunc(ready),
    updated: Math.trunc(updated),
    images: imagesOf(spec),
    created_at: timeOrNull(metadata.creationTimestamp),
  }
}

type State = Pick<WorkloadSummary, 'desired' | 'ready' | 'updated' | 'status'> & { spec: PodSpec }
type Readers = { [K in WorkloadKind]: (view: ClusterView, workload: ObjectOf<K>) => State }

const readers: Readers = {
  Deployment(_, { metadata, spec, status }) {
    const desired = spec.replicas ?? 1
    const [ready, updated] = [status.readyReplicas ?? 0, status.updatedReplicas ?? 0]
    const available = status.availableReplicas ?? 0
    const progress = status.conditions.find((one) => one.type === 'Progressing')
    const isBehind = !isObserved(metadata, status.observedGeneration)
    const isRolling = updated < desired || (status.replicas ?? 0) > updated
    const isFailing = progress?.status === 'False' || isTrue(status.conditions, 'ReplicaFailure')
    const state = (): string => {
      if (isBehind) return 'Progressing'
      if (isFailing) return 'Degraded'
      if (spec.paused) return available < desired ? 'Degraded' : 'Suspended'
      if (isRolling) return 'Progressing'
      if (available >= desired) return 'Available'
      return progress?.reason === 'NewReplicaSetAvailable' ? 'Degraded' : 'Progressing'
    }
    return { desired, ready, updated, status: state(), spec: spec.template.spec }
  },
  StatefulSet(view, { metadata, spec, status }) {
    const desired = spec.replicas ?? 1
    const [ready, updated] = [status.readyReplicas ?? 0, status.updatedReplicas ?? 0]
    const keeps = Math.min(spec.updateStrategy?.rollingUpdate?.partition ?? 0, desired)
    const isRolling =
      spec.updateStrategy?.type !== 'OnDelete' &&
      status.updateRevision !== status.currentRevision &&
      updated < desired - keeps
    const isWhole = ready >= desired && (status.replicas ?? 0) <= desired
    const state = settled(view, metadata, status.observedGeneration, { isRolling, isWhole })
    return { desired, ready, updated, status: state, spec: spec.template.spec }
  },
  DaemonSet(view, { metadata, spec, status }) {
    const desired = status.desiredNumberScheduled ?? 0
    const [ready, updated] = [status.numberReady ?? 0, status.updatedNumberScheduled ?? 0]
    const isRolling = spec.updateStrategy?.type !== 'OnDelete' && updated < desired
    const isWhole = (status.numberAvailable ?? ready) >= desired
    const state = settled(view, metadata, status.observedGeneration, { isRolling, isWhole })
    return { desired, ready, updated, status: state, spec: spec.template.spec }
  },
  ReplicaSet(view, { metadata, spec, status }) {
    const desired = spec.replicas ?? 1
    const ready = status.readyReplicas ?? 0
    const isWhole = (status.availableReplicas ?? 0) >= desired
    const state = isTrue(status.conditions, 'ReplicaFailure')
      ? 'Degraded'
      : settled(view, metadata, status.observedGeneration, { isRolling: false, isWhole })
    return { desired, ready, updated: status.replicas ?? 0, status: state, spec: spec.template.spec }
  },
  /** `ready` are those that succeeded. */
  Job(_, { spec, status }) {
    const succeeded = status.succeeded ?? 0
    const desired = spec.completions ?? spec.parallelism ?? 1
    return {
      desired,
      ready: succeeded,
      updated: succeeded,
      status: jobStatus(spec, status),
      spec: spec.template.spec,
    }
  },
  /** Counts are of the Jobs that run now. Degraded: the last that ended failed. */
  CronJob(view, { metadata, spec, status }) {
    const active = status.active.length
    const last = view
      .ownedBy('Job', metadata.uid)
      .filter((job) => isTrue(job.status.conditions, 'Complete') || isTrue(job.status.conditions, 'Failed'))
      .toSorted((a, b) => timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp))[0]
    const hasFailed = last !== undefined && isTrue(last.status.conditions, 'Failed')
    const state = spec.suspend ? 'Suspended' : hasFailed ? 'Degraded' : 'Available'
    const template = spec.jobTemplate.spec.template.spec
    return { desired: active, ready: active, updated: active, status: state, spec: template }
  },
}

function jobStatus(spec: ObjectOf<'Job'>['spec'], status: ObjectOf<'Job'>['status']): string {
  if (isTrue(status.conditions, 'Failed') || isTrue(status.conditions, 'FailureTarget')) return 'Failed'
  if (isTrue(status.conditions, 'Complete') || isTrue(status.conditions, 'SuccessCriteriaMet'))
    return 'Complete'
  return spec.suspend ? 'Suspended' : 'Progressing'
}

/** A workload that says of no deadline itself is given so long to come up. */
const startsWithinMs = 10 * 60_000

function settled(
  view: ClusterView,
  metadata: Meta,
  observed: number | undefined,
  { isRolling, isWhole }: { isRolling: boolean; isWhole: boolean },
): string {
  if (isRolling || !isObserved(metadata, observed)) return 'Progressing'
  if (isWhole) return 'Available'
  return view.timeMs - timeOf(metadata.creationTimestamp) < startsWithinMs ? 'Progressing' : 'Degraded'
}

/** Whether the controller has seen the spec as it is now. */
const isObserved = ({ generation }: Meta, observed: number | undefined): boolean =>
  generation === undefined || observed === undefined || observed >= generation

const isTrue = (conditions: readonly Condition[], type: string): boolean =>
  conditions.some((one) => one.type === type && one.status === 'True')

const imagesOf = ({ containers, initContainers }: PodSpec): string[] => [
  ...new Set([...containers, ...initContainers].map(({ image }) => image)),
]
