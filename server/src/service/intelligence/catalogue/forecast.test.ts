import { describe, expect, test } from 'vitest'
import type { CoursePoint } from './course.ts'
import { arrivalOf, pastErrorOf, trendOf } from './forecast.ts'

const minuteMs = 60_000
const gib = 2 ** 30
const pointsOf = (count: number, at: (i: number) => number): CoursePoint[] =>
  Array.from({ length: count }, (_, i) => [i * minuteMs, at(i)])
/** Evenly spread between -1 and 1, the same every time. */
const noise = (i: number): number => (((i * 7_919) % 101) - 50) / 50

describe('a trend', () => {
  test('of a disk that fills evenly meets nothing free when it does', () => {
    const points = pointsOf(121, (i) => 40 * gib - (i * 34 * gib) / 120)
    const trend = trendOf(points)
    expect(trend.direction).toBe('FALLING')
    const arrival = arrivalOf(trend, 0, 120 * minuteMs)
    expect(((arrival?.atMs ?? 0) - 120 * minuteMs) / minuteMs).toBeCloseTo(6 / (34 / 120), 1)
  })

  test('is not moved by a fifth of wild points', () => {
    const points = pointsOf(120, (i) => (i % 5 === 0 ? 5_000 : 100 + i))
    expect(trendOf(points).slope * minuteMs).toBeCloseTo(1, 1)
  })

  test('has an interval that holds the true slope, and an arrival between its earliest and latest', () => {
    const points = pointsOf(120, (i) => 1_000 - 3 * i + 20 * noise(i))
    const trend = trendOf(points)
    expect(trend.slopeLow * minuteMs).toBeLessThanOrEqual(-3 + 1e-9)
    expect(trend.slopeHigh * minuteMs).toBeGreaterThanOrEqual(-3 - 0.2)
    const arrival = arrivalOf(trend, 0, 119 * minuteMs)
    const truth = (1_000 / 3) * minuteMs
    expect(arrival?.earliestMs).toBeLessThan(truth)
    expect(arrival?.latestMs).toBeGreaterThan(truth)
  })

  test('is none in noise, in what stands still, and in too few points, and it says which', () => {
    expect(trendOf(pointsOf(120, noise))).toMatchObject({ direction: 'NONE' })
    expect(trendOf(pointsOf(120, () => 60 * gib))).toMatchObject({ direction: 'NONE' })
    expect(trendOf(pointsOf(5, (i) => i)).note).toContain('too few')
  })

  test('runs from a level as well as towards it, and meets it only there', () => {
    const rising = trendOf(pointsOf(60, (i) => i))
    expect(arrivalOf(rising, 0, 59 * minuteMs)).toBeUndefined()
    expect(arrivalOf(rising, 100, 59 * minuteMs)).toBeDefined()
  })

  test('is that of the second half where the first ran otherwise', () => {
    const points = pointsOf(120, (i) => (i < 60 ? 100 : 100 - (i - 60)))
    expect(trendOf(points).slope * minuteMs).toBeCloseTo(-1, 1)
  })
})

describe('the error it would have had', () => {
  test('is small on a line and larger than that of standing still after a turn', () => {
    const line = pastErrorOf(pointsOf(120, (i) => 500 - i))
    expect(line?.error).toBeLessThan(line?.naive ?? 0)
    const turned = pastErrorOf(pointsOf(120, (i) => (i < 80 ? i : 80)))
    expect(turned?.error).toBeGreaterThan(turned?.naive ?? 0)
    expect(pastErrorOf(pointsOf(9, (i) => i))).toBeUndefined()
  })
})
