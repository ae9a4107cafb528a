import { Badge } from '../ui/badge.tsx'
import { Moment } from '../ui/moment.tsx'
import type { Allocations } from './use-cost.ts'

/** What the figures above come from, and what is missing in them. */
export function NoticeList({ sources, notices }: Pick<Allocations, 'sources' | 'notices'>) {
  if (sources.length === 0 && notices.length === 0) return null
  return (
    <div className="space-y-1.5 border-t px-4 py-3 text-xs">
      {sources.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-soft">
          <span className="text-ink-mute">From</span>
          {sources.map(({ name, as_of, stale }) => (
            <span key={name} className="inline-flex flex-wrap items-center gap-1.5">
              {name}
              {as_of === null ? (
                <Badge tone="high">never any data</Badge>
              ) : stale ? (
                <Badge tone="high">
                  no data since <Moment at={as_of} />
                </Badge>
              ) : (
                <Moment at={as_of} form="ago" className="text-ink-mute" />
              )}
            </span>
          ))}
        </p>
      )}
      {notices.map((notice) => (
        <p key={notice} className="wrap-anywhere text-medium">
          {notice}
        </p>
      ))}
    </div>
  )
}
