import { z } from 'zod'
import { SpanKind } from './span.ts'
import { Time } from './time.ts'

const SpanName = z.object({ span_id: z.string(), service_name: z.string(), operation_name: z.string() })

/** A stretch of time in which the trace waited for this span and for none of its children. */
export const CriticalSegment = SpanName.extend({
  /** From the start of the trace's root. */
  offset_ms: z.number(),
  duration_ms: z.number(),
})
export type CriticalSegment = z.infer<typeof CriticalSegment>

export const SpanTime = SpanName.extend({
  duration_ms: z.number(),
  /** In which none of its children ran. */
  self_ms: z.number(),
  /** On the critical path. */
  critical_ms: z.number(),
})
export type SpanTime = z.infer<typeof SpanTime>

export const ServiceTime = z.object({
  service_name: z.string(),
  span_count: z.number().int(),
  error_count: z.number().int(),
  self_ms: z.number(),
  critical_ms: z.number(),
})
export type ServiceTime = z.infer<typeof ServiceTime>

/** A span that failed while nothing below it did. */
export const ErrorOrigin = SpanName.extend({
  status_message: z.string().optional(),
  exception_type: z.string().optional(),
  exception_message: z.string().optional(),
  /** Its ancestors that failed too, the nearest first. */
  propagated: z.array(SpanName),
  /** The nearest ancestor above those that did not fail; absent where the error reached the root. */
  handled_by: SpanName.optional(),
})
export type ErrorOrigin = z.infer<typeof ErrorOrigin>

/** What makes the analysis less than certain. */
export const TraceProblem = z.object({
  kind: z.enum(['MISSING_ROOT', 'SEVERAL_ROOTS', 'ORPHAN_SPANS', 'CYCLE', 'CLOCK_SKEW', 'OUTLIVES_PARENT']),
  message: z.string(),
  /** Some of those concerned, 20 at most. */
  span_ids: z.array(z.string()),
  count: z.number().int(),
})
export type TraceProblem = z.infer<typeof TraceProblem>

export const TraceAnalysis = z.object({
  trace_id: z.string(),
  start_time: Time,
  duration_ms: z.number(),
  span_count: z.number().int(),
  /** In order of time; together they are as long as the root. */
  critical_path: z.array(CriticalSegment),
  /** By self time, the longest first; 1,000 at most. */
  spans: z.array(SpanTime),
  services: z.array(ServiceTime),
  errors: z.array(ErrorOrigin),
  problems: z.array(TraceProblem),
})
export type TraceAnalysis = z.infer<typeof TraceAnalysis>

export const ServiceGraphEdge = z.object({
  client: z.string(),
  server: z.string(),
  /** What answers: a service that sends spans, or what only its callers' spans tell of. */
  kind: z.enum(['SERVICE', 'MESSAGING', 'DATABASE', 'EXTERNAL']),
  calls: z.number().int(),
  errors: z.number().int(),
  calls_per_second: z.number(),
  error_ratio: z.number(),
  p50_ms: z.number(),
  p95_ms: z.number(),
  p99_ms: z.number(),
})
export type ServiceGraphEdge = z.infer<typeof ServiceGraphEdge>

export const TraceOperation = z.object({
  service_name: z.string(),
  operation_name: z.string(),
  kind: SpanKind,
})
export type TraceOperation = z.infer<typeof TraceOperation>
