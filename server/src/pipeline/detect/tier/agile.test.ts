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

type Row = { novelty: number; news: number }
const judged = (agile: Agile, values: readonly number[]): Row[] =>
  values.map((value) => ({ novelty: agile.push(0, value), news: agile.news }))

function run(values: readonly number[]): Row[] {
  const agile = new Agile(1)
  agile.admit(0)
  return judged(agile, values)
}

const most = (rows: readonly Row[]): number => Math.max(...rows.map(({ news }) => news))

describe('the agile tier', () => {
  const from = 30 * day
  const quiet = run(daily(40 * day))

  it('says nothing while young and is quiet on a daily rhythm', () => {
    expect(quiet.slice(0, agilePoints).every(({ novelty }) => Number.isNaN(novelty))).toBe(true)
    expect(most(quiet.slice(agilePoints + day))).toBeLessThan(0.5)
  })

  it.each([
    ['a level between the two, though it is within the range', (value: number) => (value > 50 ? 50 : value)],
    ['noise ten times as large', (value: number) => value + (value - Math.round(value / 20) * 20) * 10],
    [
      'a dip in the middle of the plateau',
      (value: number, i: number) => (i % day > 10 && i % day < 16 ? 20 : value),
    ],
  ])('tells %s', (_, change) => {
    const rows = run(daily(40 * day, (value, i) => (i >= from && i < from + day ? change(value, i) : value)))
    expect(most(rows.slice(agilePoints + day, from))).toBeLessThan(0.5)
    expect(most(rows.slice(from, from + day))).toBeGreaterThan(1)
  })

  it('tells neighbours that are farther apart than any before, though the values are the usual ones', () => {
    const random = seededRandom(7)
    const wave = Array.from(
      { length: 40 * day },
      (_, i) => 50 + 30 * Math.sin((2 * Math.PI * i) / day) + random.next(),
    )
    const mixed = wave.map((value, i) =>
      i >= from && i < from + day ? (wave[i - (i % 8) + ((i * 3) % 8)] as number) : value,
    )
    expect(most(run(wave).slice(from))).toBeLessThan(0.5)
    expect(most(run(mixed).slice(from, from + day))).toBeGreaterThan(1)
  })

  it('tells the peak that does not come, though each value is usual, and that it is the order that is not', () => {
    const agile = new Agile(1)
    agile.admit(0)
    let robust = false
    let news = 0
    daily(40 * day, (value, i) => (i >= from && i < from + day ? 20 : value)).forEach((value, i) => {
      agile.push(0, value)
      if (i < from || i >= from + 2 * day) return
      robust ||= agile.news >= 1 && agile.isRobust
      news = Math.max(news, agile.news)
    })
    expect(news).toBeGreaterThan(1)
    expect(robust).toBe(true)
  })

  it('looks at longer blocks the longer the history: what is news in a short one is a moment of a long one', () => {
    const random = seededRandom(9)
    const noise = (count: number) => Array.from({ length: count }, () => random.next())
    const event = (length: number) => Array.from({ length }, () => 1 + random.next())
    const found = (history: number, length: number): number =>
      most(run([...noise(history), ...event(length), ...noise(80)]).slice(history))
    expect(found(600, 8)).toBeGreaterThan(1)
    expect(found(20_000, 8)).toBeLessThan(found(20_000, 64))
  })

  it('judges alike whatever the unit and the zero of the scale', () => {
    const values = daily(20 * day, (value, i) => (i === 15 * day + 7 ? 200 : value))
    const plain = run(values)
    for (const change of [(value: number) => 1e6 - 250 * value, (value: number) => value / 1e3 - 7]) {
      const other = run(values.map(change))
      for (let i = agilePoints; i < values.length; i += 1)
        expect(other[i]?.novelty).toBeCloseTo(plain[i]?.novelty as number, 2)
    }
  })

  it('judges a point by no later one, and goes on from what was saved as if nothing had been', () => {
    const values = daily(20 * day, (value, i) => (i % 211 < 5 ? value * 1.7 : value))
    const whole = run(values)
    for (const cut of [1, agilePoints + 3, 500, 777]) {
      const first = new Agile(1)
      first.admit(0)
      expect(judged(first, values.slice(0, cut))).toEqual(whole.slice(0, cut))
      const second = new Agile(1)
      second.load(structuredClone(first.save()))
      expect(judged(second, values.slice(cut))).toEqual(whole.slice(cut))
    }
  })

  it('takes in no more series than it may, needs the same memory after any number of points, and forgets what it releases', () => {
    const agile = new Agile(2)
    for (const index of [5, 6, 7]) agile.admit(index)
    const size = agile.sizeBytes
    for (const value of daily(40 * day)) for (const index of [5, 6, 7]) agile.push(index, value)
    expect(agile.sizeBytes).toBe(size)
    expect(size / 2).toBeLessThan(32 * 1024)
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
