import { expect, test } from 'vitest'
import { RandomStream } from '../decision/random-stream.ts'
import { calibrationOf, wilson, worthOf } from './calibration.ts'
import { othersOf, realisedOf } from './realised.ts'

const hour = 3_600_000
const base = { movedMs: 0, stepMs: hour, migrationUsd: 1, seed: 3 }
const flat = (value: number, count: number): number[] => Array.from({ length: count }, () => value)

test('where both places are told of, what was saved is their difference less the move', () => {
  const outcome = realisedOf({
    ...base,
    before: { from: flat(2, 10), others: null },
    after: { from: flat(2, 10), to: flat(1.5, 10), others: null },
  })
  expect(outcome.realised_usd).toMatchObject({ p10: 4, p50: 4, p90: 4 })
  expect(outcome).toMatchObject({ coverage: 1, right: true })
})

test('a move to the dearer place is wrong, and what is mostly unknown is neither', () => {
  const wrong = realisedOf({
    ...base,
    before: { from: flat(1, 10), others: null },
    after: { from: flat(1, 4), to: flat(2, 4), others: null },
  })
  expect(wrong).toMatchObject({ right: false })
  const unknown = realisedOf({
    ...base,
    before: { from: [], others: null },
    after: { from: flat(Number.NaN, 10), to: flat(1, 10), others: null },
  })
  expect(unknown).toMatchObject({ right: null, coverage: 0 })
})

/** A rate that reverts to its level, with a factor that all services share. */
function ratesOf(seed: number, steps: number): { own: number[]; others: number[][] } {
  const random = new RandomStream(seed)
  const decay = Math.exp(-1 / 24)
  const noise = 0.12 * Math.sqrt(1 - decay * decay)
  const xs = Array.from({ length: 4 }, () => 0.12 * random.normal())
  const columns: number[][] = xs.map(() => [])
  for (let step = 0; step < steps; step += 1)
    for (let k = 0; k < xs.length; k += 1) {
      xs[k] = xs[k]! * decay + noise * random.normal()
      columns[k]!.push(1.2 * Math.exp(xs[k]!))
    }
  return { own: columns[0]!, others: columns.slice(1) }
}

test('a planted truth lies within the bounds nine times in ten where nobody tells of the old place any more', () => {
  let within = 0
  const trials = 120
  for (let seed = 0; seed < trials; seed += 1) {
    const { own, others } = ratesOf(900 + seed, 72 + 144)
    const common = othersOf(others, 72)
    const { realised_usd } = realisedOf({
      ...{ movedMs: 0, stepMs: 300_000, migrationUsd: 0.25, seed },
      before: { from: own.slice(0, 72), others: common!.slice(0, 72) },
      after: { from: flat(Number.NaN, 144), to: flat(1, 144), others: common!.slice(72) },
    })
    const truth = own.slice(72).reduce((sum, rate) => sum + (rate - 1) / 12, -0.25)
    if (truth >= realised_usd.p10 && truth <= realised_usd.p90) within += 1
  }
  // 0.85 is 0.9 less two standard errors of so few trials; the bench has more.
  expect(within / trials).toBeGreaterThanOrEqual(0.85)
})

test('what moved all services that stayed is taken into what would have been', () => {
  const steps = 60
  const common = Array.from({ length: steps }, (_, at) => (at < 40 ? 0.1 * Math.sin(at) : 0.7))
  const own = common.map((c) => Math.exp(c))
  const { realised_usd } = realisedOf({
    ...base,
    migrationUsd: 0,
    before: { from: own.slice(0, 40), others: common.slice(0, 40) },
    after: { from: flat(Number.NaN, 20), to: flat(1, 20), others: common.slice(40) },
  })
  expect(realised_usd.p50).toBeCloseTo(20 * (Math.exp(0.7) - 1), 0)
})

test('below 30 outcomes nothing is said of what confidences are worth', () => {
  const came = Array.from({ length: 29 }, () => ({ confidence: 0.95, right: true }))
  expect(calibrationOf(came)).toMatchObject({ outcomes: 29, calibrated: false })
  expect(worthOf(calibrationOf(came), 0.95)).toEqual({ outcomes: 29, hit_rate: null })
  const more = calibrationOf([...came, { confidence: 0.95, right: false }])
  expect(more.calibrated).toBe(true)
  expect(worthOf(more, 0.93).hit_rate).toBeCloseTo(29 / 30)
  expect(worthOf(more, 0.2).hit_rate).toBeNull()
  expect(more.bins).toHaveLength(10)
  expect(more.brier).toBeCloseTo((29 * 0.0025 + 0.9025) / 30)
  expect(calibrationOf([])).toMatchObject({ brier: null, calibrated: false })
  expect(calibrationOf([{ confidence: 1, right: true }]).bins[9]?.outcomes).toBe(1)
})

test("Wilson's interval is the published one", () => {
  const [low, high] = wilson(9, 10)
  expect(low).toBeCloseTo(0.5958, 3)
  expect(high).toBeCloseTo(0.9821, 3)
  expect(wilson(0, 0)).toEqual([0, 1])
})
