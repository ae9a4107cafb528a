import {
  type Deployment,
  type DeploymentState,
  finalDeploymentStates,
} from '@aiops/contract/model/deployment'

export type Deed = 'approve' | 'plan' | 'close' | 'revert' | 'review'

const reviewed: readonly DeploymentState[] = ['PLANNED', 'AWAITING_APPROVAL', 'APPROVED', 'MERGED']
const unmerged: readonly DeploymentState[] = [
  'PROPOSED',
  'REQUESTED',
  'PLANNED',
  'AWAITING_APPROVAL',
  'APPROVED',
]
const applied: readonly DeploymentState[] = ['KEPT', 'VERIFYING', 'MERGED', 'AWAITING_APPROVAL', 'FAILED']

/** What a person can do with it in this state. Whether this person may, the server says. */
export function allowedDeeds(deployment: Deployment): Deed[] {
  const { state, merged_sha, reverts, override, head_sha } = deployment
  const isMerged = merged_sha !== null
  return [
    ...(reviewed.includes(state) && head_sha !== null && !isSettled(deployment) ? ['approve' as const] : []),
    ...(reviewed.includes(state) && head_sha !== null ? ['plan' as const] : []),
    ...(unmerged.includes(state) && !isMerged ? ['close' as const] : []),
    ...(applied.includes(state) && isMerged && reverts === null ? ['revert' as const] : []),
    ...(override && override.reviewed_by === null ? ['review' as const] : []),
  ]
}

/** Enough have approved, so one more changes nothing. */
const isSettled = ({ state }: Deployment): boolean => state === 'APPROVED' || state === 'MERGED'

/** Of a failure: what there is to do about it, which hangs on how far it came. */
export function failureAdvice({ state, merged_sha, reverts, reverted_by }: Deployment): string {
  if (state === 'REVERTED') return 'It was taken back; nothing is left to do but to learn why.'
  if (state === 'REVERTING') return 'It is being taken back. Look at the deployment that does.'
  if (merged_sha === null)
    return 'Nothing was merged or applied. Put right what is said here, then propose it again.'
  if (reverts !== null)
    return 'It was to take another one back. See what runs now with Drift, then put it right by a change of your own.'
  return reverted_by === null
    ? 'Git holds this change, and part of it may run. See what runs now with Drift, then revert it here.'
    : 'Taking it back did not work, so it still runs. See what runs now with Drift, put right what stopped it, and revert it again.'
}

/** While a kill switch or a freeze can hold it. */
export const isBeforeApply = (state: DeploymentState): boolean => [...unmerged, 'MERGED'].includes(state)

export const isOver = (state: DeploymentState): boolean => finalDeploymentStates.includes(state)
