import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { parsePromql } from '../promql/parse/parse.ts'
import { printExpression } from '../promql/print.ts'
import type { QueryValue, RawSeries } from '../promql/value.ts'
import { distribute } from './distribute.ts'
import { fleetOf } from './fleet.suite.ts'
import { askMetrics, type When } from './metric-federation.ts'
import { clusterOfSeries, engine, metricBackendOf, sourceOf } from './simulated-cluster.suite.ts'

const queries = [
  ...[
    'a',
    'a{cluster="c1"}',
    'a{cluster!="c0", job="x"}',
    'rate(a[3m])',
    'abs(-a)',
    '-a',
    'a * 2 > 100',
    'a + b',
  ],
  ...[
    'a and on (job, pod, cluster, le) b',
    'a unless on (job) b',
    'a / on (job, pod) group_left () sum by (job, pod) (b)',
  ],
  ...[
    'sum(a)',
    'sum by (job) (rate(a[5m]))',
    'sum without (pod, le) (a)',
    'sum without (cluster) (a)',
    'sum by (cluster) (a)',
  ],
  ...[
    'count(a)',
    'count by (job) (a > 500)',
    'min(a)',
    'max by (pod) (a)',
    'group(a)',
    'avg(a)',
    'avg by (job) (a)',
  ],
  ...['avg without (cluster, pod) (a)', 'stddev(a)', 'stdvar by (job) (a)', 'stdvar without (cluster) (a)'],
  ...['topk(2, a)', 'bottomk by (job) (1, a)', 'quantile(0.7, a)', 'quantile by (job) (0.5, rate(a[4m]))'],
  ...[
    'count_values("v", a % 3)',
    'count_values by (job) ("v", a % 3)',
    'sum(a) / count(b)',
    'max(a) - min(a)',
  ],
  'histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))',
  'histogram_quantile(0.5, sum by (le, job) (h_bucket))',
  ...[
    'max_over_time(sum(a)[3m:1m])',
    'avg_over_time(a[4m:45s])',
    'absent(a{job="z"})',
    'absent(a)',
    'scalar(sum(a))',
  ],
  ...[
    'sum(a offset 2m)',
    'sum(a @ 700)',
    'sort_desc(sum by (pod) (a))',
    'sum(sum by (job) (a))',
    'vector(1) + sum(a)',
  ],
  ...[
    'label_replace(a, "x", "$1", "job", "(.*)")',
    'sum by (x) (label_replace(a, "x", "$1", "job", "(.*)"))',
  ],
  ...['sum(a{cluster="c0"} or b{cluster="c1"})', 'time() - sum(timestamp(a))', 'sum(a) > bool 100', '1 + 1'],
]
const moments: When[] = [
  { startMs: 600_000, endMs: 1_200_000, stepMs: 60_000 },
  { timeMs: 900_000, now: false },
]

async function asOne(clusters: RawSeries[][], query: string, when: When): Promise<QueryValue> {
  const all = clusters.flatMap((stored, i) =>
    stored.map((series) => ({ ...series, labels: { ...series.labels, cluster: `c${i}` } })),
  )
  const context = { source: sourceOf(all) }
  const { value } =
    'timeMs' in when
      ? await engine.instant(query, when.timeMs, context)
      : await engine.range(query, when, context)
  return value
}

async function asked(clusters: RawSeries[][], query: string, when: When): Promise<QueryValue | undefined> {
  const backends = clusters.map((stored, i) => ({
    ...{ id: `c${i}`, name: `c${i}`, labels: {} },
    metrics: metricBackendOf(stored),
  }))
  const deps = { clock: systemClock, fleet: fleetOf(), engine, clusterLabel: 'cluster', localId: 'c0' }
  const { combined } = await askMetrics(deps, {
    ...{
      tenant: 'default',
      expression: parsePromql(query),
      when,
      mode: 'GLOBAL',
      clusters: backends,
      timeoutMs: 5_000,
    },
  })
  return combined
}

/** In one order, numbers to twelve digits: sums are made in another order. */
function comparable(value: QueryValue | undefined): unknown {
  const digits = (number: number): string =>
    Number.isFinite(number) ? number.toPrecision(12).replace(/^-0\.0+$/, '0') : String(number)
  const key = (labels: object): string => JSON.stringify(Object.entries(labels).sort())
  if (value?.type === 'matrix')
    return value.series
      .map(
        ({ labels, timesMs, values }) =>
          `${key(labels)} ${timesMs.map((t, i) => `${t}=${digits(values[i]!)}`)}`,
      )
      .sort()
  if (value?.type === 'vector')
    return value.samples.map((sample) => `${key(sample.labels)} ${digits(sample.value)}`).sort()
  return value?.type === 'scalar' ? digits(value.value) : value
}

it.each(queries)('answers %s over clusters as one store that holds them all would', async (query) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(clusterOfSeries, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...moments),
      async (clusters, when) => {
        expect(comparable(await asked(clusters, query, when))).toEqual(
          comparable(await asOne(clusters, query, when)),
        )
      },
    ),
    { numRuns: 15 },
  )
})

it.each([
  ['sum(rate(a[5m]))', ['sum(rate(a[5m]))']],
  ['avg by (job) (a)', ['sum by (job) (a)', 'count by (job) (a)']],
  ['histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))', ['sum by (le) (rate(h_bucket[5m]))']],
  ['topk(3, a)', ['topk(3, a)']],
  ['quantile(0.9, a)', ['a']],
  ['sum by (cluster, job) (a)', ['sum by (cluster, job) (a)']],
  ['absent(a)', []],
])('asks the clusters of %s no more than %j', (query, parts) => {
  const plan = distribute(parsePromql(query), 'cluster')
  expect(plan.parts.map(({ expression }) => printExpression(expression))).toEqual(parts)
})
