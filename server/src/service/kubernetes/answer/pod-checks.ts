import type { KubeEvent } from '../object/event.ts'
import { controllerOf } from '../object/owner.ts'
import type { ContainerStatus, Pod } from '../object/pod.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { type Check, chosen, counted, named, passed, unknown } from './health-check.ts'
import { isTerminal } from './pod-status.ts'
import { timeOf } from './time-field.ts'

const refOf = ({ metadata: { namespace, name } }: Pod): ObjectRef => ({ kind: 'Pod', namespace, name })

/** Pulling a large image takes minutes; longer is worth a look. */
const pendingMs = 5 * 60_000
/** From this share of all pods on it is the cluster rather than a pod. */
const manyShare = 0.1

const phase: Check = {
  ...{ id: 'pod_phase', category: 'workload', title: 'Pods run or have ended well' },
  needs: ['Pod'],
  *run({ view }) {
    const pods = view.list('Pod')
    if (pods.length === 0) return unknown('No pod is there to be looked at.')
    const bad = yield* chosen(pods, (pod) => isStuck(view, pod) || hasFailed(view, pod))
    if (bad.length === 0) return passed(`${counted(pods.length, 'pod')}, none pending or failed.`)
    const objects = bad.map(refOf)
    const leftOver = bad.every(({ status }) => status.phase === 'Failed' && status.reason === 'Evicted')
    const isMany = bad.length >= Math.max(2, pods.length * manyShare)
    const isSystem = objects.some(({ namespace }) => namespace === 'kube-system')
    return {
      status: !leftOver && (isMany || isSystem) ? 'FAIL' : 'WARNING',
      severity: leftOver ? 'LOW' : isMany || isSystem ? 'HIGH' : 'MEDIUM',
      message: `${bad.length} of ${counted(pods.length, 'pod')} pending, failed or not known: ${named(objects)}.`,
      objects,
    }
  },
  remediation: {
    description: 'The events of a pod say what it waits for, its status why it failed.',
    kubectl_commands: [
      'kubectl get pods -A --field-selector=status.phase!=Running,status.phase!=Succeeded',
      'kubectl describe pod -n NAMESPACE POD',
    ],
    az_commands: [],
  },
}

function isStuck(view: ClusterView, { metadata, spec, status }: Pod): boolean {
  if (status.phase === 'Unknown') return true
  const isHeld = spec.schedulingGates.length > 0
  return status.phase === 'Pending' && !isHeld && view.timeMs - timeOf(metadata.creationTimestamp) > pendingMs
}

/** A failed try of a Job that is done, or still trying, is the Job's own affair. */
function hasFailed(view: ClusterView, pod: Pod): boolean {
  if (pod.status.phase !== 'Failed') return false
  const owner = controllerOf(pod)
  const job = owner?.kind === 'Job' ? view.get('Job', pod.metadata.namespace, owner.name) : undefined
  return !job || job.status.conditions.some((one) => one.type === 'Failed' && one.status === 'True')
}

/**
 * The kubelet waits 10 s before it starts a container again, twice as long each time up to 5 min, and forgets that after 10 min of
 * running. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts
 */
const backOffResetMs = 10 * 60_000
/** Third restart within that time, or later: 10 s and 20 s were waited before. */
const thirdBackOffMs = 35_000
const restartsMin = 3
const restartsPerHourMin = 3

const restarts: Check = {
  ...{ id: 'restart_loops', category: 'workload', title: 'No container restarts over and over' },
  needs: ['Pod'],
  *run({ view }) {
    const pods = view.list('Pod')
    if (pods.length === 0) return unknown('No pod is there to be looked at.')
    const looping = (yield* chosen(pods, (pod) => !isTerminal(pod) && isLooping(view, pod))).map(refOf)
    if (looping.length === 0) return passed(`None of ${counted(pods.length, 'pod')}.`)
    return {
      status: 'FAIL',
      severity: looping.some(({ namespace }) => namespace === 'kube-system') ? 'CRITICAL' : 'HIGH',
      message: `${counted(looping.length, 'pod')} with a container that ends again and again: ${named(looping)}.`,
      objects: looping,
    }
  },
  remediation: {
    description:
      'The log of the run before tells why it ended; exit code 137 is often memory, see its limit.',
    kubectl_commands: [
      'kubectl logs -n NAMESPACE POD --previous --all-containers',
      'kubectl describe pod -n NAMESPACE POD',
    ],
    az_commands: [],
  },
}

/** By rate, not by count: twenty restarts in half a year are none, three within ten minutes are. */
function isLooping(view: ClusterView, pod: Pod): boolean {
  const all = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]
  return all.some((container) => {
    const { waiting, running } = container.state
    if (waiting?.reason === 'CrashLoopBackOff') return true
    const endedMs = timeOf((container.state.terminated ?? container.lastState.terminated)?.finishedAt)
    if (container.restartCount < restartsMin || view.timeMs - endedMs > backOffResetMs) return false
    const waitedMs = running && endedMs > 0 ? timeOf(running.startedAt) - endedMs : 0
    return waitedMs >= thirdBackOffMs || isOften(view, pod, container) || isBackingOff(view, pod)
  })
}

function isOften(view: ClusterView, { metadata, status }: Pod, { restartCount }: ContainerStatus): boolean {
  const sinceMs = timeOf(status.startTime ?? metadata.creationTimestamp)
  const hours = Math.max((view.timeMs - sinceMs) / 3_600_000, 1 / 60)
  return sinceMs > 0 && restartCount / hours >= restartsPerHourMin
}

function isBackingOff(view: ClusterView, pod: Pod): boolean {
  const { namespace, name, uid } = pod.metadata
  return view
    .eventsOf({ kind: 'Pod', namespace, name, uid })
    .some((event: KubeEvent) => event.reason === 'BackOff' && isRecentRestart(view, event))
}

function isRecentRestart(view: ClusterView, { message, lastMs }: KubeEvent): boolean {
  return message.includes('restarting failed container') && view.timeMs - lastMs <= backOffResetMs
}

export const podChecks: readonly Check[] = [phase, restarts]
