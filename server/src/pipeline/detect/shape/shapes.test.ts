import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { DetectConfig } from '../config.ts'
import { Detector } from '../detector.ts'
import type { Transition } from '../opened.ts'
import { plainProfile } from '../rule/profile.ts'
import { Seasonal } from '../rule/seasonal.ts'
import { settingsOf } from '../settings.ts'

const config = DetectConfig.parse({})
const settings = settingsOf(config)
const startMs = 1_700_000_000_000
const stepMs = 10_000
/** Where each planted change begins. */
const at = 400

type Told = Transition & { point: number }

function run(values: readonly number[], intervalMs = stepMs): Told[] {
  const detector = new Detector(settings)
  detector.register(0, plainProfile(config))
  const seasonal = new Seasonal(detector, settings)
  const told: Told[] = []
  values.forEach((value, point) => {
    if (point === seasonal.knownAt) seasonal.concerns(0, plainProfile(config))
    const transition = seasonal.step(0, startMs + point * intervalMs, value, true)
    if (transition) told.push({ ...transition, opened: { ...transition.opened }, point })
  })
  return told
}

function series(
  seed: number,
  at: (i: number, gaussian: () => number, random: () => number) => number,
  count = 600,
) {
  const random = seededRandom(seed)
  const next = (): number => random.next()
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return Array.from({ length: count }, (_, i) => at(i, gaussian, next))
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1)
const openedAs = (told: readonly Told[], shape: string) =>
  told.filter(({ kind, opened }) => kind === 'OPENED' && opened.shape === shape)
const startOf = ({ opened }: Told): number => (opened.startedMs - startMs) / stepMs

describe('a flat line', () => {
  it('is told of a series that always moved, from the point at which it stopped, to the point at which it moves again', () => {
    for (const seed of seeds) {
      let held = 0
      const values = series(seed, (i, gaussian) => {
        if (i <= at || i >= at + 80) held = 100 + 3 * gaussian()
        return held
      })
      const told = run(values)
      const found = openedAs(told, 'FLAT_LINE')
      expect(found, `seed ${seed}`).toHaveLength(1)
      expect(found[0]?.point).toBeLessThan(at + 40)
      expect(Math.abs(startOf(found[0] as Told) - at)).toBeLessThanOrEqual(1)
      const end = told.find(({ kind, opened }) => kind === 'ENDED' && opened.shape === 'FLAT_LINE')
      expect(end?.point).toBeLessThan(at + 86)
    }
  })

  it('of a series that moves only now and then ends when it does so again', () => {
    for (const seed of seeds) {
      let held = 0
      const values = series(seed, (i, gaussian) => {
        if (i % 3 === 0 && (i <= at || i >= at + 150)) held = 100 + 3 * gaussian()
        return held
      })
      const told = run(values)
      expect(openedAs(told, 'FLAT_LINE'), `seed ${seed}`).toHaveLength(1)
      const end = told.find(({ kind, opened }) => kind === 'ENDED' && opened.shape === 'FLAT_LINE')
      expect(end?.point, `seed ${seed}`).toBeLessThan(at + 170)
    }
  })

  it('is seen though the value is large and moves in small steps', () => {
    const values = series(3, (i, gaussian) => 4e9 + (i < at ? 0.5 * i + 10 * gaussian() : 0.5 * at))
    expect(openedAs(run(values), 'FLAT_LINE')).toHaveLength(1)
    expect(openedAs(run(values.slice(0, at)), 'FLAT_LINE')).toHaveLength(0)
  })

  it('is not told of what is often the same: counts, states, rounded values, a constant', () => {
    const alike = [
      () => 5,
      (_: number, __: () => number, next: () => number) => (next() < 0.05 ? 6 : 5),
      (_: number, __: () => number, next: () => number) => Math.floor(4 + 0.7 * next() + 0.4),
      (i: number) => 10 + Math.floor(i / 50),
      (i: number, gaussian: () => number) => (i % 100 < 60 ? 20 + gaussian() : 0),
    ]
    for (const make of alike)
      for (const seed of seeds) expect(openedAs(run(series(seed, make, 1_500)), 'FLAT_LINE')).toHaveLength(0)
  })
})

describe('a change of spread', () => {
  const spread = (factor: number) => (i: number, gaussian: () => number) =>
    100 + (i < at ? 8 : 8 * factor) * gaussian()

  it('that grows fourfold is told, nearly always as such, and nearly always began within 16 points of the truth', () => {
    let named = 0
    let seen = 0
    let near = 0
    for (const seed of seeds) {
      const told = run(series(seed, spread(4))).filter(({ kind, point }) => kind === 'OPENED' && point >= at)
      seen += Math.min(1, told.length)
      for (const found of openedAs(told, 'VARIANCE_CHANGE')) {
        named += 1
        expect(found.opened.factor).toBeGreaterThan(2)
        if (Math.abs(startOf(found) - at) <= 16) near += 1
      }
    }
    expect(seen).toBeGreaterThanOrEqual(seeds.length - 1)
    expect(named).toBeGreaterThanOrEqual(seeds.length - 3)
    expect(near / named).toBeGreaterThan(0.85)
  })

  it('that collapses is told, though no value is unusual, and began within 3 points of the truth', () => {
    for (const seed of seeds) {
      const [found] = openedAs(run(series(seed, spread(0.1))), 'VARIANCE_CHANGE')
      expect(found?.point, `seed ${seed}`).toBeLessThan(at + 130)
      expect(found?.opened.factor, `seed ${seed}`).toBeLessThan(0.4)
      expect(Math.abs(startOf(found as Told) - at), `seed ${seed}`).toBeLessThanOrEqual(3)
    }
  })

  it('is not told of a spike, a new level, a wave, a trend, or a spread that always comes and goes', () => {
    const alike: Record<string, (i: number, gaussian: () => number) => number> = {
      spike: (i, gaussian) => 100 + 8 * gaussian() + (i === at ? 300 : 0),
      level: (i, gaussian) => 100 + 8 * gaussian() + (i >= at ? 60 : 0),
      wave: (i, gaussian) => 100 + 30 * Math.sin(i / 25) + 8 * gaussian(),
      trend: (i, gaussian) => 100 + Math.max(0, i - at) * 0.3 + 8 * gaussian(),
      breathing: (i, gaussian) => 100 + 8 * (1.6 + Math.sin(i / 20)) * gaussian(),
      heavy: (_, gaussian) =>
        100 + (8 * gaussian()) / Math.sqrt((gaussian() ** 2 + gaussian() ** 2 + gaussian() ** 2) / 3),
    }
    for (const [name, make] of Object.entries(alike)) {
      const found = seeds.reduce(
        (sum, seed) => sum + openedAs(run(series(seed, make)), 'VARIANCE_CHANGE').length,
        0,
      )
      expect(found, name).toBeLessThanOrEqual(1)
    }
  })
})

describe('a break of the season', () => {
  const day = 288
  const minutes5 = 300_000
  const daily = (i: number, gaussian: () => number): number => (i % day < day / 2 ? 20 : 80) + 2 * gaussian()

  it('is told where a value comes that is usual, but not at that time', () => {
    const fault = 12 * day + 40
    const values = series(
      2,
      (i, gaussian) => (i >= fault && i < fault + 60 ? 50 + 2 * gaussian() : daily(i, gaussian)),
      14 * day,
    )
    const told = run(values, minutes5).filter(({ kind, point }) => kind === 'OPENED' && point >= fault)
    expect(told[0]?.opened.shape).toBe('SEASON_BREAK')
    expect(told[0]?.point).toBeLessThan(fault + 12)
  })

  it('is not told of the season itself, nor of a value that never comes', () => {
    const fault = 12 * day + 40
    const usual = run(series(3, daily, 14 * day), minutes5)
    expect(openedAs(usual, 'SEASON_BREAK').filter(({ point }) => point > 6 * day)).toHaveLength(0)
    const values = series(
      2,
      (i, gaussian) => (i >= fault && i < fault + 60 ? 300 : daily(i, gaussian)),
      14 * day,
    )
    const told = run(values, minutes5).filter(({ kind, point }) => kind === 'OPENED' && point >= fault)
    expect(told.length).toBeGreaterThan(0)
    expect(openedAs(told, 'SEASON_BREAK')).toHaveLength(0)
  })
})
