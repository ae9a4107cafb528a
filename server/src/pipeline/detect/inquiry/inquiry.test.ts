import type { Event } from '@aiops/contract/event'
import { DetectionFunnel, DetectorView } from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import { DetectConfig } from '../config.ts'
import { noSettings } from '../detect.suite.ts'
import { createDetect } from '../detect.ts'

const count = 40
const fast = 10_000
const slow = 60_000

/** Points of the last while: `a` changes at the end, `b` is slow, `c` has few points, `d` belongs to another tenant. */
async function world(worker = false) {
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const store = new MemoryMetricStore()
  const events: Event[] = []
  bus.subscribe('events', 'test', (event) => void events.push(event))
  const anomalies = {
    ...{ save: async () => {}, get: async () => undefined, active: async () => [] },
  } as unknown as AnomalyRepository
  const detect = createDetect(
    {
      ...{ bus, catalog: store.catalog, points: store, anomalies, settings: noSettings(), metrics },
      ...{ clock: systemClock, log: silentLog, random: seededRandom(1) },
    },
    DetectConfig.parse({ worker, series_max: 4 }),
  )
  await detect.start()
  onTestFinished(() => detect.stop())
  const nowMs = systemClock.now()
  const send = (
    tenant: string,
    name: string,
    service: string,
    points: number,
    stepMs: number,
    change = 0,
  ) => {
    const labels: Labels = { __name__: name, 'service.name': service }
    const series = store.catalog.intern(tenant, labels, { kind: 'GAUGE', unit: 's' })
    for (let i = 0; i < points; i += 1)
      bus.publish('points', {
        ...{ tenant, count: 1, series: Uint32Array.of(series) },
        timesMs: Float64Array.of(nowMs - (points - 1 - i) * stepMs),
        values: Float64Array.of(0.2 + (i % 5) * 0.01 + (i >= points - 4 ? change : 0)),
      })
  }
  send('default', 'x.duration', 'a', count, fast, 2)
  send('default', 'x.duration', 'b', count, slow)
  send('default', 'y.duration', 'c', 3, fast)
  send('shop', 'x.duration', 'd', count, fast)
  send('default', 'x.duration', 'e', 5, fast)
  send('default', 'go_threads', 'a', 5, fast)
  await bus.idle()
  const all = async (query: object = {}, tenant = 'default') =>
    await detect.detectors(tenant, { offset: 0, limit: 10, ...query })
  const names = async (query: object = {}, tenant = 'default') =>
    (await all(query, tenant)).detectors.map(({ entity }) => entity)
  return { detect, events, all, names }
}

describe.each([false, true])('what is known of detectors (worker: %s)', (worker) => {
  it('is told by series, to their tenant alone, filtered and by pages', async () => {
    const w = await world(worker)
    const { detectors, total } = await w.all()
    expect(total).toBe(3)
    for (const one of detectors) expect(DetectorView.parse(one)).toEqual(one)
    const [a, b, c] = detectors
    expect(a).toMatchObject({
      ...{ entity: 'service/a', tier: 'BASIC', state: 'ANOMALOUS', points: count, step_seconds: 10 },
      ...{ missing: { points: 0, seconds: 0 }, bound: 5, correction_factor: 1, budget_factor: 1 },
    })
    expect(a?.anomaly_ids).toHaveLength(1)
    expect(a?.last_value).toBeCloseTo(2.24, 5)
    expect(a?.expected?.mid).toBeCloseTo(0.22, 2)
    expect(b).toMatchObject({ tier: 'AGILE', state: 'WATCHING' })
    expect(b?.bytes).toBeGreaterThan(a?.bytes ?? 0)
    expect(c).toMatchObject({ state: 'LEARNING', expected: null, missing: { points: 7 } })
    expect(await w.names({}, 'shop')).toEqual(['service/d'])
    expect(await w.names({}, 'nobody')).toEqual([])
    expect(await w.names({ metric: 'x.*' })).toEqual(['service/a', 'service/b'])
    expect(await w.names({ entity: 'service/b' })).toEqual(['service/b'])
    expect(await w.names({ tier: 'AGILE' })).toEqual(['service/b'])
    expect(await w.names({ state: 'LEARNING' })).toEqual(['service/c'])
    expect(await w.all({ offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      detectors: [{ entity: 'service/b' }],
    })
  })

  it('is counted: how far points came, and what was left out', async () => {
    const w = await world(worker)
    await w.all()
    const funnel = await w.detect.funnel('default')
    expect(DetectionFunnel.parse(funnel)).toEqual(funnel)
    expect(funnel).toMatchObject({
      series: { watched: 3, learning: 1, not_watched: 1, refused: 1 },
      points: 2 * count + 3,
      tiers: [
        { tier: 'BASIC', anomalies: 1 },
        { tier: 'AGILE', series: 1, anomalies: 0 },
        { tier: 'ROBUST', series: 1, anomalies: 0 },
      ],
      anomalies_by_shape: { [Object.keys(funnel.anomalies_by_shape)[0] as string]: 1 },
    })
    // Every point ends in one tier.
    const ended = funnel.tiers.reduce((sum, tier) => sum + tier.ended, 0)
    expect(ended).toBe(funnel.points)
    // What costs nothing to know is measured in a thread of its own alone.
    if (worker) expect(funnel.tiers[0]?.cpu_ms).toBeGreaterThan(0)
    else expect(funnel.tiers[0]?.cpu_ms).toBeNull()
    expect((await w.detect.funnel('shop')).points).toBe(count)
    expect((await w.detect.funnel('nobody')).points).toBe(0)
  })
})
