import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import type { ListedTrace } from './use-trace-query.ts'

export function TraceList<T extends ListedTrace>({
  traces,
  onOpen,
  below,
}: {
  traces: readonly T[]
  onOpen: (traceId: string) => void
  /** Under a trace's row. */
  below?: (trace: T) => ReactNode
}) {
  const longest = Math.max(...traces.map((trace) => trace.duration_ms), 1)
  return (
    <ul className="divide-y">
      {traces.map((trace) => (
        <li key={`${trace.cluster_id ?? ''} ${trace.trace_id}`}>
          <button
            type="button"
            onClick={() => onOpen(trace.trace_id)}
            className="grid w-full grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-4 py-2 text-left hover:bg-sunken/60 focus-visible:-outline-offset-2 md:grid-cols-[minmax(0,1fr)_9rem_14rem_8.5rem]"
          >
            <span className="min-w-0">
              <span className="break-words font-medium">
                <span className="text-ink-mute">{trace.root_service || 'root not received'}</span>{' '}
                {trace.root_operation}
              </span>
              <span className="ml-2 hidden font-mono text-ink-mute text-xs lg:inline">
                {trace.trace_id.slice(0, 8)}
              </span>
            </span>
            <span className="flex items-center justify-end gap-2 whitespace-nowrap text-ink-mute text-xs md:justify-start">
              {[
                trace.cluster_name,
                trace.span_count !== undefined && counted(trace.span_count, 'span'),
                trace.service_count !== undefined && `${trace.service_count} svc`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <span className="flex items-center gap-2">
              <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken">
                <span
                  className={`block h-full rounded-full ${trace.has_errors ? 'bg-critical' : 'bg-accent'}`}
                  style={{ width: `${Math.max(1, (trace.duration_ms / longest) * 100)}%` }}
                />
              </span>
              <span className="w-16 text-right font-medium">{formatDuration(trace.duration_ms)}</span>
            </span>
            <span className="flex items-center justify-end gap-2">
              {trace.has_errors && (
                <Badge tone="critical">
                  <TriangleAlert aria-hidden />
                  error
                </Badge>
              )}
              <Moment at={trace.start_time} className="text-ink-mute text-xs" />
            </span>
          </button>
          {below?.(trace)}
        </li>
      ))}
    </ul>
  )
}
