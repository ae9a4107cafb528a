import type { Span, Trace, TraceSummary } from '@aiops/contract/model/span'
import { isoTime } from '../../../kernel/clock.ts'
import type { SpanEvent, SpanLink, StoredSpan } from '../../../port/trace-store.ts'

/** A trace as the API shows it. */
export const traceView = (traceId: string, spans: readonly StoredSpan[]): Trace => ({
  ...summaryView(traceId, spans),
  spans: spans.map(spanView),
})

export function summaryView(traceId: string, spans: readonly StoredSpan[]): TraceSummary {
  const startMs = Math.min(...spans.map((s) => s.startMs))
  const endMs = Math.max(...spans.map((s) => s.startMs + s.durationMs))
  const ids = new Set(spans.map((s) => s.spanId))
  const root =
    spans.find((s) => s.parentSpanId === '') ?? spans.find((s) => !ids.has(s.parentSpanId)) ?? spans[0]
  return {
    trace_id: traceId,
    root_service: root?.service ?? '',
    root_operation: root?.name ?? '',
    start_time: isoTime(startMs),
    duration_ms: endMs - startMs,
    span_count: spans.length,
    service_count: new Set(spans.map((s) => s.service)).size,
    has_errors: spans.some((s) => s.status === 'ERROR'),
  }
}

const spanView = (span: StoredSpan): Span => ({
  trace_id: span.traceId,
  span_id: span.spanId,
  ...(span.parentSpanId === '' ? {} : { parent_span_id: span.parentSpanId }),
  operation_name: span.name,
  service_name: span.service,
  kind: span.kind,
  start_time: isoTime(span.startMs),
  duration_ms: span.durationMs,
  status: span.status,
  ...(span.statusMessage === '' ? {} : { status_message: span.statusMessage }),
  tags: span.attributes,
  ...(span.events ? { events: span.events.map(eventOf) } : {}),
  ...(span.links ? { links: span.links.map(linkOf) } : {}),
})

const eventOf = ({ timeMs, name, attributes }: SpanEvent) => ({ time: isoTime(timeMs), name, attributes })
const linkOf = ({ traceId, spanId, attributes }: SpanLink) => ({
  trace_id: traceId,
  span_id: spanId,
  attributes,
})
