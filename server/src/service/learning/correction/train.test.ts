import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evidence } from './evidence.ts'
import { isWithin } from './expected.ts'
import { CorrectionTable } from './in-force.ts'
import { compare, crossValidate } from './score.ts'
import { isotonic, thresholdOf } from './threshold.ts'
import { type TrainingInputs, train } from './train.ts'

const day = 86_400_000
const asOf = 1_700_000_000_000
const parameters = { half_life_ms: 90 * day, user_share_max: 0.5, chance_real_max: 0.2, factor_max: 4 }

let count = 0
const label = (verdict: Evidence['verdict'], ratio: number, more: Partial<Evidence> = {}): Evidence => {
  count += 1
  const service = more.labels?.['service.name'] ?? 'orders'
  return {
    ...{
      feedbackId: `f${count}`,
      anomalyId: `a${count}`,
      verdict,
      user: ['anna', 'ben', 'cem'][count % 3] ?? '',
    },
    ...{ labels: { __name__: 'queue.depth', 'service.name': service }, name: 'queue.depth', ratio },
    ...{ startedMs: asOf - count * 3_600_000, atMs: asOf, share: 1 },
    ...more,
  }
}
const of = (service: string) => ({ labels: { __name__: 'queue.depth', 'service.name': service } })
const learned = (evidence: readonly Evidence[], more: Partial<TrainingInputs> = {}) =>
  train({ as_of_ms: asOf, parameters, evidence, ...more }).corrections
const times = (n: number, make: (i: number) => Evidence): Evidence[] =>
  Array.from({ length: n }, (_, i) => make(i))

describe('a threshold', () => {
  const ratios = (real: boolean, ...all: number[]) => all.map((ratio) => ({ ratio, real, weight: 1 }))

  it('lies between what was called unreal and what was called real', () => {
    const found = thresholdOf([...ratios(false, 1.2, 1.5, 2), ...ratios(true, 3, 5)], 0.2, 4)
    expect(found?.factor).toBeGreaterThan(2)
    expect(found?.factor).toBeLessThan(3)
    expect(found).toMatchObject({ real: 0, unreal: 3, chanceReal: expect.closeTo(0.2, 6) })
  })

  it('needs three unreal labels, and more of them for each real one among them', () => {
    expect(thresholdOf(ratios(false, 1.2, 1.5), 0.2, 4)).toBeUndefined()
    expect(thresholdOf([...ratios(false, 1.2, 1.5, 2), ...ratios(true, 1.1)], 0.2, 4)).toBeUndefined()
    const many = ratios(false, ...Array.from({ length: 12 }, (_, i) => 1.2 + i / 20))
    expect(thresholdOf([...many, ...ratios(true, 1.3)], 0.2, 4)?.real).toBe(1)
    expect(thresholdOf(ratios(true, 1, 2, 3, 4), 0.2, 4)).toBeUndefined()
  })

  it('is never beyond its limit, and never where real ones are as many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ratio: fc.double({ min: 1, max: 50, noNaN: true }), real: fc.boolean() }), {
          maxLength: 60,
        }),
        (labels) => {
          const found = thresholdOf(
            labels.map((one) => ({ ...one, weight: 1 })),
            0.2,
            4,
          )
          if (!found) return
          expect(found.factor).toBeGreaterThan(1)
          expect(found.factor).toBeLessThanOrEqual(4)
          const below = labels.filter(({ ratio }) => ratio < found.factor)
          const real = below.filter((one) => one.real).length
          expect(real * 3).toBeLessThanOrEqual(below.length - real)
        },
      ),
    )
  })

  it('is fitted by a line that never falls and keeps the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (reals) => {
        const fitted = [...isotonic(reals.map((real) => ({ real, weight: 1 })))]
        for (let i = 1; i < fitted.length; i += 1)
          expect(fitted[i]).toBeGreaterThanOrEqual((fitted[i - 1] as number) - 1e-12)
        const sum = fitted.reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(reals.filter(Boolean).length, 9)
      }),
    )
  })
})

describe('corrections', () => {
  it('are of one series while the others say nothing', () => {
    const found = learned(times(4, (i) => label('NOISE', 1.2 + i / 5)))
    expect(found).toMatchObject([{ scope: 'SERIES', match: of('orders').labels, users: 3, window: null }])
    expect(found[0]?.labels).toHaveLength(4)
    expect(found[0]?.sentence).toMatch(/^queue.depth: told from .* times the bound on; 4 labels of 3 people/)
  })

  it('are of the whole metric where its series agree, but for one that was real at that size', () => {
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const evidence = [
      ...times(14, (i) => label('NOISE', 1.2 + i / 10, of(services[i % 7] as string))),
      label('TRUE', 8, of('a')),
      label('TRUE', 1.5, of('z')),
    ]
    const found = learned(evidence)
    const table = new CorrectionTable(found)
    expect(found[0]).toMatchObject({ scope: 'METRIC', match: { __name__: 'queue.depth' } })
    expect(table.factorOf(of('never labelled').labels, asOf)).toBeGreaterThan(2)
    expect(table.factorOf(of('z').labels, asOf)).toBe(1)
    expect(table.factorOf({ __name__: 'other' }, asOf)).toBe(1)
    // Detection multiplies what fits: the product for a series is what the table says.
    const bounds = table.bounds(asOf)
    const product = (labels: Record<string, string>) =>
      bounds
        .filter(({ match }) => Object.entries(match).every(([name, value]) => labels[name] === value))
        .reduce((all, { factor }) => all * factor, 1)
    for (const service of ['a', 'z', 'never'])
      expect(product(of(service).labels)).toBeCloseTo(table.factorOf(of(service).labels, asOf), 9)
  })

  it('fade with the age of their labels', () => {
    const evidence = times(4, () => label('NOISE', 1.5))
    expect(learned(evidence)).toHaveLength(1)
    expect(learned(evidence, { as_of_ms: asOf + 90 * day })).toHaveLength(0)
  })

  it('go no further than twice the bound on the word of one of several people', () => {
    const others = [
      label('TRUE', 9, { ...of('x'), user: 'ben' }),
      label('TRUE', 9, { ...of('x'), user: 'cem' }),
    ]
    const word = times(30, () => label('NOISE', 3.9, { user: 'mallory' }))
    expect(
      new CorrectionTable(learned([...others, ...word])).factorOf(of('orders').labels, asOf),
    ).toBeLessThanOrEqual(2)
    const alone = new CorrectionTable(learned(word)).factorOf(of('orders').labels, asOf)
    expect(alone).toBe(4)
  })

  it('are the same, byte for byte, in whatever order labels came', () => {
    const evidence = times(30, (i) => label(i % 4 === 0 ? 'TRUE' : 'NOISE', 1 + (i % 9) / 3, of(`s${i % 5}`)))
    const text = JSON.stringify(learned(JSON.parse(JSON.stringify(evidence)) as Evidence[]))
    expect(JSON.stringify(learned(evidence))).toBe(text)
  })

  it('take no harm from labels that are called like things every object has', () => {
    const odd = { __name__: 'constructor', __proto__x: 'y', hasOwnProperty: '1' }
    const evidence = times(4, () => label('NOISE', 1.5, { labels: odd, name: 'constructor' }))
    expect(learned(evidence)).toHaveLength(1)
    expect(new CorrectionTable(learned(evidence)).factorOf({}, asOf)).toBe(1)
  })
})

describe('what is expected', () => {
  const midnight = Math.floor(asOf / day) * day
  const nightly = (i: number, service = 'orders'): Evidence =>
    label('EXPECTED', 2 + (i % 3) / 2, {
      ...of(service),
      startedMs: midnight - i * day - (i % 2) * 10 * 60_000,
    })

  it('at the same hour of three days has a window there, over midnight too, and no other effect', () => {
    const [found, ...more] = learned(times(4, (i) => nightly(i)))
    expect(more).toEqual([])
    expect(found?.window).toEqual({ from_minute: 1_415, to_minute: 15, weekday: null })
    expect(found?.sentence).toContain('expected every day 23:35–00:15 UTC')
    const table = new CorrectionTable([found as NonNullable<typeof found>])
    expect(table.factorOf(of('orders').labels, midnight + 5 * day)).toBeGreaterThan(2)
    expect(table.factorOf(of('orders').labels, midnight + 5 * day + day / 2)).toBe(1)
    expect(table.bounds(midnight + day / 2)).toEqual([])
  })

  it('on one weekday has a window of that day, and of a metric where three series share it', () => {
    const weekly = times(9, (i) =>
      label('EXPECTED', 2, { ...of(`s${i % 3}`), startedMs: midnight + 7_200_000 - 7 * day * (i % 4) }),
    )
    const [found] = learned(weekly)
    expect(found).toMatchObject({ scope: 'METRIC', window: { weekday: new Date(midnight).getUTCDay() } })
    const window = found?.window as NonNullable<typeof found>['window'] & object
    expect(isWithin(window, midnight + 7_200_000 + 7 * day)).toBe(true)
    expect(isWithin(window, midnight + 7_200_000 + day)).toBe(false)
  })

  it('without an hour in common has no effect', () => {
    expect(
      learned(times(6, (i) => label('EXPECTED', 2, { startedMs: midnight + i * 4 * 3_600_000 - i * day }))),
    ).toEqual([])
  })
})

describe('the effect of labels', () => {
  it('is measured on labels that did not teach', () => {
    const evidence = times(60, (i) =>
      i % 3 === 0 ? label('TRUE', 4 + (i % 7)) : label('NOISE', 1.2 + (i % 5) / 4),
    )
    const { before, after } = crossValidate({ as_of_ms: asOf, parameters, evidence })
    expect(before).toMatchObject({ real: 20, unreal: 40, told_unreal: 40, recall: 1 })
    expect(before.precision).toBeCloseTo(1 / 3)
    expect(after.precision).toBeGreaterThan(0.9)
    expect(after.recall).toBe(1)
  })

  it('is no number where there are no labels, and nobody counts twice', () => {
    const { before } = crossValidate({ as_of_ms: asOf, parameters, evidence: [] })
    expect(before).toEqual({
      ...{ real: 0, unreal: 0, told_real: 0, told_unreal: 0, precision: null, recall: null, f1: null },
    })
    const same = ['anna', 'ben', 'cem'].map((user) => label('NOISE', 2, { user, anomalyId: 'one' }))
    const none = new CorrectionTable([])
    expect(compare(same, none, none).before).toMatchObject({ real: 0, unreal: 1 })
    const split = [label('NOISE', 2, { anomalyId: 'two' }), label('TRUE', 2, { anomalyId: 'two' })]
    expect(compare(split, none, none).before).toMatchObject({ real: 0, unreal: 0 })
  })
})
