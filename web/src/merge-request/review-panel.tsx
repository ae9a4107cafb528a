import type { MergeRequestApproval, MergeRequestDetail } from '@aiops/contract/model/merge-request'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState } from 'react'
import { DeedDialog } from '../deployment/deed-dialog.tsx'
import { ExactHash } from '../deployment/exact-hash.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { type RequestDeed, useRequestDeed } from './use-merge-requests.ts'

/** Whether it can be merged and if not why, who approved, and the buttons. */
export function ReviewPanel({ request }: { request: MergeRequestDetail }) {
  const { state, blocked_by, approvals, approvals_required: need, merged_sha } = request
  const counting = approvals.filter(({ counts }) => counts).length
  const keys = uniqueKeys(approvals, ({ by, at }) => `${by} ${at}`)
  return (
    <Panel title="Review" note={state === 'OPEN' ? `${counting} of ${need} approved` : undefined}>
      <div className="space-y-3">
        {state === 'OPEN' && <Blockers reasons={blocked_by} />}
        {state === 'CLOSED' && <p>It was closed without being merged.</p>}
        {merged_sha !== null && (
          <p>
            Merged as <ExactHash hash={merged_sha} />
          </p>
        )}
        {state === 'OPEN' && <RequestDeeds request={request} />}
        {approvals.length > 0 && (
          <ul className="space-y-1.5 border-t pt-3">
            {approvals.map((approval, i) => (
              <ApprovalItem key={keys[i]} approval={approval} head={request.head_sha} />
            ))}
          </ul>
        )}
        {approvals.length === 0 && (
          <p className="border-t pt-3 text-ink-soft">Nobody has approved it here.</p>
        )}
      </div>
    </Panel>
  )
}

function Blockers({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0)
    return (
      <p className="flex gap-2">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" /> It can be merged.
      </p>
    )
  return (
    <ul aria-label="Why it cannot be merged" className="space-y-1">
      {reasons.map((reason) => (
        <li key={reason} className="flex gap-2">
          <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
          <span className="min-w-0 break-words">{reason}</span>
        </li>
      ))}
    </ul>
  )
}

function ApprovalItem({
  approval: { by, at, head_sha, counts },
  head,
}: {
  approval: MergeRequestApproval
  head: string
}) {
  const why =
    head_sha === head ? 'does not count: it is their own work' : 'no longer counts: the branch moved on'
  return (
    <li className="flex flex-wrap items-center gap-x-2">
      <span className="break-all font-medium">{by}</span>
      <Badge tone={counts ? 'ok' : 'medium'}>{counts ? 'counts' : why}</Badge>
      <span className="ml-auto text-ink-mute text-xs">
        <code className="font-mono" title={head_sha}>
          {head_sha.slice(0, 12)}
        </code>
        , <Moment at={at} form="ago" />
      </span>
    </li>
  )
}

const words: Record<RequestDeed, { title: string; description: string; verb: string }> = {
  approve: {
    ...{ title: 'Approve exactly this commit?', verb: 'Approve' },
    description: 'Where the branch moves on, your approval counts no more.',
  },
  unapprove: {
    title: 'Take your approval back?',
    verb: 'Take it back',
    description: 'Those of others stay.',
  },
  merge: {
    ...{ title: 'Merge exactly this commit?', verb: 'Merge' },
    description: 'It goes into the target at once; what is planned from there follows.',
  },
  close: { title: 'Close it?', verb: 'Close', description: 'It is not merged. Its branch and notes stay.' },
}

function RequestDeeds({ request }: { request: MergeRequestDetail }) {
  const { approvable, not_approvable_because: why, blocked_by, approvals } = request
  const [deed, setDeed] = useState<RequestDeed>()
  const mergeable = blocked_by.length === 0
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button
          look={mergeable ? 'plain' : 'strong'}
          disabled={!approvable}
          onClick={() => setDeed('approve')}
        >
          Approve…
        </Button>
        <Button look={mergeable ? 'strong' : 'plain'} disabled={!mergeable} onClick={() => setDeed('merge')}>
          Merge…
        </Button>
        {approvals.some(({ counts }) => counts) && (
          <Button look="quiet" onClick={() => setDeed('unapprove')}>
            Take mine back…
          </Button>
        )}
        <Button look="quiet" onClick={() => setDeed('close')}>
          Close…
        </Button>
      </div>
      {!approvable && why !== null && (
        <p className="break-words text-ink-soft">You cannot approve it: {why}</p>
      )}
      {deed && <RequestDialog key={deed} deed={deed} request={request} onClose={() => setDeed(undefined)} />}
    </>
  )
}

type RequestDialogProps = { deed: RequestDeed; request: MergeRequestDetail; onClose: () => void }

/** What is approved or merged is the commit that stood when this was opened. */
function RequestDialog({ deed, request, onClose }: RequestDialogProps) {
  const [seen] = useState(request.head_sha)
  const act = useRequestDeed({ project: request.project, number: request.number }, deed)
  const isOfCommit = deed === 'approve' || deed === 'merge'
  return (
    <DeedDialog
      {...words[deed]}
      danger={deed === 'close'}
      blocked={
        isOfCommit && request.head_sha !== seen
          ? 'The branch has moved on while you looked. Close this and look at what stands now.'
          : undefined
      }
      pending={act.isPending}
      error={act.error}
      onCancel={onClose}
      onConfirm={() => act.mutate(seen, { onSuccess: onClose })}
    >
      {isOfCommit && (
        <div className="rounded-md border bg-sunken p-3">
          <p className="break-words font-medium">
            !{request.number} {request.title}
          </p>
          <p className="text-ink-mute text-xs">
            {request.source} → {request.target}
          </p>
          <ExactHash hash={seen} whole />
        </div>
      )}
    </DeedDialog>
  )
}
