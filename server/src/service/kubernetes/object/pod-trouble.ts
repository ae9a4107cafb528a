import type { ContainerStatus, Pod } from './pod.ts'

/** Whether a pod may be in trouble: it has neither ended well nor does it run, ready, with no container that waits for a reason. */
export function isTroubled({ status }: Pod): boolean {
  if (status.phase === 'Succeeded') return false
  return (
    status.phase !== 'Running' ||
    status.reason === 'NodeLost' ||
    !status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') ||
    status.containerStatuses.some(waitsWithReason) ||
    status.initContainerStatuses.some(waitsWithReason)
  )
}

/** Of a container that does not start, other than that it is about to. */
export function waitsWithReason({ state }: ContainerStatus): boolean {
  const reason = state.waiting?.reason ?? ''
  return reason !== '' && reason !== 'ContainerCreating' && reason !== 'PodInitializing'
}
