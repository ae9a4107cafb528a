import { expect, test, vi } from 'vitest'
import type { MetricStore, SeriesData } from '../../port/metric-store.ts'
import { rollupOfRange } from '../../port/metric-window.ts'
import { thinRange } from './range.ts'

const hourMs = 3_600_000
/** A store of fixed series that counts how often samples are read. */
function storeOf(series: readonly SeriesData[]) {
  const range = vi.fn(async (query: Parameters<MetricStore['range']>[0]) =>
    series
      .filter(({ ref }) => query.refs.includes(ref))
      .map(({ ref, timesMs, values }) => {
        const kept = [...timesMs.keys()].filter(
          (i) => timesMs[i]! >= query.startMs && timesMs[i]! <= query.endMs,
        )
        return {
          ref,
          timesMs: Float64Array.from(kept, (i) => timesMs[i]!),
          values: Float64Array.from(kept, (i) => values[i]!),
        }
      }),
  )
  const store = { range, catalog: { kindOf: () => 'GAUGE' as const } }
  const reads = vi.fn((query: Parameters<MetricStore['rollup']>[0]) => rollupOfRange(store as never, query))
  return { range, rollup: reads }
}
const everyMinute = (hours: number, value: (i: number) => number): SeriesData => {
  const count = hours * 60
  return {
    ref: 0,
    timesMs: Float64Array.from({ length: count }, (_, i) => i * 60_000),
    values: Float64Array.from({ length: count }, (_, i) => value(i)),
  }
}

test('a long range is answered from windows: every spike is there, and the answer says what its points are', async () => {
  const store = storeOf([everyMinute(24 * 90, (i) => (i === 70_001 ? 1_000 : i % 10))])
  const query = { refs: [0], startMs: 0, endMs: 24 * 90 * hourMs, pointsMax: 200, samplesMax: 1e7 }
  const { series, annotations } = await thinRange(store, 'default', query)
  expect(store.rollup).toHaveBeenCalledOnce()
  const values = series[0]!.points.map(([, value]) => value)
  expect(Math.max(...(values as number[]))).toBe(1_000)
  expect(Math.min(...(values as number[]))).toBe(0)
  expect(series[0]!.points.length).toBeLessThanOrEqual(202)
  const times = series[0]!.points.map(([time]) => time)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(annotations).toEqual([expect.stringContaining('windows of 22 h')])
})
test('a short range is answered from samples, without a note', async () => {
  const store = storeOf([everyMinute(10, (i) => i)])
  const query = { refs: [0], startMs: 0, endMs: 10 * hourMs, pointsMax: 1_000, samplesMax: 1e7 }
  const { series, annotations } = await thinRange(store, 'default', query)
  expect(store.rollup).not.toHaveBeenCalled()
  expect(series[0]!.points).toHaveLength(600)
  expect(annotations).toEqual([])
})
test('a series of few samples keeps their moments, however long the range', async () => {
  const rare = { ref: 1, timesMs: Float64Array.of(1, 5 * hourMs + 7), values: Float64Array.of(3, Number.NaN) }
  const store = storeOf([rare, everyMinute(24 * 30, () => 1)])
  const query = { refs: [1, 0], startMs: 0, endMs: 24 * 30 * hourMs, pointsMax: 100, samplesMax: 1e7 }
  const { series } = await thinRange(store, 'default', query)
  expect(series.map(({ ref }) => ref)).toEqual([1, 0])
  expect(series[0]!.points).toEqual([
    [1, 3],
    [5 * hourMs + 7, null],
  ])
})
