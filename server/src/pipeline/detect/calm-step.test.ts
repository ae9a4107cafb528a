import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import { DetectConfig } from './config.ts'
import { Detector } from './detector.ts'
import { Engine } from './engine.ts'
import type { Transition } from './opened.ts'
import { registrationsOf } from './registration.ts'
import { type Profile, plainProfile, profileOf } from './rule/profile.ts'
import { settingsOf } from './settings.ts'

const config = DetectConfig.parse({ agile_series_max: 4, update_interval: '1s' })
const plain = plainProfile(config)
const named = (name: string, unit?: string): Profile => {
  const profile = profileOf({ __name__: name }, { kind: 'GAUGE', ...(unit ? { unit } : {}) }, config)
  if (!profile) throw new Error(`${name} is not watched`)
  return profile
}
const profiles: readonly Profile[] = [
  plain,
  named('a.error_ratio'),
  named('a.duration', 's'),
  named('a.rate'),
  named('a.utilization'),
  named('a.memory', 'By'),
  named('a.count', '{item}'),
  { ...plain, windowMs: 600_000 },
  { ...plain, direction: 1, trend: true, persistenceMs: 8_000 },
  { ...plain, tier: 'AGILE' },
]

type Made = { level: number; spread: number; seed: number; every: number }

/** Levels, jumps, bursts, standing still, steps, jitter, values that are none, points that come late: by turns. */
function* pointsOf({ level, spread, seed, every }: Made, count: number) {
  const random = seededRandom(seed)
  let [timeMs, base, value] = [1_700_000_000_000, level, level]
  for (let i = 0; i < count; i += 1) {
    timeMs += every * (random.next() < 0.01 ? 20 : 1)
    if (random.next() < 0.004) base += spread * 8 * (random.next() - 0.5)
    const noise = spread * (random.next() + random.next() + random.next() - 1.5)
    const phase = Math.floor(i / 150) % 6
    if (phase === 1) value = base + noise * 5
    else if (phase === 2) value = base + (random.next() < 0.03 ? 12 * spread : noise)
    else if (phase === 3 && i % 150 > 40) value += 0
    else if (phase === 4) value = Math.floor(base + noise)
    else value = base + noise + (i % 150 > 130 ? 6 * spread : 0)
    const odd = random.next()
    yield odd < 0.003
      ? { timeMs, value: Number.NaN }
      : { timeMs: odd > 0.997 ? timeMs - 3 * every : timeMs, value }
  }
}

describe('the short way of a point', () => {
  it('tells and remembers bit for bit what the long way does', () => {
    let calm = 0
    const one = fc.record({
      level: fc.constantFrom(0, 0.02, 1, 250, 3e9, -40),
      spread: fc.constantFrom(0, 0.004, 0.3, 20),
      seed: fc.integer({ min: 1, max: 1e6 }),
      every: fc.constantFrom(1_000, 2_000, 15_000, 60_000),
    })
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 3, maxLength: 3 }),
        fc.nat(profiles.length - 1),
        (made, first) => {
          const short = new Detector(settingsOf(config))
          const long = new Detector(settingsOf(config))
          const told: (Transition | undefined)[][] = [[], []]
          for (const [index, series] of made.entries()) {
            const profile = profiles[(first + index) % profiles.length] as Profile
            short.register(index, profile)
            long.register(index, profile)
            for (const { timeMs, value } of pointsOf(series, 700)) {
              const isCalm = short.stepCalmly(index, timeMs, value)
              if (isCalm) calm += 1
              told[0]?.push(structuredClone(isCalm ? undefined : short.step(index, timeMs, value, true)))
              told[1]?.push(structuredClone(long.step(index, timeMs, value, true)))
            }
          }
          expect(told[0]).toEqual(told[1])
          expect(Buffer.compare(short.baselines.save().rows, long.baselines.save().rows)).toBe(0)
        },
      ),
      { numRuns: 15 },
    )
    // Else nothing was compared.
    expect(calm).toBeGreaterThan(8_000)
  })
})

describe('the memory of the basic tier', () => {
  it('is at most 300 bytes a series', () => {
    const engine = new Engine(settingsOf(config))
    const count = 5_000
    const alone = { ...plain, together: false }
    const series = Array.from({ length: count }, (_, index) => ({
      ...{ index, profile: alone },
      place: { entity: index >> 4, cohort: 0, steady: true },
    }))
    engine.handle({ kind: 'register', series: registrationsOf(series) })
    expect(engine.sizeBytes / count).toBeLessThanOrEqual(300)
  })
})
