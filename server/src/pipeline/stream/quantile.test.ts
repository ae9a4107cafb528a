import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketQuantile, nearestRank } from './quantile.ts'

const inf = Number.POSITIVE_INFINITY

describe('a quantile of buckets', () => {
  // Values of Prometheus' own histogram_quantile for these counts.
  it('interpolates within a bucket', () => {
    expect(bucketQuantile(0.5, [1, 2, 4, inf], [0, 10, 20, 20])).toBe(2)
    expect(bucketQuantile(0.75, [1, 2, 4, inf], [0, 10, 20, 20])).toBe(3)
    expect(bucketQuantile(0.5, [0.1, 1, inf], [10, 10, 10])).toBeCloseTo(0.05)
  })
  it('is the highest bound when it lies beyond', () =>
    expect(bucketQuantile(0.95, [1, 2, inf], [1, 2, 100])).toBe(2))
  it('is the bound itself for a first bucket at or below zero', () =>
    expect(bucketQuantile(0.5, [-1, 2, inf], [9, 9, 10])).toBe(-1))
  it('is none without observations, without +Inf, or with nothing but +Inf', () => {
    expect(bucketQuantile(0.5, [1, inf], [0, 0])).toBeNaN()
    expect(bucketQuantile(0.5, [1, 2], [1, 2])).toBeNaN()
    expect(bucketQuantile(0.5, [inf], [5])).toBeNaN()
  })
  it('lies within one bucket of the true quantile', () => {
    const bounds = [...Array.from({ length: 20 }, (_, i) => (i + 1) * 5), inf]
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const found = bucketQuantile(
            0.95,
            bounds,
            bounds.map((bound) => values.filter((v) => v <= bound).length),
          )
          const exact = nearestRank(0.95, [...values])
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(5)
        },
      ),
    )
  })
})
