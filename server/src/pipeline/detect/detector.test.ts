import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import { DetectConfig } from './config.ts'
import { Detector } from './detector.ts'
import type { Transition } from './opened.ts'
import { type Profile, profileOf } from './rule/profile.ts'
import { settingsOf } from './settings.ts'

const config = DetectConfig.parse({})
const settings = settingsOf(config)
const stepMs = 2_000
const startMs = 1_700_000_000_000

const profile = (name: string, unit?: string): Profile => {
  const found = profileOf(
    { __name__: name, 'service.name': 'a' },
    { kind: 'GAUGE', ...(unit ? { unit } : {}) },
    config,
  )
  if (!found) throw new Error(`${name} is not watched`)
  return found
}
const gauge = profile('queue.size')
const latency = profile('http.server.request.duration:p95', 's')
const errors = profile('http.server.request.duration:error_ratio', '1')
const traffic = profile('http.server.request.duration:rate', '1/s')
const memory = profile('process.memory.usage', 'By')

type Told = Transition & { point: number }

function run(values: readonly number[], judged: Profile, intervalMs = stepMs): Told[] {
  const detector = new Detector(settings)
  detector.register(0, judged)
  const told: Told[] = []
  values.forEach((value, point) => {
    const transition = detector.step(0, startMs + point * intervalMs, value, true)
    if (transition) told.push({ ...transition, opened: { ...transition.opened }, point })
  })
  return told
}

const noise = (seed: number) => {
  const random = seededRandom(seed)
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return { random, gaussian }
}
const series = (count: number, at: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => at(i))

describe('a healthy series stays quiet', () => {
  const families: Record<string, { judged: Profile; make: (seed: number) => (i: number) => number }> = {
    'gaussian noise': {
      judged: gauge,
      make: (seed) => {
        const { gaussian } = noise(seed)
        return () => 100 + 10 * gaussian()
      },
    },
    'heavy tails (Student t, 3 degrees)': {
      judged: gauge,
      make: (seed) => {
        const { gaussian } = noise(seed)
        return () =>
          100 + (10 * gaussian()) / Math.sqrt((gaussian() ** 2 + gaussian() ** 2 + gaussian() ** 2) / 3)
      },
    },
    'p95 of few requests (lognormal)': {
      judged: latency,
      make: (seed) => {
        const { gaussian } = noise(seed)
        return () => 0.05 * Math.exp(0.4 * gaussian())
      },
    },
    'a slow wave': {
      judged: gauge,
      make: (seed) => {
        const { gaussian } = noise(seed)
        return (i) => 100 + 20 * Math.sin(i / 25) + 3 * gaussian()
      },
    },
    'arrivals (Poisson, 14 per interval)': {
      judged: traffic,
      make: (seed) => {
        const { random } = noise(seed)
        return () => {
          let count = 0
          let time = -Math.log(1 - random.next())
          while (time < 14) {
            count += 1
            time -= Math.log(1 - random.next())
          }
          return count / 2
        }
      },
    },
    'rare single failures': {
      judged: errors,
      make: (seed) => {
        const { random } = noise(seed)
        return () => (random.next() < 0.03 ? 1 / 14 : 0)
      },
    },
    'a constant': { judged: gauge, make: () => () => 5 },
    'a constant with jitter far below the least effect': {
      judged: gauge,
      make: (seed) => {
        const { random } = noise(seed)
        return () => 5 + random.next() * 1e-3
      },
    },
    'a memory that breathes': {
      judged: memory,
      make: (seed) => {
        const { random } = noise(seed)
        return (i) => 80 * 2 ** 20 + ((i % 30) / 30) * 12 * 2 ** 20 + random.next() * 2 ** 20
      },
    },
  }
  for (const [name, { judged, make }] of Object.entries(families))
    it(`${name}: at most one anomaly in 20 series of 10 minutes each`, () => {
      let told = 0
      for (let seed = 1; seed <= 20; seed += 1)
        told += run(series(300, make(seed)), judged).filter(({ kind }) => kind === 'OPENED').length
      expect(told).toBeLessThanOrEqual(1)
    })
})

describe.each([14, 20, 60])('a fault after %i points of history is told', (at) => {
  const check = (
    judged: Profile,
    make: (gaussian: () => number) => { usual: () => number; faulty: (since: number) => number },
    within: number,
    sign: number,
  ) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { gaussian } = noise(seed)
      const { usual, faulty } = make(gaussian)
      const told = run(
        series(at + 40, (i) => (i < at ? usual() : faulty(i - at))),
        judged,
      )
      const first = told.find(({ point }) => point >= at)
      expect(first, `seed ${seed}`).toBeDefined()
      expect(first?.point, `seed ${seed}`).toBeLessThan(at + within)
      expect(first?.opened.sign).toBe(sign)
    }
  }
  it('latency five times the usual: within 3 points', () => {
    check(
      latency,
      (g) => ({ usual: () => 0.05 * Math.exp(0.25 * g()), faulty: () => 0.25 * Math.exp(0.25 * g()) }),
      3,
      1,
    )
  })
  it('half of the requests failing: within 2 points', () => {
    check(errors, (g) => ({ usual: () => 0, faulty: () => 0.5 + 0.1 * Math.tanh(g()) }), 2, 1)
  })
  it('a tenth of the traffic: within 6 points, of little history within 10', () => {
    check(
      traffic,
      (g) => ({ usual: () => Math.max(0, 7 + 1.9 * g()), faulty: () => Math.max(0, 0.7 + 0.5 * g()) }),
      at < 20 ? 10 : 6,
      -1,
    )
  })
  it('memory that leaks 15 MiB a second: within 5 points', () => {
    const mebibyte = 2 ** 20
    check(
      memory,
      (g) => ({
        usual: () => (75 + g()) * mebibyte,
        faulty: (since) => (75 + 30 * (since + 1) + g()) * mebibyte,
      }),
      5,
      1,
    )
  })
  it('a gauge that drops to nothing: within 3 points', () => {
    check(gauge, (g) => ({ usual: () => 100 + 5 * g(), faulty: () => 0 }), 3, -1)
  })
})

describe('the slow climb of a leak', () => {
  it('is told though no single step is unusual', () => {
    const { gaussian } = noise(3)
    const climb = series(600, (i) => (100 + Math.max(0, i - 100) * 0.4 + 4 * gaussian()) * 2 ** 20)
    const [first] = run(climb, memory)
    expect(first?.kind).toBe('OPENED')
    expect(first?.opened.sign).toBe(1)
    expect(first?.point).toBeLessThan(420)
  })
})

describe('the life of an anomaly', () => {
  const { gaussian } = noise(11)
  const usual = series(60, () => 100 + 3 * gaussian())
  const fault = series(30, () => 300 + 3 * gaussian())

  it('ends when the series is back for the recovery time, and says where it began', () => {
    const told = run([...usual, ...fault, ...usual], gauge)
    expect(told.map(({ kind }) => kind)).toEqual(['OPENED', 'UPDATED', 'ENDED'])
    const [opened, updated, ended] = told
    expect(opened?.opened.startedMs).toBe(startMs + 60 * stepMs)
    expect(updated?.opened.shape).toBe('LEVEL_SHIFT')
    expect(ended?.reason).toBe('RECOVERED')
    expect(ended?.point).toBeGreaterThanOrEqual(60 + 30 + settings.recoveryPoints - 1)
    expect(ended?.point).toBeLessThan(60 + 30 + 6)
  })

  it('is told again only when it is a quarter worse, at most every ten seconds', () => {
    const worse = series(60, (i) => 300 + 40 * i)
    const updates = run([...usual, ...worse], gauge).filter(({ kind }) => kind === 'UPDATED')
    expect(updates.length).toBeGreaterThan(2)
    for (let i = 1; i < updates.length; i += 1)
      expect((updates[i]?.atMs ?? 0) - (updates[i - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(settings.updateMs)
  })

  it('leaves what is usual as it was', () => {
    const told = run([...usual, ...fault, ...usual, ...fault], gauge)
    const opened = told.filter(({ kind }) => kind === 'OPENED')
    expect(opened).toHaveLength(2)
    expect(opened[1]?.opened.mid).toBeCloseTo(100, -1)
  })

  it('ends as the new usual after an hour, and the new level is quiet', () => {
    const minute = 60_000
    const told = run([...usual, ...series(200, () => 300 + 3 * gaussian())], gauge, minute)
    expect(told.at(-1)?.reason).toBe('ADOPTED')
    expect(told.filter(({ kind }) => kind === 'OPENED')).toHaveLength(1)
  })

  it('that comes and passes three times is usual the fourth time', () => {
    const cycle = [...usual, ...fault]
    const told = run([...cycle, ...cycle, ...cycle, ...cycle, ...cycle, ...usual], gauge)
    expect(told.filter(({ kind }) => kind === 'OPENED').length).toBeLessThanOrEqual(3)
  })
})

describe('whatever comes', () => {
  const value = fc.oneof(
    fc.double({ noNaN: false }),
    fc.integer({ min: -5, max: 5 }),
    fc.constant(0),
    fc.constant(1e308),
    fc.constant(-1e-308),
  )

  it('nothing throws, and ratios are numbers', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 200 }),
        fc.constantFrom(gauge, latency, errors, traffic, memory),
        (values, judged) => {
          const detector = new Detector(settings)
          detector.register(0, judged)
          values.forEach((v, i) => {
            detector.step(0, startMs + i * stepMs, v, true)
            expect(detector.ratio).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(detector.ratio)).toBe(true)
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('the same points give the same transitions, and a prefix the prefix of them', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 30, maxLength: 150 }), fc.nat(), (values, cut) => {
        const length = cut % values.length
        const whole = run(values, gauge)
        expect(run(values, gauge)).toEqual(whole)
        expect(run(values.slice(0, length), gauge)).toEqual(whole.filter(({ point }) => point < length))
      }),
      { numRuns: 100 },
    )
  })

  it('a point that is not newer changes nothing', () => {
    const detector = new Detector(settings)
    detector.register(0, gauge)
    for (let i = 0; i < 40; i += 1) detector.step(0, startMs + i * stepMs, 100, true)
    expect(detector.step(0, startMs, 1e9, true)).toBeUndefined()
    expect(detector.mid(0)).toBe(100)
    expect(detector.seen(0)).toBe(40)
  })

  it('a point that may only teach opens nothing', () => {
    const detector = new Detector(settings)
    detector.register(0, gauge)
    for (let i = 0; i < 60; i += 1)
      expect(detector.step(0, startMs + i * stepMs, i < 40 ? 100 : 900, false)).toBeUndefined()
    expect(detector.openCount).toBe(0)
  })

  it('takes less than 460 bytes a series, room for a quarter more included', () => {
    const detector = new Detector(settings)
    for (let i = 0; i < 4_096; i += 1) detector.register(i, gauge)
    expect(detector.sizeBytes / 4_096).toBeLessThan(460)
  })

  it('opens no more anomalies than it may', () => {
    const detector = new Detector({ ...settings, activeMax: 3 })
    for (let i = 0; i < 10; i += 1) detector.register(i, gauge)
    for (let t = 0; t < 60; t += 1)
      for (let i = 0; i < 10; i += 1) detector.step(i, startMs + t * stepMs, t < 40 ? 100 : 900, true)
    expect(detector.openCount).toBe(3)
  })
})

describe('the agile tier', () => {
  /** A wave a day; at the 20th one's height half as much again, for a sixth of a day. */
  const day = 288
  const fault = 20 * day + 48
  const days = (seed: number): number[] => {
    const { gaussian } = noise(seed)
    return series(
      24 * day,
      (i) =>
        100 + 40 * Math.sin((2 * Math.PI * i) / day) + (i >= fault && i < fault + 48 ? 60 : 0) + gaussian(),
    )
  }
  const told = (values: readonly number[], intervalMs: number): Told[] =>
    run(values, gauge, intervalMs).filter(({ kind, opened }) => kind === 'OPENED' && opened.tier === 'AGILE')

  it('confirms a change of which the basic tier is unsure, and says that it did', () => {
    const found = told(days(4), 300_000)
    expect(found.some(({ point }) => point >= fault && point < fault + 60)).toBe(true)
    expect(found.filter(({ point }) => point < fault).length).toBeLessThanOrEqual(1)
  })

  it('looks at no series whose points come faster than its setting', () => {
    expect(told(days(4), 2_000)).toEqual([])
  })
})
