import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { horizonsOf, originsOf } from './backtest.ts'
import { lastLevelStart } from './change-point.ts'
import { widthsOf } from './interval.ts'
import { seasonsOf } from './season.ts'
import { trendOf } from './theil-sen.ts'

const random = seededRandom(3)
const draws = Array.from({ length: 5_000 }, () => random.next() + random.next() + random.next() - 1.5)
const noise = (i: number): number => draws[i % draws.length]!
const values = (count: number, at: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => at(i))

describe('a trend', () => {
  it('holds the true slope in its interval, a fifth of wild values notwithstanding', () => {
    const found = trendOf(
      values(60, (i) => i),
      values(60, (i) => (i % 5 === 0 ? 1e6 : 3 * i + 10 * noise(i))),
    )
    expect(found.isSignificant).toBe(true)
    expect(found.low).toBeLessThanOrEqual(3.1)
    expect(found.high).toBeGreaterThanOrEqual(2.9)
  })
  it('is not claimed of noise more than one time in ten', () => {
    const claimed = Array.from({ length: 200 }, (_, k) =>
      trendOf(
        values(40, (i) => i),
        values(40, (i) => noise(i + 41 * k)),
      ),
    ).filter(({ isSignificant }) => isSignificant)
    expect(claimed.length).toBeLessThan(20)
  })
})

describe('a season', () => {
  it('is found at any length, free or of the calendar, in noise and beside a trend', () => {
    const wave = (length: number, i: number): number => 3 * Math.sin((2 * Math.PI * i) / length) + noise(i)
    expect(
      seasonsOf(
        values(500, (i) => wave(37, i)),
        60_000,
      ),
    ).toContain(37)
    expect(
      seasonsOf(
        values(500, (i) => wave(37, i) + i / 10),
        60_000,
      ),
    ).toContain(37)
    expect(
      seasonsOf(
        values(700, (i) => wave(96, i)),
        900_000,
      )[0],
    ).toBe(96)
  })
  it('of weeks is found beside that of days', () => {
    const at = (i: number): number =>
      10 * Math.sin((2 * Math.PI * i) / 24) * (Math.floor(i / 24) % 7 < 5 ? 1 : 0.2) + noise(i)
    expect(seasonsOf(values(24 * 7 * 4, at), 3_600_000)).toContain(168)
  })
  it('is not found in noise, in a line or in too little', () => {
    expect(seasonsOf(values(500, noise), 60_000)).toEqual([])
    expect(
      seasonsOf(
        values(500, (i) => i),
        60_000,
      ),
    ).toEqual([])
    expect(seasonsOf(values(8, noise), 60_000)).toEqual([])
  })
})

describe('the last level', () => {
  it('begins at the last step, and not at a ramp, a spike or noise', () => {
    expect(lastLevelStart(values(60, (i) => (i < 20 ? 0 : i < 45 ? 50 : 20) + noise(i)))).toBe(45)
    expect(lastLevelStart(values(60, (i) => i * 2 + noise(i)))).toBe(0)
    expect(lastLevelStart(values(60, (i) => (i === 30 ? 90 : 0) + noise(i)))).toBe(0)
    expect(lastLevelStart(values(60, noise))).toBe(0)
  })
})

describe('a backtest', () => {
  it('foretells from moments that lie in different phases of a season, each with something after it', () => {
    const origins = originsOf(1_000, 24)
    expect(origins.length).toBeGreaterThan(15)
    expect(Math.max(...origins)).toBeLessThan(1_000)
    expect(new Set(origins.map((origin) => origin % 24)).size).toBeGreaterThan(8)
  })
  it('looks at each step of a short horizon, at few of a long one, and at its end', () => {
    expect(horizonsOf(5)).toEqual([1, 2, 3, 4, 5])
    expect(horizonsOf(5_000).length).toBeLessThanOrEqual(64)
    expect(horizonsOf(5_000).at(-1)).toBe(5_000)
  })
})

describe('the width of a band', () => {
  it('is that of the errors, wider with few origins, and never narrower further ahead', () => {
    const horizons = Array.from({ length: 20 }, (_, i) => i + 1)
    const errors = (origins: number) => values(origins * 20, (k) => noise(k) * Math.sqrt((k % 20) + 1))
    const origins = (count: number) => Array.from({ length: count }, (_, i) => 100 + 30 * i)
    const [many, few] = [
      widthsOf(errors(24), origins(24), horizons),
      widthsOf(errors(4), origins(4), horizons),
    ]
    const width = ({ low, high }: { low: number; high: number }): number => high - low
    for (let ahead = 2; ahead <= 60; ahead++)
      expect(width(many(ahead))).toBeGreaterThanOrEqual(width(many(ahead - 1)) - 1e-9)
    expect(width(many(20))).toBeGreaterThan(2 * width(many(1)))
    expect(width(few(10))).toBeGreaterThan(0)
  })
})
