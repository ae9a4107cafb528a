import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import { isoTime } from '../../../kernel/clock.ts'
import type { TraceqlConditions } from '../../../service/telemetry/index.ts'
import { type TraceSearchAnswer, traceqlOf } from '../../../service/telemetry/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type TraceHandlers = {
  [K in
    | 'findTraces'
    | 'listTraceSpans'
    | 'analyzeTrace'
    | 'listTraceServices'
    | 'listTraceOperations'
    | 'getServiceGraph']: Handler<K>
}

/** Spans shown of each set. */
const spansPerSet = 10

export function traceHandlers({ traces, telemetry, clock }: HandlerDeps): TraceHandlers {
  return {
    async findTraces({ body }, { tenant }) {
      const { limit, trace_id } = body
      const range = rangeOf({ start: body.start_time, end: body.end_time }, clock)
      const conditions: TraceqlConditions = {
        ...{ query: body.query, service: body.service_name, operation: body.operation_name },
        ...{ durationMsMin: body.min_duration_ms, durationMsMax: body.max_duration_ms, tags: body.tags },
      }
      const query = traceqlOf(conditions)
      const search = { query, limit, spansPerSet, ...(trace_id ? { traceId: trace_id } : {}) }
      const answer = await traces.search(tenant, { ...search, ...range })
      return { traces: answer.traces.map(foundOf), total: answer.traces.length, complete: answer.complete }
    },
    async listTraceSpans({ params }, { tenant }) {
      const { spans } = await telemetry.trace(tenant, params.trace_id)
      return { spans, total: spans.length }
    },
    analyzeTrace: ({ params }, { tenant }) => traces.analysis(tenant, params.trace_id),
    async listTraceServices({ query }, { tenant }) {
      const services = await traces.services(tenant, { ...rangeOf(query, clock), limit: query.limit })
      return { services, total: services.length }
    },
    async listTraceOperations({ query }, { tenant }) {
      const found = await traces.operations(tenant, {
        ...{ ...rangeOf(query, clock), limit: query.limit },
        service: query.service_name ?? '',
      })
      const operations = found.map(({ service, name, kind }) => ({
        ...{ service_name: service, operation_name: name, kind },
      }))
      return { operations, total: operations.length }
    },
    async getServiceGraph({ query }, { tenant }) {
      const range = rangeOf(query, clock)
      const { edges, spans, unanswered } = await traces.serviceGraph(tenant, {
        ...range,
        service: query.service_name ?? '',
      })
      const bounds = { start: isoTime(range.startMs), end: isoTime(range.endMs) }
      return { edges, span_count: spans, unanswered, ...bounds }
    },
  }
}

type Found = OperationOutput<Api['findTraces']>['traces'][number]

function foundOf({
  traceId,
  root,
  startMs,
  durationMs,
  services,
  sets,
}: TraceSearchAnswer['traces'][number]): Found {
  return {
    trace_id: traceId,
    root_service: root?.service ?? '',
    root_operation: root?.name ?? '',
    start_time: isoTime(startMs),
    duration_ms: durationMs,
    span_count: services.reduce((sum, { spans }) => sum + spans, 0),
    service_count: services.length,
    has_errors: services.some(({ errors }) => errors > 0),
    span_sets: sets.map(({ spans, matched, attributes }) => ({
      matched,
      attributes: textsOf(attributes),
      spans: spans.map(({ span, fields }) => ({
        span_id: span.spanId,
        operation_name: span.name,
        service_name: span.service,
        start_time: isoTime(span.startMs),
        duration_ms: span.durationMs,
        fields: textsOf(fields),
      })),
    })),
  }
}

const textsOf = (values: readonly { name: string; value: unknown }[]): Record<string, string> =>
  Object.fromEntries(values.map(({ name, value }) => [name, String(value ?? 'nil')]))
