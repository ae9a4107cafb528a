/** Query operations of the stand-in: three clusters, one of them missing from every answer. */
import type { Labels } from '@aiops/contract/model/label'
import type { MetricResult } from '@aiops/contract/model/query'
import type { Span, Trace } from '@aiops/contract/model/span'
import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import { type Input, Refusal } from './refusal.ts'
import { catalog, fits, parseSelector, pointsOf, services } from './signal.ts'
import { logs, topology, traces } from './store.ts'

const clusters = ['local', 'eu-west-1', 'us-east-1'] as const
type Cluster = (typeof clusters)[number]
const signals: ('METRICS' | 'LOGS' | 'TRACES')[] = ['METRICS', 'LOGS', 'TRACES']

const asked = (body: Input['body']): readonly Cluster[] => {
  const ids = (body.cluster_ids ?? []) as string[]
  return ids.length === 0 ? clusters : clusters.filter((one) => ids.includes(one))
}
const told = (names: readonly Cluster[]) => {
  const missing = names.includes('us-east-1')
    ? [
        {
          ...{ cluster_id: 'us-east-1', cluster_name: 'us-east-1', status: 'TIMEOUT' as const },
          reason: 'It did not answer within 5 s.',
        },
      ]
    : []
  return {
    ...{ partial: missing.length > 0, missing, total_query_time_ms: 48 },
    ...{ clusters_queried: names.length, clusters_succeeded: names.length - missing.length },
  }
}
const answering = (names: readonly Cluster[]) => names.filter((name) => name !== 'us-east-1')
const seconds = (text: unknown): number =>
  Number.parseInt(String(text ?? '60s'), 10) * (String(text).endsWith('m') ? 60 : 1)
const bounds = (body: Input['body']) => {
  const to = body.end_time ? Date.parse(String(body.end_time)) : Date.now()
  return { from: body.start_time ? Date.parse(String(body.start_time)) : to - 3_600_000, to }
}
const refuse = (body: Input['body'], code: string): void => {
  if (/bad\(|\($/.test(String(body.query)))
    throw new Refusal(400, code, 'parse error at line 1, col 5: unexpected end of input')
}
const result = (name: Cluster, data: MetricResult['data']): MetricResult => ({
  ...{ cluster_id: name, cluster_name: name, status: 'SUCCESS', result_type: 'MATRIX' },
  ...{ data, query_time_ms: 12 },
})

function metrics(body: Input['body'], empty: boolean) {
  refuse(body, 'INVALID_PROMQL')
  const names = asked(body)
  const { from, to } = bounds(body)
  const step = seconds(body.step) * 1_000
  const inner = /[\w.:]*\{[^}]*\}|[\w:.]{4,}/.exec(String(body.query))?.[0] ?? ''
  const matchers = parseSelector(inner) ?? []
  const known = empty ? [] : catalog.filter((s) => fits(s, matchers)).slice(0, 6)
  const results = answering(names).map((name, k) =>
    result(
      name,
      known.map((series) => ({
        metric: series.labels,
        values: pointsOf(series, from, to, (to - from) / step).map(([at, value]): [number, string] => [
          at / 1_000,
          String((value ?? 0) * (1 + k / 4)),
        ]),
      })),
    ),
  )
  return { ...told(names), results, warnings: [], infos: [] }
}

function lines(body: Input['body'], empty: boolean) {
  refuse(body, 'INVALID_LOGQL')
  const names = asked(body)
  const { from, to } = bounds(body)
  const text = String(body.query)
  const whole = { ...told(names), truncated: false }
  const service = /service_name="(\w+)"/.exec(text)?.[1]
  const filter = {
    ...(service ? { service_name: [service] } : {}),
    contains: [/\|= "([^"]*)"/.exec(text)?.[1] ?? ''],
  }
  if (!text.startsWith('{')) {
    const step = seconds(body.step) * 1_000
    const series = ['info', 'warn', 'error'].map((level, i) => ({
      metric: { detected_level: level },
      values: times(from, Math.min(to, Date.now()), step).map((at): [number, string] => [
        at / 1_000,
        String(Math.round((step / 1_400) * (1 + Math.sin(at / 90_000)) * [0.7, 0.2, 0.1][i]!)),
      ]),
    }))
    return { ...whole, logs: [], results: answering(names).map((name) => result(name, empty ? [] : series)) }
  }
  const limit = Number(body.limit ?? 100)
  const found = answering(names).flatMap((name) =>
    logs({ from, to }, { ...filter, limit: [String(limit)] }).logs.map((record) => ({
      ...{ cluster_id: name, cluster_name: name, message: record.message },
      timestamp: record.timestamp.replace('Z', '000123Z'),
      stream: { service_name: record.labels['service.name'] ?? '', host_name: 'workbench' },
      metadata: {
        ...{ detected_level: record.severity.toLowerCase(), thread: '1', span_id: record.span_id ?? '' },
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      } satisfies Labels,
    })),
  )
  found.sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1))
  const kept = empty ? [] : found.slice(0, limit)
  if (body.direction === 'FORWARD') kept.reverse()
  return { ...whole, logs: kept, results: [], truncated: !empty && found.length > limit }
}

const times = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step)

/** A trace of 10,000 spans, one of them an orphan, for the waterfall. */
export const largeTraceId = 'beef'
function largeTrace(): Trace {
  const spanCount = 10_000
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 120_000
  const spans = Array.from({ length: spanCount }, (_, i): Span => {
    const depth = i === 0 ? 0 : 1 + (i % 7)
    const parent = i === 0 ? undefined : depth === 1 ? 0 : i - 1
    return {
      ...{ trace_id: largeTraceId, span_id: `l${i}`, service_name: services[depth % services.length] ?? '' },
      ...{
        operation_name: `step ${i}`,
        kind: 'INTERNAL',
        status: i % 997 === 5 ? 'ERROR' : 'UNSET',
        tags: {},
      },
      start_time: new Date(start + i).toISOString(),
      duration_ms: i === 0 ? spanCount + 10 : 8 - depth,
      ...(parent === undefined ? {} : { parent_span_id: i === 4_000 ? 'lost' : `l${parent}` }),
    }
  })
  return {
    ...{ trace_id: largeTraceId, root_service: 'front', root_operation: 'step 0', has_errors: true },
    ...{ start_time: new Date(start).toISOString(), duration_ms: spanCount + 10, span_count: spanCount },
    ...{ service_count: services.length, spans },
  }
}
export const traceOf = (id: string): Trace =>
  id === largeTraceId ? largeTrace() : traces.get(/^[0-9a-f]{1,9}$/.test(id) ? id : 'aa01')

function analysis(id: string): TraceAnalysis {
  const trace = traceOf(id)
  const name = ({ span_id, service_name, operation_name }: Span) => ({
    span_id,
    service_name,
    operation_name,
  })
  const failed = trace.spans.filter(({ status }) => status === 'ERROR').slice(0, 5)
  const slowest = trace.spans.toSorted((a, b) => b.duration_ms - a.duration_ms)
  return {
    ...{ trace_id: id, start_time: trace.start_time, duration_ms: trace.duration_ms },
    span_count: trace.span_count,
    critical_path: trace.spans.slice(0, 60).map((span) => ({
      ...name(span),
      offset_ms: Date.parse(span.start_time) - Date.parse(trace.start_time),
      duration_ms: Math.min(span.duration_ms, 4),
    })),
    spans: slowest.slice(0, 100).map((span) => ({
      ...{ ...name(span), duration_ms: span.duration_ms, self_ms: span.duration_ms / 3 },
      critical_ms: span.duration_ms / 4,
    })),
    services: services.map((service_name, i) => ({
      ...{ service_name, span_count: 3, error_count: i === 4 ? 1 : 0, self_ms: 12 * i, critical_ms: 9 * i },
    })),
    errors: failed.map((span) => ({ ...name(span), status_message: 'deadline exceeded', propagated: [] })),
    problems: trace.spans.some(({ parent_span_id }) => parent_span_id === 'lost')
      ? [
          {
            ...{ kind: 'ORPHAN_SPANS' as const, span_ids: ['l4000'], count: 1 },
            message: 'The parent of 1 span was never received; it stands at the top level.',
          },
        ]
      : [],
  }
}

export const exemplars = (): unknown => ({
  status: 'success',
  data: [
    {
      seriesLabels: { __name__: 'http_server_request_duration_bucket', service_name: 'payments' },
      exemplars: Array.from({ length: 12 }, (_, i) => ({
        labels: { trace_id: 'aa01' },
        value: String(0.02 + (i % 5) * 0.03),
        timestamp: Date.now() / 1_000 - 60 * i,
      })),
    },
  ],
})

export const queryHandlers = (empty: boolean) => ({
  listQueryClusters: () => ({
    clusters: (empty ? clusters.slice(0, 1) : clusters).map((id) => ({
      ...{ cluster_id: id, cluster_name: id, labels: {}, signals, breaker: 'CLOSED' as const },
    })),
    problems: [],
  }),
  queryMetricsRange: ({ body }: Input) => metrics(body, empty),
  queryLogsRange: ({ body }: Input) => lines(body, empty),
  findTraces: ({ body }: Input) => {
    refuse(body, 'INVALID_TRACEQL')
    const limit = [String(body.limit ?? 20)]
    const found = empty ? [] : traces.search(bounds(body), { limit, errors_only: ['true'] }).traces
    return {
      ...{ total: found.length, complete: empty },
      traces: found.map((trace) => ({
        ...trace,
        span_sets: [
          {
            ...{ matched: 1, attributes: {} },
            spans: [
              {
                ...{ span_id: 's6', operation_name: 'POST /authorise', service_name: 'payments' },
                ...{ start_time: trace.start_time, duration_ms: 560, fields: { status: 'error' } },
              },
            ],
          },
        ],
      })),
    }
  },
  queryTraces: ({ body }: Input) => {
    refuse(body, 'INVALID_TRACEQL')
    const names = asked(body)
    const { traces: found } = traces.search(bounds(body), { limit: [String(body.limit ?? 20)] })
    return {
      ...told(names),
      traces: empty
        ? []
        : found.map((trace, i) => {
            const cluster = answering(names)[i % Math.max(1, answering(names).length)] ?? 'local'
            return { ...trace, cluster_id: cluster, cluster_name: cluster }
          }),
    }
  },
  getClusterTrace: ({ params }: Input) => {
    const trace = traceOf(params.trace_id ?? '')
    const names = trace.spans.map(({ span_id }, i) => [span_id, i % 3 === 2 ? 'eu-west-1' : 'local'])
    return { ...told(clusters), trace, cluster_names: Object.fromEntries(names) }
  },
  analyzeTrace: ({ params }: Input) => analysis(params.trace_id ?? ''),
  getServiceGraph: () => ({
    edges: empty
      ? []
      : topology(true, services).edges.map(({ source, target, ...edge }) => ({
          ...{ client: source.slice(8), server: target.slice(target.indexOf('/') + 1) },
          kind: target.startsWith('service/') ? ('SERVICE' as const) : ('EXTERNAL' as const),
          ...{ calls: Math.round((edge.calls_per_second ?? 0) * 900), errors: edge.error_ratio ? 40 : 0 },
          ...{ calls_per_second: edge.calls_per_second ?? 0, error_ratio: edge.error_ratio ?? 0 },
          ...{
            p50_ms: (edge.mean_ms ?? 0) * 0.8,
            p95_ms: (edge.mean_ms ?? 0) * 2,
            p99_ms: (edge.mean_ms ?? 0) * 3,
          },
        })),
    ...{ span_count: empty ? 0 : 81_204, unanswered: 0 },
    ...{ start: new Date(Date.now() - 900_000).toISOString(), end: new Date().toISOString() },
  }),
})
