import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { Agile, agilePoints } from './agile.ts'

/** A day of 48 points: a plateau by day, quiet at night. */
const day = 48
const daily = (count: number, change: (value: number, i: number) => number = (value) => value): number[] => {
  const random = seededRandom(3)
  return Array.from({ length: count }, (_, i) =>
    change((i % day < day / 2 ? 80 : 20) + 2 * (random.next() - 0.5), i),
  )
}

function run(values: readonly number[]): { novelty: number; news: number }[] {
  const agile = new Agile(1)
  agile.admit(0)
  return values.map((value) => ({ novelty: agile.push(0, value), news: agile.news }))
}

describe('the agile tier', () => {
  it('is quiet on a daily rhythm, says nothing while young, and tells the day that does not come though each value is usual', () => {
    const missed = 30 * day
    const rows = run(daily(40 * day, (value, i) => (i >= missed && i < missed + day ? 20 : value)))
    expect(rows.slice(0, agilePoints).every(({ novelty }) => Number.isNaN(novelty))).toBe(true)
    expect(Math.max(...rows.slice(agilePoints + day, missed).map(({ news }) => news))).toBeLessThan(1)
    expect(Math.max(...rows.slice(missed, missed + day).map(({ news }) => news))).toBeGreaterThan(1)
  })

  it('judges alike whatever the unit and the zero of the scale', () => {
    const values = daily(20 * day, (value, i) => (i === 15 * day + 7 ? 200 : value))
    const plain = run(values)
    const other = run(values.map((value) => 1e6 - 250 * value))
    for (let i = agilePoints; i < values.length; i += 1)
      expect(other[i]?.novelty).toBeCloseTo(plain[i]?.novelty as number, 3)
  })

  it('takes in no more series than it may, needs the same memory after any number of points, and forgets what it releases', () => {
    const agile = new Agile(2)
    for (const index of [5, 6, 7]) agile.admit(index)
    const size = agile.sizeBytes
    for (const value of daily(40 * day)) for (const index of [5, 6, 7]) agile.push(index, value)
    expect(agile.sizeBytes).toBe(size)
    expect(size / 2).toBeLessThan(18 * 1024)
    expect(agile.push(7, 20)).toBeNaN()
    agile.release(5)
    agile.admit(7)
    const fresh = new Agile(1)
    fresh.admit(0)
    for (const value of daily(20 * day, (each) => each * 3)) {
      const again = agile.push(7, value)
      expect(again).toEqual(fresh.push(0, value))
    }
  })

  it('answers a finite size for any numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const rows = run(
            Array.from({ length: agilePoints * 2 }, (_, i) => values[i % values.length] as number),
          )
          for (const { novelty, news } of rows.slice(agilePoints)) {
            expect(novelty).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(novelty) && Number.isFinite(news)).toBe(true)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
