import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import { type Bands, forecastOf } from './forecast-of.ts'

const minuteMs = 60_000
const random = seededRandom(7)
const draws = Array.from({ length: 5_000 }, () => random.next() + random.next() + random.next() - 1.5)
const noise = (i: number): number => draws[i % draws.length]!
const course = (count: number, at: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => at(i))
const bandsOf = (values: ArrayLike<number>, horizon: number, options = {}): Bands => {
  const found = forecastOf(values, minuteMs, horizon, options)
  if (found.isRefused) throw new Error(found.reason)
  return found
}
const shareWithin = ({ p10, p90 }: Bands, truth: readonly number[]): number =>
  truth.filter((value, i) => value >= p10[i]! && value <= p90[i]!).length / truth.length
const errorOf = ({ p50 }: Bands, truth: readonly number[]): number =>
  truth.reduce((sum, value, i) => sum + Math.abs(value - p50[i]!), 0) / truth.length

describe('a forecast', () => {
  it('goes on with a season, whose length it finds itself', () => {
    const at = (i: number): number => 50 + 20 * Math.sin((2 * Math.PI * i) / 37) + noise(i)
    const found = bandsOf(course(400, at), 74)
    const truth = course(74, (i) => at(400 + i))
    expect(found.seasonSteps).toBe(37)
    expect(errorOf(found, truth)).toBeLessThan(1)
    expect(shareWithin(found, truth)).toBeGreaterThan(0.65)
  })

  it('goes on with a trend, and says how steep it is', () => {
    const at = (i: number): number => 100 + 0.5 * i + 4 * noise(i)
    const found = bandsOf(course(200, at), 50)
    expect(
      errorOf(
        found,
        course(50, (i) => at(200 + i)),
      ),
    ).toBeLessThan(3)
    expect(found.trend.isSignificant).toBe(true)
    expect(found.trend.low).toBeLessThanOrEqual(0.5)
    expect(found.trend.high).toBeGreaterThanOrEqual(0.5)
  })

  it('of noise is its level, and no trend is claimed', () => {
    const found = bandsOf(
      course(300, (i) => 10 + noise(i)),
      50,
    )
    expect(Math.max(...found.p50) - Math.min(...found.p50)).toBeLessThan(0.5)
    expect(found.trend.isSignificant).toBe(false)
  })

  it('starts from the level after the last change, with the season of before', () => {
    const at = (i: number): number => (i < 260 ? 100 : 300) + 20 * Math.sin((2 * Math.PI * i) / 24) + noise(i)
    const found = bandsOf(course(400, at), 48)
    expect(
      errorOf(
        found,
        course(48, (i) => at(400 + i)),
      ),
    ).toBeLessThan(8)
  })

  it('is hardly moved by gaps and wild values', () => {
    const clean = (i: number): number => 50 + 20 * Math.sin((2 * Math.PI * i) / 24) + noise(i)
    const at = (i: number): number =>
      noise(i + 900) > 1.1 ? 5_000 : (i > 100 && i < 130) || i % 7 === 3 ? Number.NaN : clean(i)
    const found = bandsOf(course(400, at), 48)
    expect(found.seasonSteps).toBe(24)
    expect(
      errorOf(
        found,
        course(48, (i) => clean(400 + i)),
      ),
    ).toBeLessThan(4)
  })

  it('of a counter goes on rising after restarts', () => {
    const at = (i: number): number => (i % 130) * 5 + 1
    const found = bandsOf(course(300, at), 20)
    expect(found.counterResets).toBe(2)
    expect(found.p50[19]).toBeCloseTo(at(299) + 100, -1)
  })

  it('stays within bounds that are given, that all values keep, or that they lie at', () => {
    const low = bandsOf(
      course(200, (i) => Math.max(0, 3 - i / 80 + noise(i))),
      200,
    )
    expect(Math.min(...low.p10)).toBeGreaterThanOrEqual(0)
    const full = bandsOf(
      course(200, (i) => Math.min(1, i / 150)),
      50,
    )
    expect(Math.max(...full.p90)).toBeLessThanOrEqual(1)
    const given = bandsOf(
      course(200, (i) => 0.4 + i / 500),
      150,
      { bounds: { max: 1 } },
    )
    expect(Math.max(...given.p90)).toBe(1)
    expect(Math.max(...given.free.p90)).toBeGreaterThan(1)
  })

  it('is the naive one where nothing did better on the past, and says so', () => {
    let level = 0
    const walk = course(400, (i) => {
      level += noise(i * 7)
      return level
    })
    const found = bandsOf(walk, 20)
    expect(found.backtest.error).toBeLessThanOrEqual(found.backtest.naiveError)
    if (found.isNaiveBetter) expect(found.method).toBe('NAIVE')
    expect(found.p90[19]! - found.p10[19]!).toBeGreaterThan(found.p90[0]! - found.p10[0]!)
  })

  it('is refused with too few values, no horizon, or one without end', () => {
    const refused = (values: number[], horizon: number) => {
      const found = forecastOf(values, minuteMs, horizon)
      return found.isRefused ? found.reason : ''
    }
    expect(refused([1, 2, Number.NaN, 4], 5)).toContain('There are 3 values')
    expect(refused([], 5)).toContain('There are 0 values')
    expect(
      refused(
        course(50, (i) => i),
        0.5,
      ),
    ).toContain('shorter than one step')
    expect(
      refused(
        course(50, (i) => i),
        1e9,
      ),
    ).toContain('at most')
  })

  it('of few values has a wide band, and of values that never differ none', () => {
    const few = bandsOf([5, 7, 4, 6, 5, 8, 4, 6, 7], 4)
    expect(few.p90[3]! - few.p10[3]!).toBeGreaterThan(3)
    const still = bandsOf(
      course(60, () => 7),
      10,
    )
    expect([...still.p10, ...still.p90]).toEqual(Array(20).fill(7))
  })

  it('says how much of the past would have lain in its band', () => {
    const { backtest, trustedSteps } = bandsOf(
      course(400, (i) => 10 + noise(i)),
      50,
    )
    expect(backtest.coverage).toBeGreaterThan(0.65)
    expect(backtest.coverage).toBeLessThan(0.95)
    expect(trustedSteps).toBe(100)
  })

  it('is ordered, finite and the same every time, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ min: -1e12, max: 1e12, noNaN: true }),
            fc.constant(Number.NaN),
            fc.constant(0),
          ),
          {
            maxLength: 80,
          },
        ),
        fc.integer({ min: 1, max: 40 }),
        (values, horizon) => {
          const found = forecastOf(values, minuteMs, horizon)
          expect(forecastOf(values, minuteMs, horizon)).toEqual(found)
          if (found.isRefused) return
          for (const i of found.p50.keys()) {
            expect(Number.isFinite(found.p50[i]!)).toBe(true)
            expect(found.p10[i]!).toBeLessThanOrEqual(found.p50[i]!)
            expect(found.p50[i]!).toBeLessThanOrEqual(found.p90[i]!)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('does not depend on the unit of the values', () => {
    const values = course(200, (i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24) + noise(i))
    const [plain, scaled] = [
      bandsOf(values, 24),
      bandsOf(
        values.map((value) => value * 1e6),
        24,
      ),
    ]
    for (const i of plain.p50.keys()) expect(scaled.p50[i]! / 1e6).toBeCloseTo(plain.p50[i]!, 6)
  })
})
