import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { LogWatchConfig } from './config.ts'
import { newLineNumbers, readNumbers } from './line-number.ts'
import { logSettingsOf } from './log-settings.ts'
import { ParameterWatch } from './parameter-watch.ts'
import type { PatternGroup } from './pattern-group.ts'
import { ValueRange } from './value-range.ts'

const startMs = 1_700_000_000_000
const numbersOf = (line: string): number[] => {
  const numbers = newLineNumbers()
  readNumbers(line, numbers)
  return [...numbers.values.subarray(0, numbers.count)]
}

describe('numbers of a line', () => {
  it.each([
    ['slow request: GET /orders/12 took 350ms', [0.35]],
    ['took 1.5 s, 20 KB, 12 % of 3 tries', [1.5, 20_000, 12, 3]],
    ['2026-11-21 05:03:22,123 node-3 10.0.0.7:443 v1.2.3 p12', []],
    ['size=512MiB left=4', [512 * 2 ** 20, 4]],
    ['order 12345678901234567890 done', []],
    ['it took 3. Then 4: done', [3, 4]],
  ])('are read with their units and without names, times and addresses: %s', (line, expected) => {
    const found = numbersOf(line)
    expect(found.length).toBe(expected.length)
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at] as number, 9)
  })

  it('are finite and few whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789. msKB%=(,:x') }), (line) => {
        const found = numbersOf(line)
        expect(found.length).toBeLessThanOrEqual(6)
        for (const value of found) expect(Number.isFinite(value) && value >= 0).toBe(true)
      }),
    )
  })
})

it('a range holds what was added, within a factor of 1.26', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-5, max: 1e11, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const range = new ValueRange()
        for (const value of values) range.add(value)
        const ends = range.ends()
        const [least, most] = [Math.min(...values), Math.max(...values)]
        expect(ends?.low).toBeLessThanOrEqual(least * 1.000001)
        expect(ends?.low).toBeGreaterThan(least / 1.27)
        expect(ends?.high).toBeGreaterThanOrEqual(most / 1.000001)
        expect(ends?.high).toBeLessThan(most * 1.27)
      },
    ),
  )
})

function world() {
  const watch = new ParameterWatch(logSettingsOf(LogWatchConfig.parse({})))
  const random = seededRandom(5)
  const group: PatternGroup = {
    ...{
      place: 0,
      id: 'E1',
      template: 'charged order <*> in <*>',
      words: [],
      example: 'charged order 1 in 20 ms',
    },
    ...{ level: 3, minedId: 0, count: 1_000, firstMs: 0, lastMs: 0, candidate: undefined },
  }
  let nowMs = startMs
  const line = (order: number, ms: number) => {
    nowMs += 500
    watch.add(group, `charged order ${order} in ${Math.round(ms)} ms`, nowMs, true)
    return watch.tell(nowMs, 10)
  }
  return { line, random, at: () => nowMs, tell: (laterMs: number) => watch.tell(nowMs + laterMs, 10) }
}

describe('a number out of its range', () => {
  it('is told after a few of them, with both ranges in the unit, and ends when it is back', () => {
    const w = world()
    for (let at = 0; at < 400; at += 1) expect(w.line(at, 20 + w.random.next() * 70)).toEqual([])
    expect(w.line(400, 9_000)).toEqual([])
    expect(w.line(401, 8_000)).toEqual([])
    const [told] = w.line(402, 9_500)
    expect(told?.finding).toMatchObject({ kind: 'OPENED', shape: 'PARAMETER_RANGE', unit: 's', actual: 9.5 })
    expect(told?.finding.expected.high).toBeLessThan(0.12)
    expect(told?.finding.sentence).toMatch(
      /^a number in “charged order <\*> in <\*>” rose to 9\.5 s, usually [\d.]+ ms to [\d.]+ ms: 3 times in 1 s$/,
    )
    for (let at = 0; at < 20; at += 1) w.line(500 + at, 50)
    expect(w.tell(180_000)[0]?.finding).toMatchObject({ kind: 'ENDED', shape: 'PARAMETER_RANGE' })
  })

  it('is not told of numbers that count up or are drawn from a wide range, nor of one outlier', () => {
    const w = world()
    for (let at = 0; at < 3_000; at += 1) {
      const ms = at % 700 === 699 ? 9_000 : 2 ** (w.random.next() * 8)
      expect(w.line(1_000_000 + at, ms)).toEqual([])
    }
  })

  it('is told where it falls', () => {
    const w = world()
    for (let at = 0; at < 400; at += 1) w.line(at, 400 + w.random.next() * 70)
    const told = [1, 2, 3].flatMap((ms) => w.line(400 + ms, ms))
    expect(told[0]?.finding).toMatchObject({ shape: 'PARAMETER_RANGE', actual: 0.001 })
    expect(told[0]?.finding.deviation).toBeLessThan(-5)
  })
})
