import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecastMetric } from './forecast-metric.ts'
import { getMetricLabels } from './get-metric-labels.ts'
import { clientOf, metricAnswer, suiteNowMs, suiteScope } from './metric-client.suite.ts'
import { queryMetrics, seriesName } from './query-metrics.ts'
import { summaryOf } from './series-summary.ts'

const nowSeconds = suiteNowMs / 1_000
const course = (count: number, at: (i: number) => number): [number, string][] =>
  Array.from({ length: count }, (_, i) => [nowSeconds - (count - 1 - i) * 60, String(at(i))])
const local = { cluster_id: 'local', cluster_name: 'local' }

describe('a metric query', () => {
  test('is one moment without a start, and a range with one', async () => {
    const bodies: unknown[] = []
    const answer = async ({ body }: { body: unknown }) => {
      bodies.push(body)
      return metricAnswer([{ metric: { service: 'cart' }, values: course(3, (i) => i + 1) }])
    }
    const client = clientOf({ queryMetrics: answer, queryMetricsRange: answer })
    const ask = (input: object) =>
      queryMetrics.run(client, queryMetrics.input.parse(input), suiteScope(['west']))
    await ask({ query: 'up' })
    const found = await ask({
      query: 'up',
      cluster_ids: ['east'],
      start_time: '2026-03-02T14:00:00Z',
      step: '30s',
    })
    expect(bodies).toEqual([
      { query: 'up', cluster_ids: ['west'], time: '2026-03-02T14:31:00.000Z' },
      {
        ...{ query: 'up', cluster_ids: ['east'], start_time: '2026-03-02T14:00:00Z' },
        ...{ end_time: '2026-03-02T14:31:00.000Z', step: '30s' },
      },
    ])
    expect(found.series[0]).toMatchObject({
      last: 3,
      first: 1,
      min: 1,
      max: 3,
      mean: 2,
      median: 2,
      change: 2,
    })
    const [record] = queryMetrics.evidence(found, queryMetrics.input.parse({ query: 'up' }), suiteScope())
    expect(record).toMatchObject({
      type: 'METRIC',
      query: 'up',
      trust: 'TELEMETRY',
      fields: { last: 3, label_service: 'cart' },
    })
    expect(record?.link).toContain('/explore?tab=metrics&q=up')
  })

  test('no number is ever made of what is none', () => {
    const found = summaryOf(local, {
      metric: {},
      values: [
        [1, 'NaN'],
        [2, '+Inf'],
        [3, '5'],
      ],
    })
    expect(found).toMatchObject({ points: 1, skipped: 2, last: 5, min: 5, max: 5 })
    expect(summaryOf(local, { metric: {}, values: [[1, 'NaN']] })).toMatchObject({
      last: null,
      mean: null,
      points: 0,
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.oneof(fc.string(), fc.double().map(String)))), (values) => {
        const { last, min, max, mean } = summaryOf(local, { metric: {}, values })
        for (const one of [last, min, max]) expect(one === null || Number.isFinite(one)).toBe(true)
        if (mean !== null && Number.isFinite(mean))
          expect(mean).toBeLessThanOrEqual((max ?? 0) + Math.abs(max ?? 0) * 1e-9)
      }),
    )
  })

  test('a native histogram is told by count, sum and quantiles', () => {
    const histogram = {
      count: '10',
      sum: '14',
      buckets: [
        [0, '0', '1', '5'],
        [0, '1', '2', '5'],
      ],
    }
    const found = summaryOf(local, { metric: {}, values: [], histograms: [[1, histogram]] })
    expect(found.histogram).toEqual({ count: 10, sum: 14, p50: 1, p95: 1.9, p99: 1.98 })
  })

  test('at most so many series are answered, and how many there are is said', async () => {
    const data = Array.from({ length: 500 }, (_, i) => ({
      metric: { i: String(i) },
      values: course(1, () => i),
    }))
    const client = clientOf({ queryMetrics: async () => metricAnswer(data) })
    const found = await queryMetrics.run(client, queryMetrics.input.parse({ query: 'up' }), suiteScope())
    expect(found.series).toHaveLength(200)
    expect(found.total).toBe(500)
  })

  test('a series is named as Prometheus writes it, of bounded length', () => {
    expect(seriesName({ __name__: 'up', job: 'a' })).toBe('up{job="a"}')
    expect(seriesName({ a: 'x'.repeat(500) }).length).toBeLessThan(120)
  })
})

describe('a forecast', () => {
  test('puts what gets there first before what does not, with the error it would have had', async () => {
    const client = clientOf({
      queryMetricsRange: async () =>
        metricAnswer([
          { metric: { node: 'steady' }, values: course(60, () => 50) },
          { metric: { node: 'full' }, values: course(60, (i) => 120 - i) },
        ]),
    })
    const input = forecastMetric.input.parse({ query: 'free', level: 0 })
    const found = await forecastMetric.run(client, input, suiteScope())
    expect(found.forecasts.map(({ labels, direction }) => [labels.node, direction])).toEqual([
      ['full', 'FALLING'],
      ['steady', 'NONE'],
    ])
    expect(found.forecasts[0]?.reaches_in_seconds).toBe(61 * 60)
    expect(found.forecasts[0]?.past_error?.error).toBeLessThan(0.01)
    expect(found.forecasts[1]?.reaches_at).toBeNull()
    expect(forecastMetric.evidence(found, input, suiteScope())[1]?.sentence).toContain('has no trend')
  })
})

describe('values of a label', () => {
  test('of this platform alone need no query, of one metric they do', async () => {
    const queries: string[] = []
    const client = clientOf({
      listLabelValues: async () => ({ values: ['a', 'b'] }),
      queryMetrics: async ({ body }: { body: { query: string } }) => {
        queries.push(body.query)
        return metricAnswer([{ metric: { 'service.name': 'a' }, values: [[1, '1']] }])
      },
    })
    const ask = (input: object) =>
      getMetricLabels.run(client, getMetricLabels.input.parse(input), suiteScope())
    expect(await ask({ label_name: 'service' })).toMatchObject({ values: ['a', 'b'], total: 2 })
    expect(await ask({ label_name: 'service.name', metric: 'up' })).toMatchObject({ values: ['a'] })
    expect(queries).toEqual(['group by ("service.name") ({__name__="up"})'])
  })
})
