import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import { TriangleAlert } from 'lucide-react'

/** Where errors began, and what makes the trace less than certain: orphan spans, several roots, clocks that differ. */
export function TraceDoubts({
  analysis: { errors, problems },
  all,
  onOpen,
}: {
  analysis: TraceAnalysis
  /** Every error, not the first few. */
  all: boolean
  onOpen: (spanId: string) => void
}) {
  if (errors.length === 0 && problems.length === 0) return null
  return (
    <div className="space-y-1 border-b px-4 py-2">
      {errors.slice(0, all ? undefined : shownMax).map((origin) => (
        <p key={origin.span_id} className="wrap-anywhere">
          <TriangleAlert aria-hidden className="mr-1.5 inline size-3.5 text-critical" />
          Error began in{' '}
          <button
            type="button"
            onClick={() => onOpen(origin.span_id)}
            className="font-medium text-accent hover:underline"
          >
            {origin.service_name} {origin.operation_name}
          </button>
          {[origin.exception_type, origin.exception_message ?? origin.status_message]
            .filter(Boolean)
            .map((text) => `: ${text}`)
            .join('')}
          {origin.propagated.length > 0 && (
            <span className="text-ink-mute">
              {' '}
              · passed on by {origin.propagated.map((span) => span.service_name).join(' → ')}
            </span>
          )}
          {origin.handled_by && (
            <span className="text-ink-mute"> · handled by {origin.handled_by.service_name}</span>
          )}
        </p>
      ))}
      {!all && errors.length > shownMax && (
        <p className="text-ink-mute">and {errors.length - shownMax} more; Analysis has them all.</p>
      )}
      {problems.map(({ kind, message, span_ids }) => (
        <p key={kind} className="wrap-anywhere text-medium">
          {message}{' '}
          {span_ids[0] !== undefined && (
            <button
              type="button"
              onClick={() => onOpen(span_ids[0] ?? '')}
              className="font-medium text-accent hover:underline"
            >
              Show
            </button>
          )}
        </p>
      ))}
    </div>
  )
}

const shownMax = 3
