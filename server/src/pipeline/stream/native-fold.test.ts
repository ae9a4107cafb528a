import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { NativeHistogram } from '../../port/metric-store.ts'
import { createStream, StreamConfig } from './index.ts'

const service = { 'service.name': 'pay', 'service.instance.id': 'a' }

describe('native histograms', () => {
  const native = (counts: readonly (readonly [number, number])[], sum: number): NativeHistogram => ({
    schema: 3,
    count: counts.reduce((all, [, count]) => all + count, 0),
    sum,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: {
      indexes: Int32Array.from(counts, ([index]) => index),
      counts: Float64Array.from(counts, ([, count]) => count),
    },
    negative: { indexes: new Int32Array(), counts: new Float64Array() },
    reset: 'UNKNOWN',
  })

  it('become the same points as classic ones: rate, mean, 95th percentile and error ratio', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const metrics = createMetrics()
    const bus = createMemoryBus({ log: silentLog, metrics })
    const metricStore = new MemoryMetricStore()
    const points: { name: string; labels: Labels; value: number }[] = []
    bus.subscribe('points', 'test', ({ count, series, values }) => {
      for (let i = 0; i < count; i += 1) {
        const { __name__: name = '', ...labels } = metricStore.catalog.describe(series[i] as number).labels
        points.push({ name, labels, value: values[i] as number })
      }
    })
    const stream = createStream({ bus, metricStore, clock, metrics, log: silentLog }, StreamConfig.parse({}))
    await stream.start()
    const of = (name: string) => points.filter((point) => point.name === name).map(({ value }) => value)
    const export_ = (ok: NativeHistogram, failed: NativeHistogram) => {
      const histograms = [ok, failed].map((histogram, i) => ({
        ref: metricStore.catalog.intern(
          'default',
          { ...service, 'http.response.status_code': i === 0 ? '200' : '500', __name__: 'd' },
          { kind: 'HISTOGRAM', unit: 's' },
        ),
        timeMs: clock.now(),
        histogram,
      }))
      const empty = {
        count: 0,
        series: new Uint32Array(),
        timesMs: new Float64Array(),
        values: new Float64Array(),
      }
      bus.publish('samples', { tenant: 'default', ...empty, histograms })
    }
    export_(native([[0, 4]], 4), native([], 0))
    await clock.advance(2_000)
    // 15 observations about 1 and one failure in (2^(7/8), 2].
    export_(native([[0, 19]], 19), native([[8, 1]], 2))
    await clock.advance(2_000)
    expect(of('d:rate')).toEqual([8])
    expect(of('d:mean')).toEqual([17 / 16])
    expect(of('d:error_ratio')).toEqual([1 / 16])
    expect(of('d:p95')[0]).toBeGreaterThan(2 ** (7 / 8))
    expect(of('d:p95')[0]).toBeLessThanOrEqual(2)
    expect(points.every(({ labels }) => JSON.stringify(labels) === '{"service.name":"pay"}')).toBe(true)
    // A number in such a series is its end, no observation.
    const [ended] = metricStore.catalog.select('default', [
      { name: 'http.response.status_code', op: '=', value: '200' },
    ])
    bus.publish('samples', {
      tenant: 'default',
      count: 1,
      series: Uint32Array.of(ended as number),
      timesMs: Float64Array.of(clock.now()),
      values: Float64Array.of(Number.NaN),
    })
    await clock.advance(2_000)
    export_(native([[0, 19]], 19), native([[8, 1]], 2))
    await clock.advance(2_000)
    expect(of('d:rate')).toEqual([8, 0])
  })
})
