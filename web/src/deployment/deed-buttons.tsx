import type { Deployment } from '@aiops/contract/model/deployment'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { allowedDeeds, type Deed } from './allowed.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { DeedDialog } from './deed-dialog.tsx'
import { ReviewDialog } from './review-dialog.tsx'
import { useDeed } from './use-deployments.ts'

const words: Record<Deed, string> = {
  approve: 'Approve…',
  plan: 'Plan again…',
  close: 'Close…',
  revert: 'Revert…',
  review: 'Review the override…',
}

/** What a person can do with it in its state; whether this person may, the server says in words. */
export function DeedButtons({ deployment }: { deployment: Deployment }) {
  const [deed, setDeed] = useState<Deed>()
  const deeds = allowedDeeds(deployment)
  const onClose = (): void => setDeed(undefined)
  // A dialog stays open where the state moves on beneath it: what the person writes is not lost, and the server refuses what is late.
  return (
    <>
      {deeds.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {deeds.map((one) => (
            <Button
              key={one}
              look={one === 'approve' || one === 'review' ? 'strong' : one === 'revert' ? 'danger' : 'plain'}
              onClick={() => setDeed(one)}
            >
              {words[one]}
            </Button>
          ))}
        </div>
      )}
      {deed === 'approve' && <ApproveDialog deployment={deployment} onClose={onClose} />}
      {deed === 'review' && <ReviewDialog deployment={deployment} onClose={onClose} />}
      {deed === 'plan' && <PlanDialog deployment={deployment} onClose={onClose} />}
      {(deed === 'close' || deed === 'revert') && (
        <ReasonDialog key={deed} deed={deed} deployment={deployment} onClose={onClose} />
      )}
    </>
  )
}

function PlanDialog({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const plan = useDeed(deployment.id, 'plan')
  const count = deployment.approvals.length
  return (
    <DeedDialog
      title="Plan again?"
      description={
        count > 0
          ? `The new plan has to be approved anew: ${count === 1 ? 'the approval' : `the ${count} approvals`} given so far will count no more.`
          : 'It is planned against what runs now, and the policy is asked anew.'
      }
      verb="Plan again"
      pending={plan.isPending}
      error={plan.error}
      onCancel={onClose}
      onConfirm={() => plan.mutate(undefined, { onSuccess: onClose })}
    />
  )
}

const reasoned = {
  close: {
    title: 'Close it?',
    description: 'Its merge request is closed and its branch taken away. Nothing is applied.',
    verb: 'Close',
  },
  revert: {
    title: 'Take it back?',
    description:
      'A commit that undoes it is proposed as a deployment of its own, with a new plan, through the same gate.',
    verb: 'Revert',
  },
}

type ReasonDialogProps = { deed: 'close' | 'revert'; deployment: Deployment; onClose: () => void }

function ReasonDialog({ deed, deployment, onClose }: ReasonDialogProps) {
  const act = useDeed(deployment.id, deed)
  return (
    <DeedDialog
      {...reasoned[deed]}
      danger
      words={{ label: 'Reason, kept with it', required: true, max: 2_000 }}
      pending={act.isPending}
      error={act.error}
      onCancel={onClose}
      onConfirm={(reason) => act.mutate({ reason }, { onSuccess: onClose })}
    />
  )
}
