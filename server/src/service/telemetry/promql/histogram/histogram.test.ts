import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import {
  addHistograms,
  compactHistogram,
  customSchema,
  divideHistogram,
  equalHistograms,
  fractionOf,
  HistogramSum,
  negateHistogram,
  quantileOf,
  resetBetween,
  scaleHistogram,
  subtractHistograms,
  trimHistogram,
  varianceOf,
  walkBuckets,
} from './index.ts'
import { aboveThreshold, type Side } from './side.ts'

const side = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 1000 })), {
    selector: ([index]) => index,
    maxLength: 10,
  })
  .map((buckets) => {
    const sorted = buckets.toSorted((a, b) => a[0] - b[0])
    return {
      indexes: Int32Array.from(sorted, ([index]) => index),
      counts: Float64Array.from(sorted, ([, count]) => count),
    }
  })

const totalOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0)

const exponential = fc
  .record({
    schema: fc.integer({ min: -2, max: 4 }),
    zeroThreshold: fc.constantFrom(0, 0.001, 0.5, 3),
    zeroCount: fc.integer({ min: 0, max: 50 }),
    sum: fc.integer({ min: -1000, max: 1000 }),
    positive: side,
    negative: side,
  })
  .map((drawn): NativeHistogram => {
    // What lies within the zero threshold is counted there.
    const outside = (from: Side): Side => aboveThreshold(from, drawn.schema, drawn.zeroThreshold)
    const parts = { ...drawn, positive: outside(drawn.positive), negative: outside(drawn.negative) }
    const count = parts.zeroCount + totalOf(parts.positive.counts) + totalOf(parts.negative.counts)
    return { ...parts, count, reset: 'UNKNOWN' }
  })

const custom = fc
  .tuple(
    fc.subarray([-5, 0, 0.1, 1, 2.5, 5, 10, 100], { minLength: 1 }),
    fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 9 }),
  )
  .map(([bounds, raw]): NativeHistogram => {
    const counts = Float64Array.from(raw.slice(0, bounds.length + 1))
    const indexes = Int32Array.from(counts.keys())
    return compactHistogram({
      schema: customSchema,
      count: totalOf(counts),
      sum: 1,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: { indexes, counts },
      negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
      bounds: Float64Array.from(bounds),
      reset: 'UNKNOWN',
    })
  })

const inBuckets = (histogram: NativeHistogram): number => {
  let count = 0
  walkBuckets(histogram, false, (bucket) => {
    count += bucket.count
    return false
  })
  return count
}

describe('native histograms', () => {
  it('lose no observation when they are added, whatever their schemas and zero buckets', () => {
    fc.assert(
      fc.property(exponential, exponential, (a, b) => {
        const { histogram } = addHistograms(a, b)!
        expect(histogram.count).toBe(a.count + b.count)
        expect(inBuckets(histogram)).toBe(a.count + b.count)
        expect(equalHistograms(histogram, addHistograms(b, a)!.histogram)).toBe(true)
      }),
    )
  })

  it('give back what was added when it is subtracted', () => {
    fc.assert(
      fc.property(fc.oneof(exponential, custom), (a) => {
        const twice = addHistograms(a, a)!.histogram
        expect(equalHistograms(subtractHistograms(twice, a)!.histogram, a)).toBe(true)
        expect(inBuckets(subtractHistograms(a, a)!.histogram)).toBe(0)
      }),
    )
    fc.assert(
      fc.property(exponential, exponential, (a, b) => {
        const back = subtractHistograms(addHistograms(a, b)!.histogram, b)!.histogram
        expect(inBuckets(back)).toBe(a.count)
      }),
    )
  })

  it('add under the bounds they share where their own bounds differ', () => {
    fc.assert(
      fc.property(custom, custom, (a, b) => {
        const { histogram, reconciled } = addHistograms(a, b)!
        expect(inBuckets(histogram)).toBe(a.count + b.count)
        expect(reconciled).toBe(String(a.bounds) !== String(b.bounds))
      }),
    )
  })

  it('do not add where one has exponential and the other custom buckets', () => {
    fc.assert(
      fc.property(exponential, custom, (a, b) => {
        expect(addHistograms(a, b)).toBeUndefined()
        expect(new HistogramSum(a).add(b)).toBe(false)
      }),
    )
  })

  it('sum up one by one to what adding pairs gives', () => {
    fc.assert(
      fc.property(fc.array(exponential, { minLength: 1, maxLength: 6 }), (all) => {
        const sum = new HistogramSum(all[0]!)
        for (const histogram of all.slice(1)) sum.add(histogram)
        const pairs = all.slice(1).reduce((left, right) => addHistograms(left, right)!.histogram, all[0]!)
        expect(sum.total()).toEqual(compactHistogram(pairs))
      }),
    )
  })

  it('have a mean even where their sum would overflow', () => {
    const big = { ...fc.sample(exponential, { numRuns: 1, seed: 1 })[0]!, sum: 1.5e308 }
    const mean = new HistogramSum(big)
    for (let i = 0; i < 3; i++) mean.addToMean(big)
    expect(mean.mean().sum).toBeCloseTo(1.5e308, -300)
    expect(mean.mean().count).toBeCloseTo(big.count, 6)
  })

  it('scale, divide and negate all counts alike; a negative factor makes a gauge', () => {
    fc.assert(
      fc.property(exponential, (a) => {
        expect(equalHistograms(divideHistogram(scaleHistogram(a, 4), 4), a)).toBe(true)
        expect(negateHistogram(a)).toMatchObject({ reset: 'GAUGE', count: -a.count })
        expect(divideHistogram(a, 0).positive.indexes).toHaveLength(0)
      }),
    )
  })

  it('quantiles never fall as φ rises, and lie within the buckets', () => {
    fc.assert(
      fc.property(
        fc.oneof(exponential, custom).filter((a) => a.count > 0),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 }),
        (a, qs) => {
          const values = qs.toSorted((x, y) => x - y).map((q) => quantileOf(a, q).value)
          for (let i = 1; i < values.length; i++) {
            const slack = 1e-9 * Math.max(1, Math.abs(values[i]!))
            expect(values[i]! + slack).toBeGreaterThanOrEqual(values[i - 1]!)
          }
        },
      ),
    )
  })

  it('fractions are the inverse of quantiles and add up to the whole', () => {
    fc.assert(
      fc.property(
        exponential.filter((a) => a.count > 0),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (a, at) => {
          const below = fractionOf(a, Number.NEGATIVE_INFINITY, at).value
          const above = fractionOf(a, at, Number.POSITIVE_INFINITY).value
          expect(below + above).toBeCloseTo(1, 9)
          expect(below).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })

  it('see a reset exactly where a count fell', () => {
    fc.assert(
      fc.property(exponential, exponential, (a, b) => {
        const grown = addHistograms(a, { ...b, schema: a.schema, zeroThreshold: a.zeroThreshold })!.histogram
        const next = { ...grown, reset: 'UNKNOWN' as const }
        expect(resetBetween(a, next)).toBe(false)
        if (b.count > 0) expect(resetBetween(next, a)).toBe(true)
        expect(resetBetween(a, { ...a, reset: 'YES' })).toBe(true)
      }),
    )
  })

  it('are cut in two without loss, and have a variance that is not negative', () => {
    fc.assert(
      fc.property(
        exponential.filter((a) => a.count > 0),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (a, at) => {
          const kept = trimHistogram(a, at, 'upper').count + trimHistogram(a, at, 'lower').count
          expect(kept).toBeCloseTo(a.count, 6)
          expect(varianceOf(a)).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})
