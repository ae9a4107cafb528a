import type { Labels } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { SampleBatch } from '../../port/metric-store.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { createStream, StreamConfig } from './index.ts'

const startMs = 1_700_000_000_000
type Sample = readonly [name: string, labels: Labels, kind: SeriesKind, value: number, timeMs?: number]

async function world(seriesMax = 10_000) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const metricStore = new MemoryMetricStore({ seriesMax })
  const points: { name: string; labels: Labels; timeMs: number; value: number }[] = []
  bus.subscribe('points', 'test', (batch) => {
    for (let i = 0; i < batch.count; i += 1) {
      const { __name__: name = '', ...labels } = metricStore.catalog.describe(
        batch.series[i] as number,
      ).labels
      points.push({ name, labels, timeMs: batch.timesMs[i] as number, value: batch.values[i] as number })
    }
  })
  const stream = createStream({ bus, metricStore, clock, metrics, log: silentLog }, StreamConfig.parse({}))
  await stream.start()
  const send = (samples: readonly Sample[]): void => {
    const batch: SampleBatch = {
      tenant: 'default',
      count: samples.length,
      series: new Uint32Array(samples.length),
      timesMs: new Float64Array(samples.length),
      values: new Float64Array(samples.length),
    }
    samples.forEach(([name, labels, kind, value, timeMs], i) => {
      batch.series[i] = metricStore.catalog.intern(
        'default',
        { ...labels, __name__: name },
        { kind, unit: kind === 'GAUGE' ? '1' : 's' },
      )
      batch.timesMs[i] = timeMs ?? clock.now()
      batch.values[i] = value
    })
    bus.publish('samples', batch)
  }
  const of = (name: string) => points.filter((point) => point.name === name).map(({ value }) => value)
  return { clock, bus, metricStore, metrics, points, stream, send, of }
}

const service = { 'service.name': 'pay', 'service.instance.id': 'a', 'service.version': '1' }
const histogram = (labels: Labels, counts: readonly number[], sum: number, timeMs?: number): Sample[] => {
  const bounds = ['0.1', '1', '+Inf']
  const total = counts.at(-1) ?? 0
  const at = timeMs === undefined ? [] : [timeMs]
  return [
    ...counts.map(
      (count, i): Sample => [
        'd_bucket',
        { ...labels, le: bounds[i] ?? '' },
        'HISTOGRAM',
        count,
        ...(at as [number]),
      ],
    ),
    ['d_sum', labels, 'COUNTER', sum, ...(at as [number])],
    ['d_count', labels, 'COUNTER', total, ...(at as [number])],
  ]
}

describe('gauges and counters', () => {
  it('a gauge passes as it is; what is no number does not', async () => {
    const { send, points } = await world()
    send([
      ['g', service, 'GAUGE', 3],
      ['h', service, 'GAUGE', Number.NaN],
      ['i', service, 'UNKNOWN', Number.POSITIVE_INFINITY],
    ])
    expect(points).toEqual([{ name: 'g', labels: service, timeMs: startMs, value: 3 }])
  })

  it('a counter becomes its rate, stored as a derived series, its version forgotten', async () => {
    const { send, points, clock, metricStore } = await world()
    for (const value of [100, 120, 5, 25]) {
      send([['c', service, 'COUNTER', value]])
      await clock.advance(2_000)
    }
    expect(points.map(({ name, value }) => [name, value])).toEqual([
      ['c:rate', 10],
      ['c:rate', 2.5],
      ['c:rate', 10],
    ])
    expect(points[0]?.labels).toEqual({ 'service.name': 'pay', 'service.instance.id': 'a' })
    const [ref] = metricStore.catalog.select('default', [{ name: '__name__', op: '=', value: 'c:rate' }])
    expect(metricStore.catalog.describe(ref as number).meta).toMatchObject({
      derived: true,
      kind: 'GAUGE',
      unit: 's/s',
    })
    expect(metricStore.latest([ref as number]).get(ref as number)?.value).toBe(10)
  })

  it('no rate is given over a gap of more than five minutes, nor for a sample that is not newer', async () => {
    const { send, points, clock } = await world()
    send([['c', service, 'COUNTER', 1]])
    await clock.advance(301_000)
    send([['c', service, 'COUNTER', 9]])
    send([['c', service, 'COUNTER', 10]])
    expect(points).toEqual([])
  })

  it('windows can be asked for', async () => {
    const { send, stream, metricStore } = await world()
    send([
      ['g', service, 'GAUGE', 3],
      ['g', service, 'GAUGE', 5, startMs + 1_000],
    ])
    const [ref] = metricStore.catalog.select('default', [{ name: '__name__', op: '=', value: 'g' }])
    expect(stream.windows(ref as number, 10_000)).toMatchObject([
      { count: 2, mean: 4, min: 3, max: 5, last: 5 },
    ])
  })
})

describe('histograms', () => {
  const ok = { ...service, 'http.response.status_code': '200', 'http.route': '/a' }
  const bad = { ...service, 'http.response.status_code': '500', 'http.route': '/b', 'error.type': 'x' }

  it('become rate, mean, p95 and error ratio of the interval, over all routes and statuses', async () => {
    const { send, of, clock, points } = await world()
    send([...histogram(ok, [10, 10, 10], 1), ...histogram(bad, [0, 0, 0], 0)])
    await clock.advance(2_000)
    send([...histogram(ok, [22, 28, 28], 5), ...histogram(bad, [0, 2, 2], 1)])
    expect(of('d:rate')).toEqual([10])
    expect(of('d:mean')).toEqual([0.25])
    expect(of('d:error_ratio')).toEqual([0.1])
    // 12 of 20 within 0.1 s, all within 1 s: rank 19 lies 7/8 into the second bucket.
    expect(of('d:p95')[0]).toBeCloseTo(0.1 + 0.9 * (7 / 8))
    expect(points[0]?.labels).toEqual({ 'service.name': 'pay' })
  })

  it('the first failure a process ever has is counted', async () => {
    const { send, of, clock } = await world()
    send(histogram(ok, [10, 10, 10], 1))
    await clock.advance(2_000)
    send([...histogram(ok, [16, 16, 16], 1), ...histogram(bad, [0, 2, 2], 1)])
    expect(of('d:error_ratio')).toEqual([0.25])
  })

  it('of new instances count into the rate of a service that had more instances before than it can tell apart', async () => {
    const { clock, send, of } = await world()
    const pod = (name: string) => ({ 'service.name': 'pay', 'service.instance.id': name })
    const every15s = async (pods: readonly string[], count: number): Promise<void> => {
      send(pods.flatMap((name) => histogram(pod(name), [count, count, count], count)))
      await clock.advance(15_000)
    }
    const before = Array.from({ length: 64 }, (_, at) => `old-${at}`)
    for (const count of [15, 30, 45]) await every15s(before, count)
    await clock.advance(120_000)
    const after = ['new-1', 'new-2', 'new-3', 'new-4']
    for (const count of [15, 30, 45, 60]) await every15s(after, count)
    expect(of('d:rate').at(-1)).toBeCloseTo(4)
  })

  it('without traffic the rate is 0 and nothing else is said', async () => {
    const { send, points, clock } = await world()
    send(histogram(ok, [10, 10, 10], 1))
    await clock.advance(2_000)
    send(histogram(ok, [10, 10, 10], 1))
    expect(points.map(({ name, value }) => [name, value])).toEqual([['d:rate', 0]])
  })

  it('a restarted process goes on under the same series; its first export only gives a start', async () => {
    const { send, of, clock } = await world()
    const next = { ...ok, 'service.instance.id': 'b', 'service.version': '2' }
    send(histogram(ok, [10, 10, 10], 1))
    await clock.advance(2_000)
    send(histogram(ok, [30, 30, 30], 2))
    await clock.advance(2_000)
    send(histogram(next, [4, 4, 4], 1))
    await clock.advance(2_000)
    send(histogram(next, [14, 14, 14], 2))
    expect(of('d:rate')[0]).toBe(10)
    expect(of('d:rate').at(-1)).toBe(15)
    await clock.advance(6_000)
    send(histogram(next, [44, 44, 44], 2))
    expect(of('d:rate').at(-1)).toBe(5)
  })

  it('spread over several requests gives the same as in one, from the interval on in which all parts are known', async () => {
    const whole = await world()
    const split = await world()
    for (const [counts, sum] of [
      [[1, 1, 1], 1],
      [[5, 9, 9], 4],
      [[6, 12, 15], 9],
    ] as const) {
      const samples = histogram(ok, counts, sum)
      whole.send(samples)
      for (const sample of samples.toReversed()) split.send([sample])
      await whole.clock.advance(2_000)
      await split.clock.advance(2_000)
    }
    const sorted = (found: typeof whole.points) =>
      found.map(({ name, value, timeMs }) => `${timeMs} ${name} ${value}`).sort()
    const second = (found: typeof whole.points) => found.filter(({ timeMs }) => timeMs > startMs + 2_000)
    expect(whole.points).toHaveLength(8)
    expect(sorted(second(split.points))).toEqual(sorted(second(whole.points)))
    expect(split.points.length - second(split.points).length).toBe(0)
  })

  it('several exports in one request, series by series, are folded by time', async () => {
    const { send, of } = await world()
    const exports = [
      [1, 1, 1],
      [3, 3, 3],
      [9, 9, 9],
    ].map((counts, i) => histogram(ok, counts, i, startMs + i * 2_000))
    const bySeries = exports[0]?.flatMap((_, part) => exports.map((one) => one[part] as Sample)) ?? []
    send(bySeries)
    send(histogram(ok, [9, 9, 9], 2, startMs + 6_000))
    expect(of('d:rate')).toEqual([1, 3, 0])
  })

  it('whatever the counts, ratios stay within 0 and 1 and nothing throws', async () => {
    const count = fc.array(fc.nat(50), { minLength: 3, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(count, count, fc.boolean()), { minLength: 2, maxLength: 12 }),
        async (rounds) => {
          const { send, points, clock } = await world()
          for (const [good, failed, both] of rounds) {
            send([...histogram(ok, good, 1), ...(both ? histogram(bad, failed, 2) : [])])
            await clock.advance(2_000)
          }
          for (const { name, value } of points) {
            expect(Number.isFinite(value)).toBe(true)
            if (name === 'd:error_ratio') expect(value >= 0 && value <= 1).toBe(true)
            if (name === 'd:rate') expect(value).toBeGreaterThanOrEqual(0)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('a counter with statuses becomes rate and error ratio', async () => {
    const { send, of, clock } = await world()
    const counter = (good: number, failed: number): Sample[] => [
      ['http_requests_total', { job: 'web', instance: 'a', code: '200' }, 'COUNTER', good],
      ['http_requests_total', { job: 'web', instance: 'a', code: '500' }, 'COUNTER', failed],
    ]
    send(counter(100, 1))
    await clock.advance(10_000)
    send(counter(190, 11))
    expect(of('http_requests_total:rate')).toEqual([10])
    expect(of('http_requests_total:error_ratio')).toEqual([0.1])
  })

  it('a full catalog leaves derived points out and counts them, and gauges still pass', async () => {
    const { send, points, metrics } = await world(2)
    send([
      ['g', service, 'GAUGE', 1],
      ['c', service, 'COUNTER', 1],
    ])
    send([
      ['g', service, 'GAUGE', 1, startMs + 1_000],
      ['c', service, 'COUNTER', 5, startMs + 1_000],
    ])
    expect(points.map(({ name }) => name)).toEqual(['g', 'g'])
    expect(await metrics.render()).toContain('aiops_stream_dropped_total{reason="series_limit"} 1')
  })
})

describe('spans', () => {
  let next = 0
  const span = (over: Partial<StoredSpan>): StoredSpan => {
    next += 1
    return {
      traceId: 't',
      spanId: `s${next}`,
      parentSpanId: '',
      name: 'x',
      service: 'pay',
      kind: 'SERVER',
      startMs,
      durationMs: 100,
      status: 'UNSET',
      statusMessage: '',
      attributes: {},
      ...over,
    }
  }
  const target = { 'server.address': '127.0.0.1', 'server.port': '9000' }

  it('become rate, durations, own time and error ratios per service, and the calls per called address', async () => {
    const { bus, clock, of, points } = await world()
    bus.publish('spans', {
      tenant: 'default',
      spans: [
        span({ spanId: 'p1', durationMs: 100, status: 'ERROR' }),
        span({
          parentSpanId: 'p1',
          kind: 'CLIENT',
          startMs: startMs + 10,
          durationMs: 60,
          status: 'ERROR',
          attributes: target,
        }),
        span({ spanId: 'p2', durationMs: 300, status: 'ERROR' }),
        span({ spanId: 'p3', durationMs: 200 }),
        span({ spanId: 'p4', durationMs: 200 }),
      ],
    })
    await clock.advance(6_000)
    expect(of('traces.span.rate')).toEqual([2])
    expect(of('traces.span.duration:mean')).toEqual([0.2])
    expect(of('traces.span.duration:p95')).toEqual([0.3])
    expect(of('traces.span.self_time:mean')).toEqual([0.185])
    expect(of('traces.span.error_ratio')).toEqual([0.5])
    expect(of('traces.span.error_origin_ratio')).toEqual([0.25])
    expect(of('traces.edge.rate')).toEqual([0.5])
    expect(of('traces.edge.error_ratio')).toEqual([1])
    expect(of('traces.edge.duration:mean')).toEqual([0.06])
    const edge = points.find(({ name }) => name === 'traces.edge.rate')
    expect(edge?.labels).toEqual({ 'service.name': 'pay', ...target })
  })

  it('a call may come seconds before or after the span that made it', async () => {
    const { bus, clock, of } = await world()
    const child = span({ parentSpanId: 'q', kind: 'CLIENT', startMs, durationMs: 80, attributes: target })
    bus.publish('spans', { tenant: 'default', spans: [child] })
    await clock.advance(1_000)
    bus.publish('spans', { tenant: 'default', spans: [span({ spanId: 'q', durationMs: 100 })] })
    await clock.advance(6_000)
    expect(of('traces.span.self_time:mean')).toEqual([0.02])
  })

  it('a service that falls silent is said nothing of; intervals between its requests have rate 0', async () => {
    const { bus, clock, of } = await world()
    bus.publish('spans', { tenant: 'default', spans: [span({})] })
    await clock.advance(6_000)
    bus.publish('spans', { tenant: 'default', spans: [span({ startMs: startMs + 6_000 })] })
    await clock.advance(60_000)
    expect(of('traces.span.rate')).toEqual([0.5, 0, 0, 0.5])
  })

  it('to an address that is new become points though as many others as are watched were called before', async () => {
    const { bus, clock, points } = await world()
    const call = (address: string) => {
      const at = clock.now()
      const calling = { kind: 'CLIENT' as const, startMs: at, attributes: { 'server.address': address } }
      bus.publish('spans', { tenant: 'default', spans: [span(calling)] })
    }
    for (let number = 0; number < 200; number += 1) call(`10.0.0.${number}`)
    await clock.advance(120_000)
    call('10.0.1.1')
    await clock.advance(6_000)
    expect(
      points.find(
        ({ name, labels }) => name === 'traces.edge.rate' && labels['server.address'] === '10.0.1.1',
      ),
    ).toMatchObject({ value: 0.5 })
  })

  it('from the future, too late, or of no length are left out and counted', async () => {
    const { bus, clock, of, metrics } = await world()
    bus.publish('spans', { tenant: 'default', spans: [span({})] })
    await clock.advance(10_000)
    bus.publish('spans', {
      tenant: 'default',
      spans: [
        span({}),
        span({ startMs: startMs + 3_600_000 }),
        span({ durationMs: Number.NaN }),
        span({ durationMs: -5 }),
      ],
    })
    await clock.advance(10_000)
    expect(of('traces.span.rate')).toEqual([0.5])
    expect(await metrics.render()).toContain('aiops_stream_dropped_total{reason="late_spans"} 4')
  })
})
