import type { MergeRequestStatus } from '@aiops/contract/model/merge-request'
import { CircleCheck, CircleDashed, CircleX, ExternalLink, LoaderCircle, type LucideIcon } from 'lucide-react'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { sentenceCase } from '../ui/words.ts'

const looks: Record<MergeRequestStatus['state'], { icon: LucideIcon; look: string }> = {
  PENDING: { icon: CircleDashed, look: 'text-medium' },
  RUNNING: { icon: LoaderCircle, look: 'text-low motion-safe:animate-spin' },
  SUCCESS: { icon: CircleCheck, look: 'text-ok' },
  FAILURE: { icon: CircleX, look: 'text-critical' },
}

/** What pipelines and the platform say of the head. */
export function StatusPanel({ statuses }: { statuses: readonly MergeRequestStatus[] }) {
  return (
    <Panel title="Statuses of the head">
      {statuses.length === 0 && <p className="text-ink-soft">Nothing has told one.</p>}
      <ul className="space-y-2">
        {statuses.map((status) => (
          <StatusItem key={status.context} status={status} />
        ))}
      </ul>
    </Panel>
  )
}

function StatusItem({
  status: { context, state, description, url, by, at },
}: {
  status: MergeRequestStatus
}) {
  const { icon: Icon, look } = looks[state]
  const href = safeUrl(url ?? undefined)
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className={className('mt-0.5 size-4 shrink-0', look)} />
      <div className="min-w-0">
        <p className="break-all font-medium">
          {context} <span className="font-normal text-ink-mute">{sentenceCase(state)}</span>
        </p>
        {description !== '' && <p className="break-words text-ink-soft">{description}</p>}
        <p className="text-ink-mute text-xs">
          {by}, <Moment at={at} form="ago" />
          {href !== undefined && (
            <>
              {', '}
              <a
                href={href}
                target="_blank"
                rel="noopener noreferrer nofollow"
                className="text-accent hover:underline"
              >
                {new URL(href).host}
                <ExternalLink aria-hidden className="ml-0.5 inline size-3" />
              </a>
            </>
          )}
        </p>
      </div>
    </li>
  )
}
