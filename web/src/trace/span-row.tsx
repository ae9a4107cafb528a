import { TriangleAlert } from 'lucide-react'
import { formatDuration } from '../ui/format.ts'
import type { WaterfallRow } from './waterfall.ts'

type SpanRowProps = { row: WaterfallRow; totalMs: number; color: string; open: boolean; onToggle: () => void }

export function SpanRow({ row, totalMs, color, open, onToggle }: SpanRowProps) {
  const { span, depth, offsetMs } = row
  const left = totalMs > 0 ? (offsetMs / totalMs) * 100 : 0
  const width = totalMs > 0 ? Math.max((span.duration_ms / totalMs) * 100, 0.3) : 100
  const failed = span.status === 'ERROR'
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="grid w-full grid-cols-[12rem_4rem_1fr] sm:grid-cols-[20rem_4.5rem_1fr] items-center px-3 py-1 text-left hover:bg-sunken/60 focus-visible:-outline-offset-2"
      >
        <span
          className="flex min-w-0 items-center gap-1.5 pr-3"
          style={{ paddingLeft: Math.min(depth, 12) * 12 }}
        >
          <span aria-hidden className="size-2 shrink-0 rounded-sm" style={{ background: color }} />
          {failed && <TriangleAlert aria-label="failed" className="size-3.5 shrink-0 text-critical" />}
          <span className="truncate" title={`${span.service_name} ${span.operation_name}`}>
            <span className="font-medium">{span.service_name}</span>{' '}
            <span className="text-ink-soft">{span.operation_name}</span>
          </span>
        </span>
        <span className="pr-4 text-right text-xs">{formatDuration(span.duration_ms)}</span>
        <span className="relative block h-5">
          <span
            className="absolute top-1 h-3 rounded-sm"
            style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%`, background: color }}
          />
        </span>
      </button>
      {open && <SpanDetail row={row} />}
    </li>
  )
}

function SpanDetail({ row }: { row: WaterfallRow }) {
  const { span } = row
  const facts: [string, string][] = [
    ['duration', formatDuration(span.duration_ms)],
    ['own time', formatDuration(row.selfMs)],
    ['kind', span.kind],
    ['status', span.status_message ? `${span.status}: ${span.status_message}` : span.status],
    ['span', span.span_id],
    ...(row.orphan ? ([['parent', `${span.parent_span_id}, never received`]] as [string, string][]) : []),
    ...Object.entries(span.tags),
  ]
  return (
    <dl className="grid grid-cols-[minmax(8rem,auto)_1fr] gap-x-4 gap-y-0.5 bg-sunken/50 px-6 py-2 font-mono text-xs">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="break-all text-ink-mute">{name}</dt>
          <dd className="break-all">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
