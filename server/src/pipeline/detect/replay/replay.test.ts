import { DetectionReplay, type DetectionSettingsInput } from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { DetectConfig } from '../config.ts'
import { settingsOf } from '../settings.ts'
import { WatchList } from '../watch-list.ts'
import { Replays } from './replay.ts'

const startMs = 1_700_000_000_000
const hourMs = 3_600_000
const stepMs = 10_000
const p95 = (service: string): Labels => ({
  __name__: 'http.server.request.duration:p95',
  'service.name': service,
})

/** Two hours of points of three services; `a` has a clear change, `b` a small one. */
function world({ worker = false, pointsMax = Number.POSITIVE_INFINITY } = {}) {
  const store = new MemoryMetricStore()
  const { catalog } = store
  const config = DetectConfig.parse({ worker })
  const watch = new WatchList(config, catalog)
  const refs = ['a', 'b', 'c'].map((name) =>
    catalog.intern('default', p95(name), { kind: 'GAUGE', unit: 's' }),
  )
  const points = 720
  for (const [at, series] of refs.entries()) {
    const values = Float64Array.from({ length: points }, (_, i) => {
      const change = i >= 500 && i < 512 ? [1, 0.08, 0][at] : 0
      return 0.2 + (i % 5) * 0.01 + (change ?? 0)
    })
    store.append(
      {
        ...{ tenant: 'default', count: points, series: new Uint32Array(points).fill(series), values },
        timesMs: Float64Array.from({ length: points }, (_, i) => startMs + i * stepMs),
      },
      1,
    )
    watch.indexOf(series, startMs)
  }
  let asked = 0
  const replays = new Replays(
    {
      ...{ watch, catalog, clock: new ManualClock(startMs + 3 * hourMs) },
      points: {
        range: (query) => {
          asked += 1
          return store.range({ ...query, samplesMax: Math.min(query.samplesMax, pointsMax) })
        },
      },
      settingsOf: () => ({ defaults: {}, rules: [] }),
    },
    config,
    settingsOf(config),
  )
  const run = (settings?: Partial<DetectionSettingsInput>, more: object = {}) =>
    replays.run('default', {
      ...{ fromMs: startMs + hourMs, toMs: startMs + 2 * hourMs, seriesMax: 10 },
      settings: settings && { defaults: {}, rules: [], ...settings },
      ...more,
    })
  return { run, replays, asked: () => asked }
}

describe('a replay', () => {
  it.each([false, true])(
    'tells what other settings would have found and not (worker: %s)',
    async (worker) => {
      const w = world({ worker })
      const answer = await w.run({
        rules: [
          { name: 'quiet', match: { series: p95('a') }, min_effect: 50 },
          { name: 'strict', match: { series: p95('b') }, sensitivity: 1, min_effect: 0.1 },
        ],
      })
      expect(DetectionReplay.parse(answer)).toEqual(answer)
      expect(answer.counts).toEqual({ added: 1, gone: 1, altered: 0, same: 0 })
      expect(answer.gone[0]).toMatchObject({
        entity: 'service/a',
        sentence: expect.stringContaining('at a rose to 1.2 s'),
        started_at: new Date(startMs + 500 * stepMs).toISOString(),
      })
      expect(answer.gone[0]?.ended_at).not.toBeNull()
      expect(answer.added[0]?.entity).toBe('service/b')
      expect(answer.current).toMatchObject({ series: 3, points: 2_160, episodes: 1 })
      const days = (3 * (359 * stepMs)) / 86_400_000
      expect(answer.current.series_days).toBeCloseTo(days, 6)
      expect(answer.changed?.episodes_per_series_day).toBeCloseTo(1 / days, 6)
    },
  )

  it('tells what is found either way, but not alike', async () => {
    const answer = await world().run({ defaults: { severity_max: 'LOW' } })
    expect(answer.counts).toEqual({ added: 0, gone: 0, altered: 1, same: 0 })
    expect(answer.altered[0]).toMatchObject({ current: { severity: 'HIGH' }, changed: { severity: 'LOW' } })
    expect((await world().run({})).counts).toEqual({ added: 0, gone: 0, altered: 0, same: 1 })
  })

  it('tells what the settings as they are find, where no others are given', async () => {
    const answer = await world().run()
    expect(answer.changed).toBeNull()
    expect(answer.added.map(({ entity }) => entity)).toEqual(['service/a'])
  })

  it('watches what only the changed settings watch, and does not what they leave out', async () => {
    const answer = await world().run({ defaults: { enabled: false } })
    expect(answer.changed).toMatchObject({ series: 0, episodes: 0, episodes_per_series_day: null })
    expect(answer.counts.gone).toBe(1)
  })

  it('counts only what was noticed within the range', async () => {
    const answer = await world().run(undefined, {
      ...{ fromMs: startMs + 1.6 * hourMs, toMs: startMs + 2 * hourMs },
    })
    expect(answer.counts.added).toBe(0)
  })

  it('says what it left out', async () => {
    const few = await world().run(undefined, { seriesMax: 1 })
    expect(few.left_out[0]).toBe('2 series beyond the first 1; raise series_max.')
    const many = await world({ pointsMax: 10 }).run()
    expect(many.left_out[0]).toContain('too many points at one time')
    const none = await world().run(undefined, { fromMs: 1_000, toMs: 2_000 })
    expect(none.left_out[0]).toContain('nothing is recorded')
    expect(none.current.episodes_per_series_day).toBeNull()
  })

  it('refuses what cannot be replayed, and a second one at the same time', async () => {
    const w = world()
    await expect(w.run(undefined, { toMs: startMs })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(w.run(undefined, { toMs: startMs + 40 * 24 * hourMs })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    })
    await expect(w.run({ defaults: { above: 1, below: 2 } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    expect(w.asked()).toBe(0)
    const first = w.run()
    await expect(w.run()).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    await first
    await w.run()
  })
})
