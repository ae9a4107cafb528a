import { CircleDot, TriangleAlert, Unlink } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { formatDuration } from '../ui/format.ts'
import type { CriticalStretch } from './critical-path.ts'
import type { WaterfallRow } from './waterfall.ts'

export const spanColumns = 'grid grid-cols-[12rem_4rem_1fr] sm:grid-cols-[20rem_4.5rem_1fr]'

type SpanRowProps = {
  row: WaterfallRow
  totalMs: number
  color: string
  critical: readonly CriticalStretch[] | undefined
  /** The error began here. */
  origin: boolean
  open: boolean
  onToggle: () => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

/** A span in time: its bar, and under it where the trace waited for it. */
export function SpanRow({ row, totalMs, color, critical, origin, open, onToggle, onKeyDown }: SpanRowProps) {
  const { span, depth, offsetMs, orphan } = row
  const failed = span.status === 'ERROR'
  const place = (from: number, lasts: number, least: number) => {
    const left = totalMs > 0 ? (from / totalMs) * 100 : 0
    const width = totalMs > 0 ? Math.max((lasts / totalMs) * 100, least) : 100
    return { left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }
  }
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onToggle}
      onKeyDown={onKeyDown}
      className={`${spanColumns} h-7 w-full items-center px-3 text-left hover:bg-sunken/60 focus-visible:-outline-offset-2`}
    >
      <span
        className="flex min-w-0 items-center gap-1.5 pr-3"
        style={{ paddingLeft: Math.min(depth, 12) * 12 }}
      >
        <span aria-hidden className="size-2 shrink-0 rounded-sm" style={{ background: color }} />
        {origin ? (
          <CircleDot aria-label="the error began here" className="size-3.5 shrink-0 text-critical" />
        ) : (
          failed && <TriangleAlert aria-label="failed" className="size-3.5 shrink-0 text-critical" />
        )}
        {orphan && <Unlink aria-label="parent never received" className="size-3.5 shrink-0 text-medium" />}
        <span className="truncate" title={`${span.service_name} ${span.operation_name}`}>
          <span className="font-medium">{span.service_name}</span>{' '}
          <span className="text-ink-soft">{span.operation_name}</span>
        </span>
      </span>
      <span className="pr-4 text-right text-xs">{formatDuration(span.duration_ms)}</span>
      <span className="relative block h-5">
        <span
          className="absolute top-1 h-3 rounded-sm"
          style={{ ...place(offsetMs, span.duration_ms, 0.3), background: color }}
        />
        {critical?.map(({ offsetMs: from, durationMs }) => (
          <span
            key={from}
            className="absolute top-3.5 h-1 rounded-sm bg-ink"
            style={place(from, durationMs, 0.2)}
          />
        ))}
      </span>
    </button>
  )
}
