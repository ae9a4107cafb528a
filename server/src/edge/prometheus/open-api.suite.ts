import type { ScrapeTargets } from '@aiops/contract/model/scrape'
import { ManualClock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import type { MetricStore, NativeHistogram, SeriesMeta } from '../../port/metric-store.ts'
import {
  createPromqlEngine,
  promqlLanguage,
  type RuleGroupState,
  storeSource,
} from '../../service/telemetry/index.ts'
import { createPrometheusApi, type PrometheusApi } from './index.ts'

const startMs = 1_700_000_000_000
const side = (indexes: number[], counts: number[]) => ({
  indexes: Int32Array.from(indexes),
  counts: Float64Array.from(counts),
})
export const histogram: NativeHistogram = {
  ...{ schema: 0, count: 7, sum: 5.5, zeroThreshold: 0.001, zeroCount: 2, reset: 'UNKNOWN' },
  ...{ positive: side([1], [4]), negative: side([1], [1]) },
}

/** The API over an empty store: two series of a counter, a gauge, a native histogram, of one tenant. */
export function openApiOver(store: MetricStore): PrometheusApi {
  const intern = (labels: Record<string, string>, meta: SeriesMeta): number =>
    store.catalog.intern('default', labels, meta)
  const counter = { kind: 'COUNTER' as const, unit: '{request}' }
  const a = intern({ __name__: 'http.requests', job: 'a', 'service.name': 'cart' }, counter)
  const b = intern({ __name__: 'http.requests', job: 'b' }, counter)
  const c = intern({ __name__: 'memory', job: 'c' }, { kind: 'GAUGE', unit: 'By' })
  const h = intern({ __name__: 'latency', job: 'a' }, { kind: 'HISTOGRAM' })
  const points = [0, 1, 2].flatMap((step) => [
    [a, step, 1 + 3 * step] as const,
    [b, step, Number.POSITIVE_INFINITY] as const,
    [c, step, 5 - step] as const,
  ])
  store.append(
    {
      ...{ tenant: 'default', count: points.length },
      series: Uint32Array.from(points.map(([ref]) => ref)),
      timesMs: Float64Array.from(points.map(([, step]) => startMs + step * 60_000)),
      values: Float64Array.from(points.map(([, , value]) => value)),
      histograms: [{ ref: h, timeMs: startMs, histogram }],
      exemplars: [{ ref: h, timeMs: startMs + 1_500, value: 0.25, labels: { trace_id: 'abc' } }],
    },
    1,
  )
  return createPrometheusApi({
    promql: createPromqlEngine(),
    language: promqlLanguage,
    source: (tenant) => storeSource(store, tenant),
    metricStore: store,
    rules: { groups: (tenant) => (tenant === 'default' ? groups : []), problems: () => [] },
    scrapeTargets: () => targets,
    cardinality: async () => ({ series_total: 4, metrics: [], labels: [] }),
    clock: new ManualClock(startMs + 120_000),
    version: '1.2.3',
  })
}

/** One request as the gateway would hand it over, a fault in Prometheus' form. */
export async function call(
  api: PrometheusApi,
  path: string,
  form?: Record<string, string>,
  tenant = 'default',
  type = 'application/x-www-form-urlencoded',
) {
  const url = new URL(path.startsWith('/') ? path : `/prometheus/api/v1/${path}`, 'http://localhost')
  const method = form ? 'POST' : 'GET'
  const params: Record<string, string> = {}
  const receiver = api.receivers.find((one) => {
    const found = new RegExp(`^${one.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(url.pathname)
    if (!found || one.method !== method) return false
    Object.assign(params, found.groups)
    return true
  })
  if (!receiver) throw new Error(`no receiver for ${method} ${url.pathname}`)
  const headers = { 'content-type': form ? type : undefined }
  const body = Buffer.from(form ? new URLSearchParams(form).toString() : '')
  const request = { ...{ tenant, actor: 'test', headers, params, body }, query: url.searchParams }
  const reply = await receiver.handle(request).catch((error: unknown) => {
    if (!isFault(error)) throw error
    return receiver.refuse?.(error, headers)
  })
  const text = String(reply?.body)
  return { status: reply?.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined }
}

const rule = { labels: {}, lastError: '', evaluationSeconds: 0, lastEvaluationMs: 0 }
const groups: RuleGroupState[] = [
  {
    ...{
      name: 'one',
      file: 'a.yml',
      intervalMs: 60_000,
      limit: 0,
      evaluationSeconds: 0.5,
      lastEvaluationMs: startMs,
    },
    rules: [
      {
        ...rule,
        kind: 'RECORDING',
        name: 'a:b',
        query: 'sum(a)',
        health: 'OK',
        evaluationSeconds: 0.1,
        lastEvaluationMs: startMs,
      },
      {
        ...{
          ...rule,
          kind: 'ALERTING',
          name: 'Slow',
          query: 'a > 1',
          health: 'ERR',
          lastError: 'no',
          phase: 'FIRING',
        },
        ...{ labels: { severity: 'page' }, annotations: {}, forMs: 300_000, keepFiringForMs: 0 },
        alerts: [
          { labels: { alertname: 'Slow' }, annotations: {}, phase: 'FIRING', activeMs: startMs, value: 1.5 },
        ],
      },
    ],
  },
  {
    ...{
      name: 'two',
      file: 'b.yml',
      intervalMs: 60_000,
      limit: 0,
      evaluationSeconds: 0,
      lastEvaluationMs: 0,
    },
    rules: [
      {
        ...{ ...rule, kind: 'ALERTING', name: 'Other', query: 'b', health: 'UNKNOWN', phase: 'UNKNOWN' },
        ...{ annotations: {}, forMs: 0, keepFiringForMs: 0, alerts: [] },
      },
    ],
  },
]
const targets: ScrapeTargets = {
  targets: [
    {
      ...{
        job: 'node',
        url: 'http://n/metrics',
        labels: { job: 'node' },
        discovered_labels: {},
        health: 'UP',
      },
      ...{ last_error: '', last_scrape: '2023-11-14T22:13:20Z', last_scrape_duration_seconds: 0.1 },
      ...{ samples_scraped: 1, scrape_interval_seconds: 15 },
    },
  ],
  ...{ dropped: 0, problems: [], notes: [] },
}
