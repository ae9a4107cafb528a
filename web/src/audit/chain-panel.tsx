import type { AuditStatus, AuditVerification } from '@aiops/contract/model/audit'
import { CircleHelp, type LucideIcon, ShieldAlert, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { useVerification, useVerifyNow } from './use-audit.ts'

const looks: Record<AuditStatus, { tone: Tone; word: string; icon: LucideIcon }> = {
  WHOLE: { tone: 'ok', word: 'Whole', icon: ShieldCheck },
  BROKEN: { tone: 'critical', word: 'Tampered with', icon: ShieldAlert },
  UNPROVEN: { tone: 'medium', word: 'Not proven', icon: CircleHelp },
}

/** Whether the log is as it was written, and what says so. */
export function ChainPanel() {
  const query = useVerification()
  const now = useVerifyNow()
  return (
    <Panel
      title="Integrity"
      note={
        query.data && (
          <>
            verified <Moment at={query.data.verified_at} form="ago" />
          </>
        )
      }
      actions={
        <Button size="small" disabled={now.isPending} onClick={() => now.mutate()}>
          <ShieldCheck aria-hidden /> {now.isPending ? 'Verifying…' : 'Verify now'}
        </Button>
      }
      className="mb-4"
      bodyClassName="p-0"
    >
      {now.error && <Failure error={now.error} className="m-3" />}
      <Loaded query={query}>{(found) => <Verification found={found} />}</Loaded>
    </Panel>
  )
}

function Verification({ found }: { found: AuditVerification }) {
  const { tone, word, icon: Icon } = looks[found.status]
  return (
    <div className="space-y-2 px-4 py-3" aria-live="polite">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Badge tone={tone}>
          <Icon aria-hidden /> {word}
        </Badge>
        <span className="min-w-0 flex-1 basis-80 break-words">{found.sentence}</span>
      </p>
      {(found.findings.length > 1 || found.findings_left_out > 0) && (
        <ul className="list-disc space-y-1 pl-6">
          {found.findings.map((one) => (
            <li key={`${one.kind} ${one.sequence} ${one.sentence}`} className="break-words">
              {one.sentence}
            </li>
          ))}
          {found.findings_left_out > 0 && <li>and {found.findings_left_out} more</li>}
        </ul>
      )}
      <Seal found={found} />
      {found.notices.map((notice) => (
        <p key={notice} className="break-words text-ink-soft">
          {notice}
        </p>
      ))}
    </div>
  )
}

function Seal({ found }: { found: AuditVerification }) {
  const { last_checkpoint: last, not_sealed: open, checkpoints } = found
  if (!last) return null
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 text-ink-soft">
      <Fact name={found.status === 'BROKEN' ? 'Last good checkpoint' : 'Newest checkpoint'}>
        {last.sequence === 0 ? 'before the first entry' : `entry ${last.sequence}`},{' '}
        <Moment at={last.time} form="both" />
      </Fact>
      <Fact name="Checkpoints tried">{checkpoints.toLocaleString('en-US')}</Fact>
      <Fact name="Newer than that checkpoint">{counted(open, 'entry', 'entries')}</Fact>
      <Fact name="Signing key">
        <code className="font-mono text-xs">{last.key_id}</code>
      </Fact>
      <Fact name="Hash of the chain there">
        <code className="font-mono text-xs" title={last.hash}>
          {last.hash.slice(0, 16)}…
        </code>{' '}
        <CopyButton text={last.hash} label="Copy the whole hash" />
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-mute text-xs">{name}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  )
}
