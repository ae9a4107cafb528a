import type { MetricFact } from '../../catalogue/metric-fact.ts'
import type { SeriesSummary } from '../../tool/metric/series-summary.ts'
import { entityRef, minutesAgo, type Said, suiteNowMs } from '../found.suite.ts'

export const now = new Date(suiteNowMs).toISOString()
export const cart = entityRef('SERVICE', 'cart')
export const fact = (name: string, more: Partial<MetricFact> = {}): MetricFact => ({
  ...{
    name,
    kind: 'GAUGE',
    unit: null,
    help: '',
    series: 1,
    labels: ['service'],
    example: { service: 'cart' },
  },
  ...{ cluster_ids: ['local'], entity_matchers: [{ label: 'service', op: '=', value: 'cart' }] },
  ...more,
})
export const memory = fact('process_resident_memory_bytes')
export const found = (
  metrics: MetricFact[],
  as?: string,
  missing: { cluster_id: string; cluster_name: string; reason: string }[] = [],
): Said => ({
  ...{ tool: 'find_metrics', output: { metrics, total: metrics.length, known: 27, missing } },
  ...(as ? { as } : {}),
})
export const series = (last: number, more: Partial<SeriesSummary> = {}): SeriesSummary => ({
  ...{ cluster_id: 'local', cluster_name: 'local', labels: {}, points: 121, skipped: 0, last, last_at: now },
  ...{
    first: last,
    first_at: minutesAgo(120),
    min: last,
    min_at: minutesAgo(60),
    max: last,
    max_at: minutesAgo(30),
  },
  ...{ mean: last, median: last, change: 0, shift: null },
  ...more,
})
export const queried = (as: string, ...all: SeriesSummary[]): Said => ({
  ...{ tool: 'query_metrics', as, input: { query: 'q' } },
  output: { series: all, total: all.length, warnings: [], missing: [], at: now, start: null },
})
export const mib = 1_048_576
