import { Pause, Play, Rss } from 'lucide-react'
import { useState } from 'react'
import { PageLink } from '../answer/page-link.tsx'
import { useLiveState } from '../shell/live-provider.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Moment } from '../ui/moment.tsx'
import { sentenceCase } from '../ui/words.ts'
import type { CostPartProps, CostSearchChange } from './cost-search.ts'
import { type FeedItem, type FeedKind, feedMax } from './feed-item.ts'
import { useCostFeed } from './use-cost-feed.ts'

const kinds: readonly FeedKind[] = ['DECISION', 'DEPLOYMENT', 'ANOMALY', 'INCIDENT']

/** Decisions, deployments, and anomalies and incidents of cost, as they come. */
export function FeedTab({ onChange }: CostPartProps) {
  const { items, first, deployed, paused, waiting, toggle } = useCostFeed()
  const [chosen, setChosen] = useState<FeedKind[]>([])
  const { phase } = useLiveState()
  const shown = items.filter(({ kind }) => chosen.length === 0 || chosen.includes(kind))
  return (
    <section aria-label="Live feed" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b p-3">
        <FilterMenu label="Kind" options={kinds} chosen={chosen} word={sentenceCase} onChange={setChosen} />
        <Button aria-pressed={paused} onClick={toggle}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? 'Go on' : 'Pause'}
          {paused && waiting > 0 && ` (${waiting} new)`}
        </Button>
        <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
          {paused
            ? 'Paused'
            : phase === 'open'
              ? 'Follows the platform'
              : 'Not connected: what happens now comes once it is'}
          ; the newest {feedMax} are kept
          {deployed.error && !deployed.data && '; past deployments cannot be read'}
        </p>
      </div>
      <LoadNote
        error={first.error}
        loading={first.isPending && items.length === 0}
        onRetry={() => void first.refetch()}
      />
      {first.data && shown.length === 0 && (
        <Empty
          icon={Rss}
          title={items.length === 0 ? 'Nothing has happened yet' : 'Nothing of this kind yet'}
        >
          Decisions, deployments, and anomalies and incidents of cost appear here as they come.
        </Empty>
      )}
      <ol className="divide-y">
        {shown.map((item) => (
          <Line key={item.key} item={item} onChange={onChange} />
        ))}
      </ol>
    </section>
  )
}

function Line({ item, onChange }: { item: FeedItem; onChange: CostSearchChange }) {
  const { kind, at, word, tone, subject, text, link } = item
  const decision = link && 'decision' in link ? link.decision : undefined
  return (
    <li className="grid grid-cols-[auto_1fr] items-start gap-x-3 gap-y-1 px-4 py-2 sm:grid-cols-[8.5rem_10.5rem_1fr]">
      <Moment at={at} className="whitespace-nowrap text-ink-mute text-xs leading-5" />
      <span className="max-sm:justify-self-end">
        <Badge tone={tone}>{word}</Badge>
        <span className="sr-only">{sentenceCase(kind)}</span>
      </span>
      <div className="min-w-0 max-sm:col-span-2">
        {decision !== undefined ? (
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => onChange({ decision })}
            className="max-w-full truncate font-medium hover:underline"
          >
            {subject}
          </button>
        ) : (
          <PageLink to={link && 'path' in link ? link.path : null}>{subject}</PageLink>
        )}
        <p className="wrap-anywhere line-clamp-2 text-ink-soft">{text}</p>
      </div>
    </li>
  )
}
