import type { Event } from '@aiops/contract/event'
import { Anomaly } from '@aiops/contract/model/anomaly'
import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { DetectConfig } from './config.ts'
import { noSettings } from './detect.suite.ts'
import { createDetect } from './detect.ts'
import type { MaintenanceSpan } from './index.ts'

const startMs = 1_700_000_000_000
const stepMs = 10_000
const minuteMs = 60_000

const duration = (service: string): Labels => ({
  __name__: 'http.server.request.duration:p95',
  'service.name': service,
})
const rate = (service: string): Labels => ({ __name__: 'traces.span.rate', 'service.name': service })

/** Two services at a step of ten seconds; spans cover `db` alone. */
async function world(spans: MaintenanceSpan[]) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const store = new MemoryMetricStore()
  const told: Anomaly[] = []
  bus.subscribe('events', 'test', ({ event_type, payload }: Event) => {
    if (event_type === 'ANOMALY_DETECTED') told.push(Anomaly.parse(payload))
  })
  const random = seededRandom(7)
  const detect = createDetect(
    {
      ...{ bus, catalog: store.catalog, settings: noSettings(), points: store },
      ...{ clock, metrics, log: silentLog, random: seededRandom(1) },
      anomalies: {
        save: async () => {},
        get: async () => undefined,
        list: async () => ({ anomalies: [], total: 0 }),
        markSilenced: async () => {},
        active: async () => [],
        facets: async () => ({ shape: {}, severity: {}, tier: {} }),
        countSince: async () => 0,
      },
      maintenance: () => spans,
    },
    DetectConfig.parse({ worker: false }),
  )
  await detect.start()
  onTestFinished(() => detect.stop())
  const refOf = (labels: Labels, unit: string) =>
    store.catalog.intern('default', labels, { kind: 'GAUGE', unit })
  const series = ['db', 'shop'].map((name) => ({
    name,
    rate: refOf(rate(name), '1/s'),
    p95: refOf(duration(name), 's'),
  }))
  /** So many minutes in which each service has this p95, in seconds; undefined where it says nothing. */
  async function pass(minutes: number, p95: { db?: number | undefined; shop?: number | undefined }) {
    for (let step = 0; step < (minutes * minuteMs) / stepMs; step += 1) {
      await clock.advance(stepMs)
      const points = series.flatMap(({ name, ...refs }) => {
        const value = p95[name as 'db' | 'shop']
        const noise = (): number => 1 + 0.05 * (random.next() - 0.5)
        return value === undefined
          ? []
          : ([
              [refs.rate, 20 * noise()],
              [refs.p95, value * noise()],
            ] as const)
      })
      await bus.publish('points', {
        ...{ tenant: 'default', count: points.length },
        series: Uint32Array.from(points, ([ref]) => ref),
        timesMs: new Float64Array(points.length).fill(clock.now()),
        values: Float64Array.from(points, ([, value]) => value),
      })
    }
  }
  const detectorOf = async (labels: Labels) => {
    const { detectors } = await detect.detectors('default', { offset: 0, limit: 10 })
    return detectors.find(
      ({ series: { name, labels: found } }) =>
        name === labels.__name__ && found['service.name'] === labels['service.name'],
    )
  }
  return { clock, told, pass, detectorOf }
}

const span = (minutes: number): MaintenanceSpan => ({
  ...{ id: 'a', startMs: startMs + 30 * minuteMs, endMs: startMs + (30 + minutes) * minuteMs },
  covers: (labels) => labels['service.name'] === 'db',
})
const usual = { db: 0.2, shop: 0.2 }

describe('maintenance', () => {
  it('teaches nothing: values of before raise nothing after it, and the next fault is found at once', async () => {
    const w = await world([span(120)])
    await w.pass(30, usual)
    const before = await w.detectorOf(duration('db'))
    await w.pass(119, { db: 2, shop: 0.2 })
    expect((await w.detectorOf(duration('db')))?.state).toBe('MAINTENANCE')
    expect((await w.detectorOf(duration('shop')))?.state).toBe('WATCHING')
    await w.pass(10, usual)
    expect(w.told).toEqual([])
    const after = await w.detectorOf(duration('db'))
    expect(after?.state).toBe('WATCHING')
    expect(after?.expected?.mid).toBeCloseTo(before?.expected?.mid ?? Number.NaN, 2)
    expect(after?.habit).toBe(before?.habit)
    await w.pass(1, { db: 1, shop: 0.2 })
    expect(w.told.map(({ entity }) => entity)).toContain('service/db')
    expect(
      w.told.find(({ series: { name } }) => name === duration('db').__name__)?.expected.high,
    ).toBeLessThan(0.5)
  })

  it('without it the same values are told, and those who are not covered go on being judged', async () => {
    const bare = await world([])
    await bare.pass(30, usual)
    await bare.pass(10, { db: 2, shop: 0.2 })
    expect(bare.told.map(({ entity }) => entity)).toContain('service/db')
    const w = await world([span(60)])
    await w.pass(30, usual)
    await w.pass(10, { db: 2, shop: 2 })
    expect(new Set(w.told.map(({ entity }) => entity))).toEqual(new Set(['service/shop']))
  })

  it('lets a service be silent, and what is wrong when it ends is told then', async () => {
    const w = await world([span(20)])
    await w.pass(30, usual)
    await w.pass(15, { shop: 0.2 })
    await w.pass(4, { db: 2, shop: 0.2 })
    expect(w.told).toEqual([])
    await w.pass(4, { db: 2, shop: 0.2 })
    expect(w.told.some(({ entity, shape }) => entity === 'service/db' && shape !== 'MISSING')).toBe(true)
  })

  it('holds a series that is first seen in it, which learns from its end on', async () => {
    const w = await world([span(20)])
    await w.pass(35, { shop: 0.2 })
    await w.pass(10, { db: 5, shop: 0.2 })
    expect(await w.detectorOf(duration('db'))).toMatchObject({ state: 'MAINTENANCE', points: 0 })
    await w.pass(30, usual)
    expect((await w.detectorOf(duration('db')))?.expected?.mid).toBeCloseTo(0.2, 1)
    expect(w.told).toEqual([])
  })
})
