import type { Trace } from '@aiops/contract/model/span'
import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'

export type CriticalStretch = { offsetMs: number; durationMs: number }

/**
 * Stretches of the critical path by span, from where the waterfall begins: the analysis counts from the root's start, the
 * waterfall from the earliest span's, which clocks that differ may put before it.
 */
export function criticalOf(
  analysis: TraceAnalysis | undefined,
  trace: Pick<Trace, 'spans'>,
): ReadonlyMap<string, CriticalStretch[]> {
  const found = new Map<string, CriticalStretch[]>()
  if (!analysis) return found
  const starts = new Map(trace.spans.map((span) => [span.span_id, Date.parse(span.start_time)]))
  const earliest = trace.spans.reduce(
    (least, { start_time }) => Math.min(least, Date.parse(start_time)),
    Number.POSITIVE_INFINITY,
  )
  const root = analysis.critical_path[0] && starts.get(analysis.critical_path[0].span_id)
  const shift = (root ?? earliest) - earliest - (analysis.critical_path[0]?.offset_ms ?? 0)
  for (const { span_id, offset_ms, duration_ms } of analysis.critical_path) {
    const list = found.get(span_id) ?? []
    found.set(span_id, list)
    list.push({ offsetMs: offset_ms + shift, durationMs: duration_ms })
  }
  return found
}
