import fc from 'fast-check'
import { expect, it } from 'vitest'
import { thin } from './thin.ts'

it('keeps every point when there are few, and turns what JSON cannot hold into null', () => {
  expect(
    thin(Float64Array.of(1, 2, 3), Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY), 0, 10, 10),
  ).toEqual([
    [1, 1],
    [2, null],
    [3, null],
  ])
})

it('keeps the least and the greatest value, the order of time, and the bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 3_000 }),
      fc.integer({ min: 10, max: 200 }),
      (list, pointsMax) => {
        const times = Float64Array.from(list, (_, i) => i * 1_000)
        const points = thin(times, Float64Array.from(list), 0, list.length * 1_000, pointsMax)
        const values = points.map((p) => p[1] as number)
        expect(Math.max(...values)).toBe(Math.max(...list))
        expect(Math.min(...values)).toBe(Math.min(...list))
        expect(points.length).toBeLessThanOrEqual(
          Math.max(list.length <= pointsMax ? list.length : 0, pointsMax + 2),
        )
        for (let i = 1; i < points.length; i += 1)
          expect(points[i]?.[0]).toBeGreaterThan(points[i - 1]?.[0] ?? -1)
      },
    ),
  )
})
