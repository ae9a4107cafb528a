import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistogramSample, NativeHistogram } from '../../port/metric-store.ts'
import { HistogramTotals, isDelta, markDelta, sumOf } from './histogram-delta.ts'

type Pairs = readonly (readonly [index: number, count: number])[]
const sideOf = (pairs: Pairs): NativeHistogram['positive'] => ({
  indexes: Int32Array.from(pairs, ([index]) => index),
  counts: Float64Array.from(pairs, ([, count]) => count),
})
const histogramOf = (
  schema: number,
  positive: Pairs,
  more: Partial<NativeHistogram> = {},
): NativeHistogram => ({
  schema,
  count: positive.reduce((sum, [, count]) => sum + count, 0),
  sum: 1,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: sideOf(positive),
  negative: sideOf([]),
  reset: 'UNKNOWN',
  ...more,
})
const delta = (ref: number, timeMs: number, histogram: NativeHistogram): HistogramSample => ({
  ref,
  timeMs,
  histogram: markDelta(histogram),
})

describe('totals of native histograms', () => {
  it('add differences up, beginning with a reset, and leave what is no difference as it is', () => {
    const totals = new HistogramTotals()
    const own: HistogramSample = { ref: 2, timeMs: 1, histogram: histogramOf(0, [[1, 5]]) }
    const first = totals.accumulate([delta(1, 1, histogramOf(1, [[3, 2]])), own])
    expect(first.histograms).toMatchObject([{ ref: 1, histogram: { count: 2, reset: 'YES' } }, own])
    const second = totals.accumulate([
      delta(1, 2, histogramOf(1, [[3, 1]])),
      delta(1, 3, histogramOf(1, [[4, 4]])),
    ])
    expect(
      second.histograms.map(({ histogram }) => [histogram.count, histogram.sum, histogram.reset]),
    ).toEqual([
      [3, 2, 'NO'],
      [7, 3, 'NO'],
    ])
    expect(second.histograms[1]?.histogram.positive).toEqual(
      sideOf([
        [3, 3],
        [4, 4],
      ]),
    )
    expect(second.histograms.some(isDelta)).toBe(false)
  })

  it('leave out a difference that was sent again, and count it', () => {
    const totals = new HistogramTotals()
    totals.accumulate([delta(1, 5, histogramOf(0, [[1, 1]]))])
    expect(totals.accumulate([delta(1, 5, histogramOf(0, [[1, 1]]))])).toEqual({
      histograms: [],
      repeated: 1,
    })
  })

  it('begin anew for the series that was silent longest, where there is no more room', () => {
    const totals = new HistogramTotals(2)
    const add = (ref: number, timeMs: number) =>
      totals.accumulate([delta(ref, timeMs, histogramOf(0, [[1, 1]]))]).histograms[0]?.histogram.count
    expect([add(1, 1), add(2, 1), add(1, 2), add(3, 1), add(1, 3), add(2, 2)]).toEqual([1, 1, 2, 1, 3, 1])
  })

  it('meet at the coarser schema and the wider zero bucket', () => {
    const a = histogramOf(1, [
      [1, 1],
      [2, 2],
      [5, 4],
    ])
    const b = histogramOf(
      0,
      [
        [-1, 8],
        [1, 16],
      ],
      { zeroThreshold: 0.5, zeroCount: 3 },
    )
    expect(sumOf(a, b)).toMatchObject({
      schema: 0,
      count: 31,
      zeroThreshold: 0.5,
      zeroCount: 3,
      // Bucket -1 of b ends at 0.5, its own zero threshold: what is in it was put there by its sender.
      positive: sideOf([
        [-1, 8],
        [1, 19],
        [3, 4],
      ]),
    })
    expect(sumOf(histogramOf(0, [[-3, 7]]), b)).toMatchObject({ zeroCount: 10 })
  })

  it('lose nothing, whatever is added to whatever', () => {
    const pairs = fc
      .uniqueArray(fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: 1, max: 9 })), {
        selector: ([index]) => index,
        maxLength: 30,
      })
      .map((list) => list.sort(([x], [y]) => x - y))
    const any = fc
      .tuple(fc.integer({ min: -4, max: 8 }), pairs, pairs, fc.constantFrom(0, 1e-9, 0.5))
      .map(([schema, positive, negative, zeroThreshold]) =>
        histogramOf(schema, positive, { negative: sideOf(negative), zeroThreshold }),
      )
    const weight = ({ positive, negative, zeroCount }: NativeHistogram) =>
      [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount)
    fc.assert(
      fc.property(any, any, (a, b) => {
        const sum = sumOf(a, b)
        expect(weight(sum)).toBe(weight(a) + weight(b))
        expect(sum.schema).toBe(Math.min(a.schema, b.schema))
        expect([...sum.positive.indexes]).toEqual([...sum.positive.indexes].sort((x, y) => x - y))
      }),
    )
  })
})
