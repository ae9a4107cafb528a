import type { Event } from '@aiops/contract/event'
import { Anomaly } from '@aiops/contract/model/anomaly'
import { DetectionSettings, type DetectionSettingsInput } from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import { DetectConfig } from '../config.ts'
import { noSettings } from '../detect.suite.ts'
import { createDetect } from '../detect.ts'

const startMs = 1_700_000_000_000
const p95: Labels = { __name__: 'http.server.request.duration:p95', 'service.name': 'payments' }

async function world(stored = noSettings()) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const store = new MemoryMetricStore()
  const { catalog } = store
  const events: Event[] = []
  bus.subscribe('events', 'test', (event) => void events.push(event))
  const anomalies = {
    ...{ save: async () => {}, get: async () => undefined, active: async () => [] },
  } as unknown as AnomalyRepository
  const detect = createDetect(
    {
      bus,
      catalog,
      anomalies,
      points: store,
      settings: stored,
      clock,
      metrics,
      log: silentLog,
      random: seededRandom(1),
    },
    DetectConfig.parse({ worker: false }),
  )
  await detect.start()
  onTestFinished(() => detect.stop())
  const ref = (labels: Labels, unit = 's') => catalog.intern('default', labels, { kind: 'GAUGE', unit })
  const send = (series: number, value: number, timeMs = clock.now()) =>
    bus.publish('points', {
      ...{ tenant: 'default', count: 1, series: Uint32Array.of(series) },
      ...{ timesMs: Float64Array.of(timeMs), values: Float64Array.of(value) },
    })
  const feed = async (series: number, values: readonly number[], stepMs = 2_000) => {
    for (const value of values) {
      send(series, value)
      await clock.advance(stepMs)
    }
  }
  let revision = 0
  const set = async (settings: Partial<DetectionSettingsInput>) => {
    const next = await detect.configure('default', { defaults: {}, rules: [], ...settings, revision }, 'dana')
    revision = next.revision
    return next
  }
  const told = () => events.map((event) => event.event_type)
  const anomaly = (at: number): Anomaly => Anomaly.parse(events.at(at)?.payload)
  const view = async () => (await detect.detectors('default', { offset: 0, limit: 10 })).detectors[0]
  return { clock, detect, events, ref, send, feed, set, told, anomaly, view, stored }
}
const usual = (count: number) => Array.from({ length: count }, (_, i) => 0.2 + (i % 5) * 0.01)

describe('settings of a tenant', () => {
  it('are the platform’s until somebody sets them, and stay over a restart', async () => {
    const w = await world()
    const before = w.detect.settings('default')
    expect(DetectionSettings.parse(before)).toEqual(before)
    expect(before).toMatchObject({ revision: 0, defaults: { sensitivity: 0.7, tier: 'AUTO', budget: 2 } })
    expect(before.shipped.map(({ name }) => name)).toContain('system.')
    const after = await w.set({ defaults: { sensitivity: 0.2 } })
    expect(after).toMatchObject({ revision: 1, defaults: { sensitivity: 0.2 }, updated_by: 'dana' })
    expect(w.detect.settings('shop').revision).toBe(0)
    expect((await world(w.stored)).detect.settings('default')).toEqual(after)
  })

  it('are changed only by whoever has read the newest ones', async () => {
    const w = await world()
    await w.set({ defaults: { sensitivity: 0.2 } })
    const change = { defaults: { sensitivity: 0.9 }, rules: [], revision: 0 }
    await expect(w.detect.configure('default', change, 'erin')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(w.detect.settings('default').defaults.sensitivity).toBe(0.2)
  })

  it('are refused with the field that is wrong', async () => {
    const w = await world()
    const rule = { name: 'x', match: { labels: [{ name: 'a', op: '=~' as const, value: '(' }] } }
    await expect(w.set({ rules: [rule] })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'rules.0.match.labels' }],
    })
    await expect(w.set({ defaults: { above: 1, below: 2 } })).rejects.toMatchObject({
      details: [{ path: 'defaults.below' }],
    })
    expect(w.detect.settings('default').revision).toBe(0)
  })

  it('take each parameter from the first rule that fits and names it, then from what is shipped', async () => {
    const w = await world()
    const series = w.ref({ __name__: 'nodejs.eventloop.delay.p99', 'service.name': 'pay' })
    await w.set({
      defaults: { sensitivity: 0.1, budget: 9 },
      rules: [
        { name: 'one series', match: { series: { ...p95, 'service.name': 'other' } }, sensitivity: 1 },
        { name: 'delays', match: { metric: 'nodejs.*' }, sensitivity: 0.5 },
        {
          name: 'pay',
          match: { labels: [{ name: 'service.name', op: '=', value: 'pay' }] },
          sensitivity: 0.9,
          min_data_points: 50,
        },
      ],
    })
    await w.feed(series, usual(3))
    const view = await w.view()
    expect(view?.rules).toEqual(['delays', 'pay', 'nodejs.eventloop.delay'])
    expect(view?.bound).toBe(8.5 - 5 * 0.5)
    expect(view?.missing.points).toBe(47)
  })

  it('apply at once, and nothing that was learned is forgotten', async () => {
    const w = await world()
    const series = w.ref(p95)
    await w.feed(series, usual(30))
    const before = await w.view()
    await w.set({ defaults: { sensitivity: 0 } })
    const after = await w.view()
    expect(after).toMatchObject({ points: 30, state: 'WATCHING', bound: 8.5 })
    expect(after?.expected?.mid).toBe(before?.expected?.mid)
    await w.set({ defaults: { sensitivity: 1 } })
    await w.feed(series, [1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('end the anomalies of a series that is not to be watched any more, and take it up again later', async () => {
    const w = await world()
    const series = w.ref(p95)
    await w.feed(series, [...usual(30), 1.4, 1.4])
    await w.set({ rules: [{ name: 'off', match: { metric: 'http.*' }, enabled: false }] })
    await w.feed(series, [1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED', 'ANOMALY_ENDED'])
    expect(w.anomaly(1).sentence).toContain('is not watched any more')
    expect(await w.view()).toBeUndefined()
    await w.set({})
    await w.feed(series, [0.2])
    expect((await w.view())?.points).toBe(1)
  })
})

describe('each parameter changes what is found', () => {
  /** Whether a run of values is told of under these settings. */
  const found = async (
    defaults: DetectionSettingsInput['defaults'],
    values: readonly number[],
    step = 2_000,
  ) => {
    const w = await world()
    await w.set({ defaults })
    await w.feed(w.ref(p95), values, step)
    return w
  }
  const jump = [...usual(30), 1.4, 1.4, 1.4]

  it('enabled', async () => {
    expect((await found({ enabled: false }, jump)).told()).toEqual([])
    expect((await found({}, jump)).told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('sensitivity', async () => {
    const values = [...usual(60), ...usual(6).map(() => 0.33)]
    expect((await found({ sensitivity: 0.2, min_effect: 0.2 }, values)).told()).toEqual([])
    expect((await found({ sensitivity: 1, min_effect: 0.2 }, values)).told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('min_effect', async () => {
    expect((await found({ min_effect: 10 }, jump)).told()).toEqual([])
  })

  it('min_data_points', async () => {
    const w = await found({ min_data_points: 100 }, jump)
    expect(w.told()).toEqual([])
    expect((await w.view())?.state).toBe('LEARNING')
  })

  it('persistence and persistence_points', async () => {
    expect((await found({ persistence: '20s' }, jump)).told()).toEqual([])
    expect((await found({ persistence_points: 8 }, jump)).told()).toEqual([])
  })

  it('severity_max', async () => {
    expect((await found({ severity_max: 'LOW' }, jump)).anomaly(0).severity).toBe('LOW')
    expect((await found({}, jump)).anomaly(0).severity).toBe('HIGH')
  })

  it('cooldown', async () => {
    const again = [...usual(30), 1.4, 1.4, ...usual(6), 1.6, 1.6]
    const count = async (cooldown: string) =>
      (await found({ cooldown }, again)).told().filter((type) => type === 'ANOMALY_DETECTED').length
    expect(await count('0s')).toBe(2)
    expect(await count('1h')).toBe(1)
  })

  it('window', async () => {
    const drift = Array.from({ length: 300 }, (_, i) => 0.2 + (i % 5) * 0.01 + i * 0.0004)
    const mid = async (window: string | null) =>
      (await (await found({ window }, drift)).view())?.expected?.mid ?? 0
    // The last values are about 0.34: a short window follows them, a long one does not.
    expect(await mid('1m')).toBeGreaterThan(await mid('8w'))
  })

  it('tier', async () => {
    expect((await (await found({ tier: 'BASIC' }, usual(20), 60_000)).view())?.tier).toBe('BASIC')
    expect((await (await found({ tier: 'AUTO' }, usual(20), 60_000)).view())?.tier).toBe('AGILE')
    expect((await (await found({ tier: 'AUTO' }, usual(20))).view())?.tier).toBe('BASIC')
    expect((await (await found({ tier: 'AGILE' }, usual(20))).view())?.tier).toBe('AGILE')
    expect((await (await found({ tier: 'ROBUST' }, usual(20))).view())?.tier).toBe('AGILE')
  })

  it('seasonality', async () => {
    // Every hour a plateau, which is nothing new once it is known to come.
    const hour = Array.from({ length: 60 }, (_, i) => 0.2 + (i % 5) * 0.01 + (i >= 30 && i < 40 ? 1 : 0))
    const values = Array.from({ length: 8 }, () => hour).flat()
    const w = await found({ seasonality: 'HOURLY', budget: null, tier: 'BASIC' }, values, 60_000)
    expect((await w.view())?.season?.period).toBe('HOURLY')
    const late = (all: readonly Event[]) =>
      all.filter(
        ({ event_type, timestamp }) =>
          event_type === 'ANOMALY_DETECTED' && Date.parse(timestamp) > startMs + 4 * 3_600_000,
      ).length
    expect(late(w.events)).toBe(0)
    // And what is missing then is found, as a value of that time.
    await w.feed(w.ref(p95), hour.slice(0, 30), 60_000)
    await w.feed(w.ref(p95), [3.2, 3.2, 3.2], 60_000)
    expect(late(w.events)).toBe(1)
    expect(w.anomaly(-1).actual).toBeCloseTo(3.2, 5)
    expect(w.anomaly(-1).expected.mid).toBeGreaterThan(0.8)
    const none = await found({ seasonality: 'NONE' }, values, 60_000)
    expect((await none.view())?.season).toBeNull()
    const auto = await found({ seasonality: 'AUTO' }, values, 60_000)
    expect((await auto.view())?.season).toMatchObject({ period: 'HOURLY' })
  })

  it('above and below', async () => {
    const high = await found({ above: 0.5, sensitivity: 0, min_effect: 1_000 }, [
      ...usual(5),
      0.6,
      0.6,
      0.6,
      0.6,
    ])
    expect(high.told()).toEqual(['ANOMALY_DETECTED'])
    expect(high.anomaly(0)).toMatchObject({
      ...{ shape: 'THRESHOLD_BREACH', confidence: 1, actual: 0.6, severity: 'HIGH' },
      expected: { high: 0.5 },
      sentence: 'p95 of http.server.request.duration at payments is 600 ms, above the limit of 500 ms',
    })
    await high.feed(high.ref(p95), usual(6))
    expect(high.told()).toEqual(['ANOMALY_DETECTED', 'ANOMALY_ENDED'])
    const low = await found({ below: 0.1, min_effect: 1_000 }, [...usual(5), 0.05, 0.05, 0.05])
    expect(low.anomaly(0).sentence).toContain('is 50 ms, below the limit of 100 ms')
    expect((await found({ min_effect: 1_000 }, [...usual(5), 0.6, 0.6, 0.6])).told()).toEqual([])
  })

  it('budget', async () => {
    const episode = [...usual(40), 0.6, 0.6, 0.6]
    const values = Array.from({ length: 12 }, () => episode).flat()
    const w = await found({ budget: 0.1, cooldown: '0s' }, [...values, ...usual(6)])
    const view = await w.view()
    expect(view?.budget_factor).toBeGreaterThan(1.5)
    expect(view?.episodes_counted).toBeGreaterThan(1)
    const free = await (await found({ budget: null, cooldown: '0s' }, [...values, ...usual(6)])).view()
    expect(free).toMatchObject({ budget_factor: 1, episodes_counted: null })
  })
})

describe('corrections', () => {
  it('widen and narrow the bound of what they name, and are gone with the next ones', async () => {
    const w = await world()
    await w.feed(w.ref(p95), usual(20))
    await w.detect.correct('default', [
      { match: { __name__: p95.__name__ as string }, factor: 2 },
      { match: { 'service.name': 'payments' }, factor: 1.5 },
      { match: { 'service.name': 'other' }, factor: 7 },
    ])
    expect(await w.view()).toMatchObject({ correction_factor: 3, points: 20 })
    await w.detect.correct('default', [{ match: {}, factor: 0.5 }])
    expect((await w.view())?.correction_factor).toBe(0.5)
    await w.detect.correct('default', [])
    expect((await w.view())?.correction_factor).toBe(1)
  })
})
