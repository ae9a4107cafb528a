import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Failure } from '../ui/failure.tsx'
import { LogLevel } from '../ui/log-level.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { entryOf, type LogEntry, nanosecondsOf } from './log-entry.ts'
import { useLogContext } from './use-log-query.ts'

const aroundSteps = [10, 50, 200] as const

/** What the same stream said before and after a line. */
export function LogContext({ entry }: { entry: LogEntry }) {
  const [around, setAround] = useState<number>(aroundSteps[0])
  const { data, error, refetch } = useLogContext(entry, around)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} />
  const lines = [...data.before, ...data.after].map((line) => entryOf(line))
  const isIt = (line: LogEntry): boolean =>
    line.message === entry.message && nanosecondsOf(line.timestamp) === nanosecondsOf(entry.timestamp)
  const next = aroundSteps.find((step) => step > around)
  const full = data.before.length >= around || data.after.length > around
  return (
    <section aria-label="Lines around it" className="rounded-md border bg-surface">
      <ol className="max-h-80 overflow-y-auto py-1">
        {lines.map((line, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: lines may be equal, and their order is fixed
            key={i}
            aria-current={isIt(line) ? 'true' : undefined}
            className={className('flex gap-3 px-3', isIt(line) && 'bg-accent-soft')}
          >
            <Moment
              at={line.timestamp}
              form="precise"
              className="shrink-0 whitespace-nowrap font-mono text-ink-mute text-xs leading-5"
            />
            <span className="hidden w-11 shrink-0 sm:block">
              <LogLevel severity={line.level} />
            </span>
            <span className="wrap-anywhere min-w-0 whitespace-pre-wrap font-mono text-xs leading-5">
              {line.message}
            </span>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-2 border-t px-3 py-1.5 text-ink-mute text-xs">
        <span>
          {counted(lines.length, 'line')} of <code className="wrap-anywhere font-mono">{data.asked}</code>
        </span>
        {full && next !== undefined && (
          <Button look="quiet" size="small" className="ml-auto" onClick={() => setAround(next)}>
            {next} lines to either side
          </Button>
        )}
      </div>
    </section>
  )
}
