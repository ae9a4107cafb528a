import type { MergeRequestCommit, MergeRequestDetail } from '@aiops/contract/model/merge-request'
import { useState } from 'react'
import { ExactHash } from '../deployment/exact-hash.tsx'
import { Button } from '../ui/button.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'

const firstMax = 10

/** Its commits, newest first, each with its whole message. Names in them are what the commit says. */
export function CommitPanel({ request: { commits } }: { request: MergeRequestDetail }) {
  const [all, setAll] = useState(false)
  const shown = all ? commits : commits.slice(0, firstMax)
  return (
    <Panel
      title="Commits"
      note={commits.length >= 250 ? 'the newest 250' : commits.length}
      bodyClassName="p-0"
    >
      {commits.length === 0 && <p className="p-4 text-ink-soft">It has none that the target lacks.</p>}
      <ul className="divide-y">
        {shown.map((commit) => (
          <CommitItem key={commit.sha} commit={commit} />
        ))}
      </ul>
      {commits.length > shown.length && (
        <div className="border-t p-2 text-center">
          <Button size="small" onClick={() => setAll(true)}>
            Show the {commits.length - shown.length} older ones
          </Button>
        </div>
      )}
    </Panel>
  )
}

function CommitItem({
  commit: { sha, title, message, author, committed_at },
}: {
  commit: MergeRequestCommit
}) {
  const rest = message.startsWith(title) ? message.slice(title.length).trim() : message.trim()
  return (
    <li className="px-4 py-2">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-60 break-words font-medium">{title}</span>
        <span className="text-ink-mute text-xs">
          {author}, <Moment at={committed_at} form="ago" />
        </span>
        <ExactHash hash={sha} />
      </p>
      {rest !== '' && (
        <details className="mt-1.5">
          <summary className="text-accent text-xs">Message</summary>
          <p className="max-h-80 overflow-y-auto whitespace-pre-wrap text-ink-soft wrap-anywhere">{rest}</p>
        </details>
      )}
    </li>
  )
}
