import type { ContainerStatus, Pod } from '../object/pod.ts'

/**
 * Status and counts of a pod as `kubectl get pods` prints them (printPod in kubernetes/pkg/printers/internalversion/printers.go), save
 * that restarts are those of all containers, also where init containers are done: a restart is one.
 */
export function podStatus(pod: Pod): { status: string; ready: number; total: number; restarts: number } {
  const sidecars = sidecarsOf(pod)
  const init = initStatus(pod, sidecars)
  const isInitialized = !init.initializing || isTrue(pod, 'Initialized')
  const main = isInitialized ? mainStatus(pod, init.status) : { status: init.status, ready: 0 }
  const all = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]
  return {
    status: endedStatus(pod) ?? main.status,
    ready: init.ready + main.ready,
    total: pod.spec.containers.length + sidecars.size,
    restarts: all.reduce((sum, container) => sum + Math.trunc(container.restartCount), 0),
  }
}

/** Names of init containers that keep running beside the main ones. */
export function sidecarsOf(pod: Pick<Pod, 'spec'>): ReadonlySet<string> {
  const { initContainers } = pod.spec
  if (initContainers.length === 0) return none
  return new Set(initContainers.filter((one) => one.restartPolicy === 'Always').map((one) => one.name))
}
const none: ReadonlySet<string> = new Set()

/** Its containers will not run again. */
export const isTerminal = ({ status }: Pick<Pod, 'status'>): boolean =>
  status.phase === 'Succeeded' || status.phase === 'Failed'

export const isReady = (pod: Pick<Pod, 'status'>): boolean => isTrue(pod, 'Ready')

/** In one word, what one container does: `Running`, else the reason why not. */
export function containerState(status: Pick<ContainerStatus, 'state'>): { state: string; message: string } {
  const { waiting, running, terminated } = status.state
  if (waiting) return { state: waiting.reason || 'Waiting', message: waiting.message }
  if (terminated) return { state: terminatedReason(terminated), message: terminated.message }
  return { state: running ? 'Running' : 'Waiting', message: '' }
}

function isTrue({ status }: Pick<Pod, 'status'>, type: string): boolean {
  return status.conditions.some((one) => one.type === type && one.status === 'True')
}

type Terminated = NonNullable<ContainerStatus['state']['terminated']>
function terminatedReason({ reason, signal, exitCode }: Terminated): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
}

function initStatus(
  pod: Pod,
  sidecars: ReadonlySet<string>,
): { status: string; ready: number; initializing: boolean } {
  const { conditions, reason, phase, initContainerStatuses } = pod.status
  const isGated = conditions.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')
  let ready = 0
  for (const [i, container] of initContainerStatuses.entries()) {
    const { terminated, waiting } = container.state
    if (terminated?.exitCode === 0) continue
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready) ready += 1
      continue
    }
    const why = terminated
      ? terminatedReason(terminated)
      : waiting && waiting.reason !== '' && waiting.reason !== 'PodInitializing'
        ? waiting.reason
        : `${i}/${pod.spec.initContainers.length}`
    return { status: `Init:${why}`, ready, initializing: true }
  }
  const status = isGated ? 'SchedulingGated' : reason || phase || 'Unknown'
  return { status, ready, initializing: false }
}

function mainStatus(pod: Pod, before: string): { status: string; ready: number } {
  let [status, ready, hasRunning] = [before, 0, false]
  for (const container of pod.status.containerStatuses.toReversed()) {
    const { waiting, running, terminated } = container.state
    if (waiting && waiting.reason !== '') status = waiting.reason
    else if (terminated) status = terminatedReason(terminated)
    else if (container.ready && running) {
      hasRunning = true
      ready += 1
    }
  }
  if (status === 'Completed' && hasRunning) status = isReady(pod) ? 'Running' : 'NotReady'
  return { status, ready }
}

function endedStatus(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined
  if (pod.status.reason === 'NodeLost') return 'Unknown'
  return isTerminal(pod) ? undefined : 'Terminating'
}
