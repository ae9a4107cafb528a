import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CoursePoint, levelShift } from './course.ts'

const minuteMs = 60_000
const pointsOf = (values: readonly number[]): CoursePoint[] => values.map((value, i) => [i * minuteMs, value])
const level = (value: number, count: number, noise = 0): number[] =>
  Array.from({ length: count }, (_, i) => value * (1 + noise * Math.sin(i * 7)))

describe('a shift of level', () => {
  test('is found at its first point, with the level on either side', () => {
    const found = levelShift(pointsOf([...level(80, 60, 0.01), ...level(1_900, 30, 0.01)]))
    expect(found?.atMs).toBe(60 * minuteMs)
    expect(found?.before).toBeCloseTo(80, -1)
    expect(found?.after).toBeCloseTo(1_900, -2)
  })

  test('is found over the ramp that a rate of five minutes makes of it', () => {
    const found = levelShift(pointsOf([...level(0.002, 92), 0.02, 0.05, 0.08, 0.11, ...level(0.14, 25)]))
    expect(found?.before).toBeCloseTo(0.002, 3)
    expect(found?.after).toBeCloseTo(0.14, 3)
    expect(found?.atMs).toBeGreaterThanOrEqual(92 * minuteMs)
    expect(found?.atMs).toBeLessThanOrEqual(96 * minuteMs)
  })

  test('is neither noise, nor one spike, nor an even slope', () => {
    expect(levelShift(pointsOf(level(100, 120, 0.05)))).toBeUndefined()
    expect(levelShift(pointsOf([...level(100, 60, 0.01), 900, ...level(100, 60, 0.01)]))).toBeUndefined()
    expect(levelShift(pointsOf(Array.from({ length: 120 }, (_, i) => 40 - i * 0.28)))).toBeUndefined()
  })

  test('needs points on both sides, and lies within the series', () => {
    expect(levelShift(pointsOf([1, 1, 1, 9, 9, 9]))).toBeUndefined()
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 60 }), (values) => {
        const found = levelShift(pointsOf(values))
        if (found) expect(pointsOf(values).some(([at]) => at === found.atMs)).toBe(true)
      }),
    )
  })
})
