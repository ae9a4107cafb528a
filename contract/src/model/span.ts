import { z } from 'zod'
import { Labels } from './label.ts'
import { Time } from './time.ts'

export const SpanKind = z.enum(['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER', 'UNSPECIFIED'])
export type SpanKind = z.infer<typeof SpanKind>

/** A moment within a span, such as an exception. */
export const SpanEvent = z.object({ time: Time, name: z.string(), attributes: Labels })
export type SpanEvent = z.infer<typeof SpanEvent>

/** Another span that this one is connected to, other than its parent. */
export const SpanLink = z.object({ trace_id: z.string(), span_id: z.string(), attributes: Labels })
export type SpanLink = z.infer<typeof SpanLink>

export const Span = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string().optional(),
  operation_name: z.string(),
  service_name: z.string(),
  kind: SpanKind,
  start_time: Time,
  duration_ms: z.number(),
  status: z.enum(['OK', 'ERROR', 'UNSET']),
  status_message: z.string().optional(),
  tags: Labels,
  /** As sent; absent for none. */
  events: z.array(SpanEvent).optional(),
  links: z.array(SpanLink).optional(),
})
export type Span = z.infer<typeof Span>

export const Trace = z.object({
  trace_id: z.string(),
  root_service: z.string(),
  root_operation: z.string(),
  start_time: Time,
  duration_ms: z.number(),
  span_count: z.number().int(),
  service_count: z.number().int(),
  has_errors: z.boolean(),
  spans: z.array(Span),
})
export type Trace = z.infer<typeof Trace>

export const TraceSummary = Trace.omit({ spans: true })
export type TraceSummary = z.infer<typeof TraceSummary>
