import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { ContainerStatus, Pod } from '../object/pod.ts'

/** A container whose log should be followed; `restarts` tells when its last run can be read as `previous`. */
export type WantedLog = { namespace: string; pod: string; uid: string; container: string; restarts: number }

/**
 * Containers that restarted or ended badly, and all that ran of a pod that is not ready or failed; those that fail now first, then by
 * restarts. One that never ran has no log. A step is 256 pods.
 */
export function* troubledContainers(pods: Iterable<Pod>): Stepwise<WantedLog[]> {
  const found: (WantedLog & { rank: number })[] = []
  let seen = 0
  for (const { metadata, status } of pods) {
    if (++seen % 256 === 0) yield
    const isOver = status.phase === 'Succeeded' || metadata.deletionTimestamp !== undefined
    if (isOver) continue
    const isReady = status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')
    for (const one of [...status.containerStatuses, ...status.initContainerStatuses]) {
      const isInitDone = one.state.terminated?.exitCode === 0 && one.restartCount === 0
      if (!hasRun(one) || isInitDone || (isReady && one.restartCount === 0)) continue
      const rank = isFailing(one) ? 2 : isReady ? 0 : 1
      found.push({
        ...{ namespace: metadata.namespace, pod: metadata.name, uid: metadata.uid, container: one.name },
        ...{ restarts: one.restartCount, rank },
      })
    }
  }
  return found
    .sort((a, b) => b.rank - a.rank || b.restarts - a.restarts)
    .map(({ rank: _, ...wanted }) => wanted)
}

const hasRun = ({ state, lastState, restartCount }: ContainerStatus): boolean =>
  state.running !== undefined ||
  state.terminated !== undefined ||
  lastState.terminated !== undefined ||
  restartCount > 0

const isFailing = ({ state }: ContainerStatus): boolean =>
  state.waiting?.reason === 'CrashLoopBackOff' || (state.terminated?.exitCode ?? 0) !== 0
