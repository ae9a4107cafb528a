import type { Deployment, DeploymentApproval } from '@aiops/contract/model/deployment'
import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { approvalCount, movedSince } from './approval-count.ts'

const ways: Record<DeploymentApproval['via'], string> = {
  ...{ POLICY: 'nobody had to', FORGE: 'in the merge request', API: 'here' },
}

/** Who approved what, and whether it still is what stands. */
export function ApprovalPanel({ deployment }: { deployment: Deployment }) {
  const { approvals } = deployment
  const { have, need } = approvalCount(deployment)
  const keys = uniqueKeys(approvals, ({ by, at, via }) => `${by} ${at} ${via}`)
  return (
    <Panel
      title="Approvals"
      note={need === null ? undefined : need === 0 ? 'none needed' : `${have} of ${need}`}
    >
      {approvals.length === 0 && <p className="text-ink-soft">Nobody has approved it.</p>}
      <ul className="space-y-2.5">
        {approvals.map((approval, i) => (
          <ApprovalItem key={keys[i]} approval={approval} moved={movedSince(deployment, approval)} />
        ))}
      </ul>
    </Panel>
  )
}

type ApprovalItemProps = { approval: DeploymentApproval; moved: 'head' | 'plan' | undefined }

function ApprovalItem({
  approval: { by, at, via, comment, head_sha, plan_sha256 },
  moved,
}: ApprovalItemProps) {
  return (
    <li>
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="break-all font-medium">{via === 'POLICY' ? 'The policy' : by}</span>
        {moved ? (
          <Badge tone="medium" title={`The ${moved} has moved on since`}>
            no longer counts: other {moved}
          </Badge>
        ) : (
          <Badge tone="ok">counts</Badge>
        )}
        <Moment at={at} form="ago" className="ml-auto text-ink-mute text-xs" />
      </p>
      <p className="break-words text-ink-mute text-xs">
        {ways[via]}; head{' '}
        <code className="font-mono" title={head_sha}>
          {head_sha.slice(0, 12)}
        </code>
        ,{' '}
        {plan_sha256 === '' ? (
          'no plan'
        ) : (
          <>
            plan{' '}
            <code className="font-mono" title={plan_sha256}>
              {plan_sha256.slice(0, 12)}
            </code>
          </>
        )}
      </p>
      {comment !== null && via !== 'POLICY' && <p className="break-words text-ink-soft">“{comment}”</p>}
    </li>
  )
}
