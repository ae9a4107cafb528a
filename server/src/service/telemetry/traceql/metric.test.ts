import { describe, expect, it } from 'vitest'
import { MemoryTraceStore } from '../../../adapter/memory/telemetry.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { parseTraceql, traceMetrics, traceqlLimits } from './index.ts'
import { fixture, span, startMs } from './traceql.suite.ts'

const store = new MemoryTraceStore()
store.append({ tenant: 'default', spans: fixture }, 1)
const many = Array.from({ length: 1_000 }, (_, i) =>
  span(100 + i, 1, 0, { durationMs: i + 1, startMs: startMs + i }),
)
store.append({ tenant: 'many', spans: many }, 2)

const minute = 60_000
const ask = async (query: string, tenant = 'default', limits = traceqlLimits) => {
  const { metric, ...rest } = parseTraceql(query)
  if (!metric) throw new Error('no metrics query')
  const range = { tenant, startMs, stepMs: minute, steps: 3 }
  return traceMetrics(store, { ...rest, metric }, range, limits, systemClock)
}
const series = async (query: string, tenant?: string) =>
  (await ask(query, tenant)).series.map(({ labels, values }) => [
    labels.map(({ name, value }) => `${name}=${value}`).join(' '),
    ...values,
  ])

describe('a metrics query', () => {
  it.each<[string, unknown[]]>([
    ['{ } | count_over_time()', [['__name__=count_over_time', 4, 1, 1]]],
    ['{ } | rate()', [['__name__=rate', 4 / 60, 1 / 60, 1 / 60]]],
    [
      '{ } | count_over_time() by (resource.service.name)',
      [
        ['resource.service.name=worker', 0, 0, 1],
        ['resource.service.name=front', 1, 1, 0],
        ['resource.service.name=cart', 3, 0, 0],
      ],
    ],
    [
      '{ } | count_over_time() by (span.http.status_code, status)',
      [
        ['span.http.status_code=nil status=ok', 0, 0, 1],
        ['span.http.status_code=200 status=unset', 0, 1, 0],
        ['span.http.status_code=nil status=unset', 2, 0, 0],
        ['span.http.status_code=nil status=error', 1, 0, 0],
        ['span.http.status_code=500 status=unset', 1, 0, 0],
      ],
    ],
    ['{ kind = server } >> { } | count_over_time()', [['__name__=count_over_time', 3, 0, 0]]],
    ['{ rootServiceName = "front" } | count_over_time()', [['__name__=count_over_time', 4, 1, 0]]],
    ['{ } | max_over_time(duration)', [['__name__=max_over_time', 0.1, 0.005, 2]]],
    ['{ } | min_over_time(span.items)', [['__name__=min_over_time', 3, null, null]]],
    [
      '{ kind = server } | avg_over_time(span.http.status_code)',
      [['__name__=avg_over_time', 500, 200, null]],
    ],
    ['{ } | sum_over_time(span.items)', [['__name__=sum_over_time', 3, null, null]]],
    [
      '{ } | count_over_time() by (name) | topk(1)',
      [
        ['name=work', null, null, 1],
        ['name=GET /', null, 1, null],
        ['name=publish', 1, null, null],
      ],
    ],
    [
      '{ } | count_over_time() by (resource.service.name) > 2',
      [['resource.service.name=cart', 3, null, null]],
    ],
    ['{ status = ok } | histogram_over_time(duration)', [['__bucket=2', 0, 0, 1]]],
    ['{ name = "nothing" } | rate()', []],
  ])('%s', async (query, expected) => {
    expect(await series(query)).toEqual(expected)
  })

  it('finds quantiles within one hundredth', async () => {
    const [median, high] = await series('{ } | quantile_over_time(duration, .5, .99)', 'many')
    expect(median).toEqual(['p=0.5', expect.closeTo(0.5, 2), null, null])
    expect(high).toEqual(['p=0.99', expect.closeTo(0.99, 2), null, null])
  })
  it('says what to narrow instead of answering from a part', async () => {
    const limits = { ...traceqlLimits, seriesMax: 2 }
    await expect(ask('{ } | rate() by (name)', 'default', limits)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
    })
    await expect(ask('{ } | rate()', 'many', { ...traceqlLimits, spansMax: 10 })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
    })
    await expect(ask('{ } | rate()', 'many', { ...traceqlLimits, stepsMax: 2 })).rejects.toMatchObject({
      message: expect.stringContaining('longer steps'),
    })
  })
})
