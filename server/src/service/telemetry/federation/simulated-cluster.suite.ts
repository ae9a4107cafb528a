import type { Labels } from '@aiops/contract/model/label'
import fc from 'fast-check'
import { labelTest } from '../../../kernel/matcher.ts'
import type { MetricBackend } from '../../../port/cluster-backend.ts'
import { createPromqlEngine } from '../promql/engine.ts'
import type { QueryAnswer, SampleSource } from '../promql/index.ts'
import type { RawSeries } from '../promql/value.ts'
import { whole } from './fleet.suite.ts'

export const engine = createPromqlEngine()

/** Series in memory, as one store or one cluster has them. */
export const sourceOf = (stored: readonly RawSeries[]): SampleSource => ({
  async *select({ matchers, startMs, endMs }) {
    const fits = labelTest(matchers)
    const found = stored.filter(({ labels }) => fits(labels)).map((series) => within(series, startMs, endMs))
    yield found.filter(({ timesMs }) => timesMs.length > 0)
  },
})

function within({ labels, timesMs, values }: RawSeries, startMs: number, endMs: number): RawSeries {
  const from = timesMs.findIndex((timeMs) => timeMs >= startMs)
  const after = timesMs.findLastIndex((timeMs) => timeMs <= endMs) + 1
  if (from < 0 || from >= after) return { labels, timesMs: new Float64Array(), values: new Float64Array() }
  return { labels, timesMs: timesMs.slice(from, after), values: values.slice(from, after) }
}

/** A cluster whose Prometheus holds these series; `asked` collects what it is asked. */
export function metricBackendOf(stored: readonly RawSeries[], asked: string[] = []): MetricBackend {
  const source = sourceOf(stored)
  const answer = async (query: string, run: Promise<QueryAnswer>) => {
    asked.push(query)
    return { ...(await run), partial: false }
  }
  return {
    instant: (query, timeMs) => answer(query, engine.instant(query, timeMs, { source })),
    range: (query, range) => answer(query, engine.range(query, range, { source })),
    series: async () => whole<Labels[]>([]),
    labelNames: async () => whole<string[]>([]),
    labelValues: async () => whole<string[]>([]),
    metadata: async () => whole({}),
  }
}

const drawn = fc.record({
  name: fc.constantFrom('a', 'b', 'h_bucket'),
  job: fc.constantFrom('x', 'y'),
  le: fc.constantFrom('1', '5', '+Inf'),
  pod: fc.integer({ min: 0, max: 2 }),
  start: fc.integer({ min: 0, max: 20 }),
  values: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 25 }),
})

/** A cluster's series, a sample every 45 s from some moment of the first quarter of an hour on. */
export const clusterOfSeries: fc.Arbitrary<RawSeries[]> = fc
  .uniqueArray(drawn, { maxLength: 12, selector: ({ name, job, le, pod }) => `${name} ${job} ${le} ${pod}` })
  .map((all) =>
    all.map(({ name, job, le, pod, start, values }) => ({
      labels: { __name__: name, job, pod: `p${pod}`, le },
      timesMs: Float64Array.from(values, (_, i) => (start + i) * 45_000),
      values: Float64Array.from(values),
    })),
  )
