import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { conditionOf, earliest, fieldEvidence, msOf } from '../evidence.ts'
import { type Observation, refOf } from '../rule.ts'
import { isTerminating } from './container.ts'

export const isReady = (pod: Pod): boolean => conditionOf(pod.status.conditions, 'Ready')?.status === 'True'

/** Since when it is not ready: the condition's own time, else its birth. */
export const unreadySince = (pod: Pod): number | undefined => {
  const ready = conditionOf(pod.status.conditions, 'Ready')
  return (
    msOf(ready?.lastTransitionTime) ??
    msOf(conditionOf(pod.status.conditions, 'PodScheduled')?.lastTransitionTime) ??
    msOf(pod.metadata.creationTimestamp)
  )
}

export const unreadyOf = (pods: readonly Pod[]): Pod[] =>
  pods.filter((pod) => !isTerminating(pod) && pod.status.phase !== 'Succeeded' && !isReady(pod))

export const earliestUnready = (pods: readonly Pod[]): number | undefined =>
  earliest(...pods.map(unreadySince))

const shownMax = 5
/** A line a pod, of the first few. */
export function podEvidence(pods: readonly Pod[]): Observation['evidence'] {
  return pods.slice(0, shownMax).map((pod) => {
    const waiting = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]
      .map(({ state }) => state.waiting?.reason || state.terminated?.reason)
      .find((reason) => reason && reason !== 'Completed')
    const text = [pod.status.phase || 'no phase', waiting, pod.spec.nodeName && `on ${pod.spec.nodeName}`]
      .filter(Boolean)
      .join(', ')
    return fieldEvidence(refOf('Pod', pod), 'status.phase', text, unreadySince(pod))
  })
}

/** Pods that wait on a node which is not ready are the node's matter. */
export function isNodeLost(pod: Pod, view: ClusterView): boolean {
  if (!view.isKnown('Node') || !pod.spec.nodeName) return false
  const node = view.get('Node', '', pod.spec.nodeName)
  return node !== undefined && conditionOf(node.status.conditions, 'Ready')?.status !== 'True'
}
