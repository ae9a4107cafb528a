import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DetectConfig } from '../config.ts'
import { plainProfile } from './profile.ts'
import { Rules } from './rule.ts'
import { Budgets } from './rule-budget.ts'
import { Corrections } from './rule-correction.ts'
import { globTest } from './rule-glob.ts'

const config = DetectConfig.parse({})
const dayMs = 86_400_000

describe('a pattern of metric names', () => {
  it('fits what a regular expression of the same meaning fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '_'), maxLength: 12 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(globTest(glob)(name)).toBe(new RegExp(`^${source}$`).test(name))
      }),
    )
  })

  it('takes time in proportion, however many stars it has', () => {
    const fits = globTest(`${'*a'.repeat(100)}*b`)
    expect(fits('a'.repeat(100_000))).toBe(false)
  })
})

describe('rules', () => {
  it('fit by name, by labels, or one series exactly', () => {
    const rules = new Rules(config, {
      defaults: {},
      rules: [
        { name: 'series', match: { series: { __name__: 'x', a: '1' } }, sensitivity: 0.1 },
        {
          name: 'labels',
          match: { metric: 'x*', labels: [{ name: 'a', op: '=~', value: '1|2' }] },
          sensitivity: 0.2,
        },
        { name: 'all', match: {}, cooldown: '7m' },
      ],
    })
    const of = (labels: Record<string, string>) => rules.of(labels)
    expect(of({ __name__: 'x', a: '1' })).toMatchObject({
      parameters: { sensitivity: 0.1, cooldown: '7m' },
      names: ['series', 'labels', 'all'],
    })
    expect(of({ __name__: 'x', a: '1', b: '2' }).names).toEqual(['labels', 'all'])
    expect(of({ __name__: 'y', a: '2' })).toMatchObject({ parameters: { sensitivity: 0.7 }, names: ['all'] })
  })

  it('watch hosts only where a rule says so, and switch nothing on that is off as a whole', () => {
    const watched = { name: 'disks', match: { metric: 'system.disk*' }, enabled: true }
    const loud = { name: 'all', match: {}, budget: 1 }
    const of = (settings: object) =>
      new Rules(config, { defaults: {}, rules: [], ...settings }).of({ __name__: 'system.disk.io:rate' })
    expect(of({})).toMatchObject({ wanted: false, parameters: { enabled: false } })
    expect(of({ rules: [loud] }).wanted).toBe(false)
    expect(of({ rules: [loud, watched] })).toMatchObject({ wanted: true, parameters: { enabled: true } })
    const off = new Rules(config, { defaults: { enabled: false }, rules: [] })
    expect(off.of({ __name__: 'system.cpu.utilization' }).parameters.enabled).toBe(false)
  })
})

describe('corrections', () => {
  it('fit where all their labels do, multiply, and stay within a quarter and 8', () => {
    const factor = (...corrections: { match: Record<string, string>; factor: number }[]) =>
      new Corrections(corrections).factorOf({ __name__: 'x', a: '1', b: '2' })
    expect(factor()).toBe(1)
    expect(factor({ match: { a: '1', b: '2' }, factor: 2 }, { match: { b: '2' }, factor: 1.5 })).toBe(3)
    expect(factor({ match: { a: '1', c: '3' }, factor: 2 }, { match: { __name__: 'y' }, factor: 2 })).toBe(1)
    expect(factor({ match: {}, factor: 100 })).toBe(8)
    expect(factor({ match: {}, factor: 1e-9 })).toBe(0.25)
    expect(factor({ match: {}, factor: 0 }, { match: {}, factor: Number.NaN })).toBe(1)
  })
})

describe('a budget of episodes', () => {
  const profile = { ...plainProfile(config), budget: 2 }

  it('changes nothing until a day’s episodes are used up, widens then, and is given back by the day', () => {
    const budgets = new Budgets()
    for (let i = 0; i < 2; i += 1) budgets.spend(1, profile, 0)
    expect(budgets.factor(1, profile, 0)).toBe(1)
    budgets.spend(1, profile, 0)
    expect(budgets.factor(1, profile, 0)).toBeCloseTo(Math.exp(0.5))
    expect(budgets.counted(1, profile, 0)).toBeCloseTo(3)
    expect(budgets.factor(1, profile, dayMs / 2)).toBeCloseTo(1)
    expect(budgets.counted(1, profile, dayMs)).toBeCloseTo(1)
    expect(budgets.factor(2, profile, 0)).toBe(1)
  })

  it('keeps a series that would alarm whenever it may to its episodes a day in the long run', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 10, noNaN: true }), (budget) => {
        const budgets = new Budgets()
        const kept = { ...profile, budget }
        const days = 200
        let episodes = 0
        // Alarms of growing size; what the bound has outgrown is not told.
        for (let hour = 0; hour < days * 24; hour += 1) {
          const size = 1 + ((hour * 7_919) % 100) / 20
          if (size < budgets.factor(1, kept, hour * 3_600_000)) continue
          budgets.spend(1, kept, hour * 3_600_000)
          episodes += 1
        }
        expect(episodes / days).toBeLessThan(budget + (Math.max(1, budget) + 8) / days + 0.01)
      }),
      { numRuns: 20 },
    )
  })

  it('is never widened without end', () => {
    const budgets = new Budgets()
    for (let i = 0; i < 1_000; i += 1) budgets.spend(1, profile, 0)
    expect(budgets.factor(1, profile, 0)).toBe(8)
    expect(budgets.factor(1, profile, 5 * dayMs)).toBeLessThan(1.5)
  })
})
