import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NativeHistogram } from '../../port/metric-store.ts'
import { nativeIncrease, nativeQuantile, wholeOf } from './native-histogram.ts'

const side = (pairs: readonly (readonly [number, number])[]): NativeHistogram['positive'] => ({
  indexes: Int32Array.from(pairs, ([index]) => index),
  counts: Float64Array.from(pairs, ([, count]) => count),
})
const histogramOf = (
  positive: readonly (readonly [number, number])[],
  more: Partial<NativeHistogram> = {},
) => ({
  schema: 0,
  count: positive.reduce((sum, [, count]) => sum + count, more.zeroCount ?? 0),
  sum: 10,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: side(positive),
  negative: side([]),
  reset: 'UNKNOWN' as const,
  ...more,
})

/** Observations as a histogram of this schema would hold them. */
function observed(values: readonly number[], schema: number): NativeHistogram {
  const counts = new Map<number, number>()
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** schema - 1e-9)
    counts.set(index, (counts.get(index) ?? 0) + 1)
  }
  return histogramOf(
    [...counts].sort(([a], [b]) => a - b),
    {
      schema,
      sum: values.reduce((sum, value) => sum + value, 0),
    },
  )
}

describe('the increase of a native histogram', () => {
  it('is what came between two samples', () => {
    const increase = nativeIncrease(
      histogramOf([
        [1, 2],
        [3, 1],
      ]),
      histogramOf(
        [
          [1, 2],
          [2, 5],
          [3, 2],
        ],
        { sum: 25 },
      ),
    )
    expect(increase).toEqual({
      count: 6,
      sum: 15,
      buckets: [
        { lower: 2, upper: 4, count: 5, log: true },
        { lower: 4, upper: 8, count: 1, log: true },
      ],
    })
  })

  it.each([
    ['the count fell', histogramOf([[1, 9]]), histogramOf([[1, 1]])],
    ['a bucket fell though the count grew', histogramOf([[1, 2]]), histogramOf([[2, 5]])],
    ['its sender says so', histogramOf([[1, 1]]), histogramOf([[1, 5]], { reset: 'YES' })],
    ['the zero bucket fell', histogramOf([], { zeroCount: 3 }), histogramOf([[1, 5]])],
  ])('is the whole histogram where %s', (_, before, now) => {
    expect(nativeIncrease(before, now)).toEqual(wholeOf(now))
  })

  it('understands a sender that went over to coarser buckets', () => {
    const increase = nativeIncrease(observed([1.1, 3], 3), observed([1.1, 3, 3], 0))
    expect(increase).toMatchObject({ count: 1, buckets: [{ lower: 2, upper: 4, count: 1 }] })
  })

  it('is not known between other bounds or zero buckets', () => {
    expect(nativeIncrease(histogramOf([]), histogramOf([], { zeroThreshold: 1 }))).toBeUndefined()
    const custom = (bounds: number[]) =>
      histogramOf([[0, 1]], { schema: -53, bounds: Float64Array.from(bounds) })
    expect(nativeIncrease(custom([1]), custom([2]))).toBeUndefined()
    expect(nativeIncrease(custom([1]), histogramOf([[0, 1]]))).toBeUndefined()
  })

  it('reads custom bounds, the last bucket without end', () => {
    const bounds = Float64Array.from([0.1, 1])
    const now = histogramOf(
      [
        [0, 2],
        [1, 3],
        [2, 1],
      ],
      { schema: -53, bounds },
    )
    expect(wholeOf(now).buckets).toEqual([
      { lower: 0, upper: 0.1, count: 2, log: false },
      { lower: 0.1, upper: 1, count: 3, log: false },
      { lower: 1, upper: Number.POSITIVE_INFINITY, count: 1, log: false },
    ])
  })
})

describe('a quantile of native buckets', () => {
  it('lies within one bucket of the observation of that rank, whatever was observed', () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 8 }), (list, schema) => {
        const sorted = list.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] as number
        const found = nativeQuantile(0.95, wholeOf(observed(list, schema)).buckets)
        const width = 2 ** (2 ** -schema) * (1 + 1e-6)
        expect(found / exact).toBeLessThanOrEqual(width)
        expect(exact / found).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('knows negative observations, zero, and nothing', () => {
    const both = histogramOf([[1, 1]], { zeroCount: 2, zeroThreshold: 0.5, negative: side([[1, 1]]) })
    const { buckets } = wholeOf({ ...both, count: 4 })
    expect(nativeQuantile(0.25, buckets)).toBe(-1)
    expect(nativeQuantile(0.5, buckets)).toBe(0)
    expect(nativeQuantile(1, buckets)).toBe(2)
    expect(nativeQuantile(0.5, [])).toBeNaN()
  })
})
