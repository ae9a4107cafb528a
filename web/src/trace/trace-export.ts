import type { Span } from '@aiops/contract/model/span'
import { cell } from '../query/export-text.ts'
import type { ListedTrace } from './use-trace-query.ts'

/** One row a trace (RFC 4180). */
export const csvOfTraces = (traces: readonly ListedTrace[]): string =>
  table(
    [
      'cluster',
      'trace_id',
      'start_time',
      'duration_ms',
      'service',
      'operation',
      'spans',
      'services',
      'has_errors',
    ],
    traces.map((trace) => [
      ...[
        trace.cluster_name ?? '',
        trace.trace_id,
        trace.start_time,
        String(trace.duration_ms),
        trace.root_service,
      ],
      ...[trace.root_operation, String(trace.span_count ?? ''), String(trace.service_count ?? '')],
      String(trace.has_errors ?? ''),
    ]),
  )

/** One row a span. */
export const csvOfSpans = (spans: readonly Span[]): string =>
  table(
    [
      'span_id',
      'parent_span_id',
      'start_time',
      'duration_ms',
      'service',
      'operation',
      'kind',
      'status',
      'tags',
    ],
    spans.map((span) => [
      ...[span.span_id, span.parent_span_id ?? '', span.start_time, String(span.duration_ms)],
      ...[span.service_name, span.operation_name, span.kind, span.status, JSON.stringify(span.tags)],
    ]),
  )

const table = (head: string[], rows: string[][]): string =>
  [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
