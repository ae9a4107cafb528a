import type { DeploymentState } from '@aiops/contract/model/deployment'
import type { Tone } from '../ui/badge.tsx'

/** How a state is called and coloured, and what happens in it or is to be done. */
export const stateLooks: Record<DeploymentState, { tone: Tone; word: string; explain: string }> = {
  PROPOSED: { tone: 'low', word: 'Proposed', explain: 'A branch and a merge request are being made.' },
  REQUESTED: { tone: 'low', word: 'Requested', explain: 'Its merge request is open; it is being planned.' },
  PLANNED: { tone: 'low', word: 'Planned', explain: 'The policy is being asked.' },
  AWAITING_APPROVAL: {
    tone: 'medium',
    word: 'Awaiting approval',
    explain: 'It goes on once enough people have approved exactly this head and this plan.',
  },
  APPROVED: { tone: 'low', word: 'Approved', explain: 'It is about to be merged.' },
  MERGED: { tone: 'low', word: 'Merged', explain: 'It is in Git and about to be applied.' },
  APPLYING: { tone: 'low', word: 'Applying', explain: 'The approved plan is being applied.' },
  VERIFYING: {
    tone: 'low',
    word: 'Verifying',
    explain: 'It is applied. The service is watched; out of its limits, the change is taken back.',
  },
  KEPT: { tone: 'ok', word: 'Kept', explain: 'It is applied and stayed.' },
  REVERTING: {
    tone: 'high',
    word: 'Reverting',
    explain: 'Another deployment takes it back, through the same gate.',
  },
  REVERTED: { tone: 'high', word: 'Reverted', explain: 'It was taken back; what was before runs again.' },
  DENIED: {
    tone: 'critical',
    word: 'Denied',
    explain:
      'Nothing was merged or applied. Propose another change; each rule that spoke says what it minds.',
  },
  CLOSED: { tone: 'info', word: 'Closed', explain: 'A person gave it up. Nothing was merged or applied.' },
  FAILED: { tone: 'critical', word: 'Failed', explain: 'It needs a person.' },
}
