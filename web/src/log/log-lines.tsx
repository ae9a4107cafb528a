import { ScrollText } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { counted } from '../ui/words.ts'
import type { LogAnswer, LogEntry } from './log-entry.ts'
import { LogList } from './log-list.tsx'
import type { LabelFilter } from './logql-text.ts'
import type { LogLook } from './look-buttons.tsx'

type LogLinesProps = {
  entries: readonly LogEntry[]
  answer: LogAnswer
  look: LogLook
  /** A greater limit, where one would show more. */
  next: number | undefined
  onMore: (limit: number) => void
  onFilter: (filter: LabelFilter) => void
  actions: ReactNode
}

/** The lines of an answer, and how many more there are. */
export function LogLines({ entries, answer, look, next, onMore, onFilter, actions }: LogLinesProps) {
  const answering =
    answer.clusters_queried - answer.missing.filter(({ status }) => status !== 'PARTIAL').length
  const asked = answer.clusters_queried > 1 ? ` of ${counted(answering, 'cluster')}` : ''
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1">
        <p className="text-ink-mute text-xs" aria-live="polite">
          {`${answer.truncated ? 'newest ' : ''}${counted(entries.length, 'line')}${asked} · ${Math.round(answer.total_query_time_ms)} ms`}
        </p>
        <span className="ml-auto flex items-center gap-1">{actions}</span>
      </div>
      {entries.length === 0 ? (
        <Empty icon={ScrollText} title="No line fits in this range">
          Choose a longer range, or take a condition out of the query.
        </Empty>
      ) : (
        <LogList {...look} entries={entries} onFilter={onFilter} />
      )}
      {answer.truncated && (
        <p className="flex flex-wrap items-center gap-3 border-t px-3 py-2 text-ink-soft text-sm">
          There are more lines in this range than these {entries.length}.
          {next === undefined ? (
            ' Narrow the range or the query to see them.'
          ) : (
            <Button size="small" onClick={() => onMore(next)}>
              Show up to {next.toLocaleString('en-US')}
            </Button>
          )}
        </p>
      )}
    </>
  )
}
