import type { Deployment } from '@aiops/contract/model/deployment'
import { useState } from 'react'
import { DeedDialog } from './deed-dialog.tsx'
import { ExactHash } from './exact-hash.tsx'
import { costText, planCounts } from './plan-text.ts'
import { useDeed } from './use-deployments.ts'

/** What is approved is what stood here when this was opened, whatever comes in meanwhile. */
export function ApproveDialog({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const [seen] = useState(deployment)
  const approve = useDeed(deployment.id, 'approve')
  const head = seen.head_sha ?? ''
  const plan = seen.plan?.sha256 ?? ''
  const hasMoved = deployment.head_sha !== seen.head_sha || (deployment.plan?.sha256 ?? '') !== plan
  return (
    <DeedDialog
      title="Approve exactly this?"
      description="Your approval holds for this head and this plan. Where either moves on, it counts no more."
      verb="Approve"
      words={{ label: 'Comment', required: false, max: 2_000 }}
      blocked={
        hasMoved
          ? 'Its head or its plan has moved on while you looked. Close this and look at what stands now.'
          : undefined
      }
      pending={approve.isPending}
      error={approve.error}
      onCancel={onClose}
      onConfirm={(comment) =>
        approve.mutate(
          { head_sha: head, plan_sha256: plan, comment: comment || null },
          { onSuccess: onClose },
        )
      }
    >
      <dl className="space-y-2 rounded-md border bg-sunken p-3">
        <div>
          <dt className="text-ink-mute text-xs">Change</dt>
          <dd className="break-words font-medium">{seen.title}</dd>
        </div>
        <div>
          <dt className="text-ink-mute text-xs">Head</dt>
          <dd>
            <ExactHash hash={head} whole />
          </dd>
        </div>
        <div>
          <dt className="text-ink-mute text-xs">Plan, SHA-256</dt>
          <dd>{seen.plan ? <ExactHash hash={plan} whole /> : 'No plan was run.'}</dd>
        </div>
        {seen.plan && (
          <div>
            <dt className="text-ink-mute text-xs">It does</dt>
            <dd>
              {planCounts(seen.plan.summary)
                .map(({ count, word }) => `${count} ${word}`)
                .join(', ') || 'nothing'}
              ; {costText(seen.plan.cost)}
            </dd>
          </div>
        )}
      </dl>
      {!seen.plan && (
        <p className="rounded-md bg-high-soft px-3 py-2 text-high">
          Nobody knows what it would do. {seen.no_plan_reason ?? 'It has not been planned.'}
        </p>
      )}
      <AtRisk deployment={seen} />
    </DeedDialog>
  )
}

function AtRisk({ deployment: { plan } }: { deployment: Deployment }) {
  const risky = plan?.stateful.filter(({ at_risk }) => at_risk) ?? []
  if (risky.length === 0) return null
  return (
    <div className="rounded-md bg-critical-soft px-3 py-2 text-critical">
      <p className="font-medium">Data may be lost:</p>
      <ul className="list-disc pl-5">
        {risky.map(({ address, reason, action }) => (
          <li key={address} className="break-words">
            {action.toLowerCase()} {address} ({reason})
          </li>
        ))}
      </ul>
    </div>
  )
}
