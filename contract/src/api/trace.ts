import { z } from 'zod'
import { Labels } from '../model/label.ts'
import { Span, TraceSummary } from '../model/span.ts'
import { ServiceGraphEdge, TraceAnalysis, TraceOperation } from '../model/trace-analysis.ts'
import { operations } from './operation.ts'
import { TimeRange } from './page.ts'

const time = z.iso.datetime({ offset: true })
const traceId = z.object({ trace_id: z.string().regex(/^[0-9a-f]{1,32}$/) })

/** Spans that fit a TraceQL query stand together in sets, one unless `by()` parts them. */
const FoundTrace = TraceSummary.extend({
  span_sets: z.array(
    z.object({
      matched: z.number().int(),
      /** What groups and aggregates of the query say. */
      attributes: Labels,
      spans: z.array(
        z.object({
          span_id: z.string(),
          operation_name: z.string(),
          service_name: z.string(),
          start_time: time,
          duration_ms: z.number(),
          /** Attributes and intrinsics that the query names. */
          fields: Labels,
        }),
      ),
    }),
  ),
})

const queryErrors = ['INVALID_TRACEQL', 'QUERY_TOO_LARGE', 'QUERY_TIMEOUT', 'VALIDATION_FAILED'] as const

export const trace = operations({
  findTraces: {
    method: 'POST',
    path: '/api/v1/traces/search',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: [...queryErrors, 'INVALID_REQUEST'],
    summary:
      'Traces that fit a TraceQL query and all other conditions given, newest first. `*` in names stands for any characters.',
    body: z.object({
      /** TraceQL, such as `{ resource.service.name = "cart" && duration > 1s }`. */
      query: z.string().max(16_384).optional(),
      service_name: z.string().max(256).optional(),
      operation_name: z.string().max(512).optional(),
      trace_id: z
        .string()
        .regex(/^[0-9a-f]{1,32}$/)
        .optional(),
      min_duration_ms: z.number().nonnegative().optional(),
      max_duration_ms: z.number().nonnegative().optional(),
      /** Attributes a span must have, of whatever scope. */
      tags: Labels.optional(),
      start_time: time.optional(),
      end_time: time.optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    response: z.object({
      traces: z.array(FoundTrace),
      total: z.number().int(),
      /** False where older traces may fit too, which the query had no time or leave to look at. */
      complete: z.boolean(),
    }),
  },
  listTraceSpans: {
    method: 'GET',
    path: '/api/v1/traces/{trace_id}/spans',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['NOT_FOUND'],
    summary: 'The spans of one trace, by start.',
    params: traceId,
    response: z.object({ spans: z.array(Span), total: z.number().int() }),
  },
  analyzeTrace: {
    method: 'GET',
    path: '/api/v1/traces/{trace_id}/analysis',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['NOT_FOUND'],
    summary:
      'One trace taken apart: critical path, self time of spans and services, where errors began and how far they came, and what is doubtful about it.',
    params: traceId,
    response: TraceAnalysis,
  },
  listTraceServices: {
    method: 'GET',
    path: '/api/v1/traces/services',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST'],
    summary: 'Services that sent spans.',
    query: TimeRange.extend({ limit: z.coerce.number().int().min(1).max(10_000).default(1_000) }),
    response: z.object({ services: z.array(z.string()), total: z.number().int() }),
  },
  listTraceOperations: {
    method: 'GET',
    path: '/api/v1/traces/operations',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST'],
    summary: 'Names of the spans of a service, or of all.',
    query: TimeRange.extend({
      service_name: z.string().max(256).optional(),
      limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
    }),
    response: z.object({ operations: z.array(TraceOperation), total: z.number().int() }),
  },
  getServiceGraph: {
    method: 'GET',
    path: '/api/v1/traces/service-graph',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST', 'QUERY_TOO_LARGE', 'QUERY_TIMEOUT'],
    summary:
      'Which service calls which, with rate, errors and durations of each edge, from the spans of a time range.',
    query: TimeRange.extend({ service_name: z.string().max(256).optional() }),
    response: z.object({
      edges: z.array(ServiceGraphEdge),
      span_count: z.number().int(),
      /** Calls of which neither the other end nor its name is known; they are in no edge. */
      unanswered: z.number().int(),
      start: time,
      end: time,
    }),
  },
})
