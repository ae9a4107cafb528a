import type { Prediction } from '@aiops/contract/model/forecast'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { PredictionRepository, StoredPrediction } from '../../../port/prediction-repository.ts'
import { ForecastConfig, WatchConfig } from '../config.ts'
import type { QueryRange } from '../course.ts'
import type { PredictionAlert } from './prediction-alert.ts'
import { WatchRound } from './watch-round.ts'

const hourMs = 3_600_000
const watch = WatchConfig.parse({ name: 'disk', query: 'disk', limit: 0.95, lead: '2d', min: 0, max: 1 })
const random = seededRandom(5)
const draws = Array.from({ length: 4_000 }, () => random.next() - 0.5)

/** What the store keeps, in memory; one tenant. */
function memoryRepository() {
  const all: StoredPrediction[] = []
  const repository: PredictionRepository = {
    async insert(_, stored) {
      if (all.some(({ series, prediction }) => series === stored.series && prediction.state === 'OPEN'))
        return false
      all.push(stored)
      return true
    },
    async update(_, prediction) {
      const at = all.findIndex(
        (one) => one.prediction.id === prediction.id && one.prediction.state === 'OPEN',
      )
      if (at >= 0) all[at] = { ...all[at]!, prediction }
      return at >= 0
    },
    open: async () => all.filter(({ prediction }) => prediction.state === 'OPEN'),
    list: async () => ({ predictions: all.map(({ prediction }) => prediction), total: all.length }),
    async outcomes() {
      const count = (...states: Prediction['state'][]) =>
        all.filter(({ prediction }) => states.includes(prediction.state)).length
      return { hits: count('HIT'), misses: count('EARLY', 'MISS'), open: count('OPEN') }
    },
    deleteBefore: async () => 0,
  }
  return { all, repository }
}

/** Two weeks and more of one disk, whose use at an hour since the start is told by `use`. */
function rig(use: (hour: number) => number, settings: Partial<ForecastConfig> = {}) {
  const clock = new ManualClock(Math.ceil(1_700_000_000_000 / hourMs) * hourMs)
  const startMs = clock.now() - 400 * hourMs
  const told: PredictionAlert[][] = []
  const { all, repository } = memoryRepository()
  const queryRange: QueryRange = async (_tenant, _query, fromMs, toMs, stepMs) => {
    const timesMs = Array.from(
      { length: Math.floor((toMs - fromMs) / stepMs) + 1 },
      (_, i) => fromMs + i * stepMs,
    )
    const values = timesMs.map((timeMs) => {
      const hour = (timeMs - startMs) / hourMs
      return Math.min(1, use(hour) + 0.004 * draws[Math.max(0, Math.floor(hour)) % draws.length]!)
    })
    return [{ labels: { mountpoint: '/data' }, timesMs, values }]
  }
  const roundOf = () =>
    new WatchRound(
      {
        ...{ clock, random: seededRandom(1), metrics: createMetrics(), repository, queryRange },
        alert: async (_tenant, alerts) => void told.push([...alerts]),
        breathe: async () => {},
      },
      ForecastConfig.parse(settings),
    )
  const look = async (round: WatchRound, hours: number) => {
    await clock.advance(hours * hourMs)
    await round.look('default', watch)
  }
  return { clock, told, all, round: roundOf(), roundOf, look, repository }
}

describe('a watch', () => {
  it('tells of a limit that will be reached, with band, method and record, and keeps the prediction', async () => {
    const { told, all, round, look } = rig((hour) => 0.3 + hour * 0.0015)
    for (let i = 0; i < 3; i++) await look(round, 1)
    const [alert] = told.at(-1) ?? []
    expect(alert).toMatchObject({
      firing: true,
      severity: 'medium',
      labels: { alertname: 'PredictedDisk', mountpoint: '/data' },
    })
    expect(alert?.annotations).toMatchObject({
      hit_rate: 'none of this watch has come due yet',
      predicted_at: all[0]?.prediction.predicted_at,
    })
    expect(alert?.message).toMatch(/^disk: mountpoint=\/data is expected to reach 0\.95 about /)
    expect(all).toHaveLength(1)
    const { earliest, middle, due_at, predicted_at } = all[0]!.prediction
    expect([predicted_at, earliest, middle, due_at]).toEqual(
      [predicted_at, earliest, middle, due_at].toSorted(),
    )
  })

  it('waits for a second look, and is quiet where nothing heads there', async () => {
    const heading = rig((hour) => 0.3 + hour * 0.0015)
    await heading.look(heading.round, 1)
    expect(heading.told).toEqual([])
    const calm = rig(() => 0.6)
    for (let i = 0; i < 5; i++) await calm.look(calm.round, 1)
    expect([calm.told, calm.all]).toEqual([[], []])
  })

  it('holds what came against what was predicted: reached in time, or not reached', async () => {
    const right = rig((hour) => 0.3 + hour * 0.0015)
    for (let i = 0; i < 10; i++) await right.look(right.round, i < 3 ? 1 : 7)
    expect(right.all[0]?.prediction).toMatchObject({ state: 'HIT' })
    expect(right.told.at(-1)?.[0]).toMatchObject({ firing: false })
    const wrong = rig((hour) => 0.3 + Math.min(hour, 405) * 0.0015)
    for (let i = 0; i < 12; i++) await wrong.look(wrong.round, i < 3 ? 1 : 12)
    expect(wrong.all[0]?.prediction).toMatchObject({ state: 'MISS', breached_at: null })
    expect(await wrong.round.describe('default', watch)).toMatchObject({ hit_rate: 0, hits: 0 })
  })

  it('ends an alert whose danger has passed, and tells it no more', async () => {
    const { told, round, look } = rig((hour) => (hour < 404 ? 0.3 + hour * 0.0015 : 0.4))
    for (let i = 0; i < 3; i++) await look(round, 1)
    expect(told.at(-1)?.[0]?.firing).toBe(true)
    for (let i = 0; i < 4; i++) await look(round, 3)
    expect(told.at(-1)?.[0]?.firing).toBe(false)
    const count = told.length
    await look(round, 1)
    expect(told).toHaveLength(count)
  })

  it('goes on after a restart with the same alert', async () => {
    const { told, all, round, roundOf, look } = rig((hour) => 0.3 + hour * 0.0015)
    for (let i = 0; i < 3; i++) await look(round, 1)
    const before = told.at(-1)?.[0]
    await look(roundOf(), 1)
    expect(told.at(-1)?.[0]).toMatchObject({ key: before?.key, sinceMs: before?.sinceMs, firing: true })
    expect(all).toHaveLength(1)
  })

  it('that is mostly wrong tells nobody, says so, and goes on predicting', async () => {
    const { told, all, round, look, repository } = rig((hour) => 0.3 + hour * 0.0015, {
      outcomes_min: 2,
    })
    const old = { labels: {}, state: 'MISS', id: 'x' } as unknown as Prediction
    await repository.insert('default', { series: 'a', prediction: old })
    await repository.insert('default', { series: 'b', prediction: old })
    for (let i = 0; i < 4; i++) await look(round, 1)
    expect(told).toEqual([])
    expect(all[2]?.prediction).toMatchObject({ alerted: false, state: 'OPEN' })
    expect(all[2]?.prediction.withheld).toContain('right in 0 of 2')
    expect((await round.describe('default', watch)).withheld).toContain('right in 0 of 2')
  })
})
