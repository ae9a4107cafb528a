import { Pause, Play, Radio } from 'lucide-react'
import { useState } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { counted } from '../ui/words.ts'
import { csvOfLogs } from './log-export.ts'
import { LogList } from './log-list.tsx'
import type { LabelFilter } from './logql-text.ts'
import { type LogLook, LookButtons } from './look-buttons.tsx'
import { useLogTail } from './use-log-tail.ts'

const words = { connecting: 'Connecting', open: 'Live', failed: 'Connection lost; trying again' } as const

/** New lines on top, as they come. */
export function LogTail({
  query,
  clusters,
  own,
  onFilter,
}: {
  query: string
  clusters: readonly string[]
  /** No other cluster than this server itself is asked. */
  own: boolean
  onFilter: (filter: LabelFilter) => void
}) {
  const [paused, setPaused] = useState(false)
  const [look, setLook] = useState<LogLook>({ wrap: false, compact: true })
  const tail = useLogTail({ query, clusters, own, paused })
  const gone = tail.received - tail.entries.length
  return (
    <section aria-label="Live tail" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1">
        <Button size="small" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? 'Go on' : 'Pause'}
        </Button>
        <p className="text-ink-mute text-xs" role="status">
          {paused ? 'Paused' : words[tail.state]}
        </p>
        <p className="text-ink-mute text-xs">
          {counted(tail.received, 'line')}
          {gone > 0 && `, the newest ${tail.entries.length} shown`}
        </p>
        {tail.dropped > 0 && (
          <p className="font-medium text-medium text-xs" role="status">
            {counted(tail.dropped, 'line')} left out: they came faster than they could be sent. Narrow the
            query.
          </p>
        )}
        <span className="ml-auto flex items-center gap-1">
          <LookButtons look={look} onChange={setLook} />
          <ExportMenu name="tail" csv={() => csvOfLogs(tail.entries)} json={() => tail.entries} />
        </span>
      </div>
      {tail.error !== undefined && tail.entries.length === 0 && (
        <Failure error={tail.error} className="m-3" />
      )}
      {tail.entries.length === 0 && tail.error === undefined && (
        <Empty icon={Radio} title="Waiting for lines">
          New lines that fit the query appear here as they come.
        </Empty>
      )}
      {tail.entries.length > 0 && <LogList {...look} entries={tail.entries} onFilter={onFilter} />}
    </section>
  )
}
