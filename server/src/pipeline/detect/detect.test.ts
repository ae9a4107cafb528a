import type { Event } from '@aiops/contract/event'
import { Anomaly } from '@aiops/contract/model/anomaly'
import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { type Clock, ManualClock, systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { AnomalyRepository } from '../../port/record-store.ts'
import type { FoundSnapshot, SnapshotStore } from '../../port/snapshot-store.ts'
import { DetectConfig } from './config.ts'
import { noSettings } from './detect.suite.ts'
import { createDetect } from './detect.ts'

const startMs = 1_700_000_000_000
const stepMs = 2_000

class Records implements AnomalyRepository {
  readonly all = new Map<string, Anomaly>()
  failures = 0
  async save(anomaly: Anomaly): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('disk full')
    }
    this.all.set(anomaly.id, structuredClone(anomaly))
  }
  async get(_tenant: string, id: string) {
    return this.all.get(id)
  }
  async list() {
    return { anomalies: [...this.all.values()], total: this.all.size }
  }
  async markSilenced() {}
  async active() {
    return [...this.all.values()].filter(({ state }) => state === 'ACTIVE')
  }
  async facets() {
    return { shape: {}, severity: {}, tier: {} }
  }
  async countSince() {
    return this.all.size
  }
}

type Setup = {
  clock?: Clock
  records?: Records
  catalog?: SeriesCatalog
  config?: Record<string, unknown>
  snapshots?: SnapshotStore
}

async function world(setup: Setup = {}) {
  const clock = setup.clock ?? new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const catalog = setup.catalog ?? new MemoryMetricStore().catalog
  const records = setup.records ?? new Records()
  const events: Event[] = []
  bus.subscribe('events', 'test', (event) => void events.push(event))
  const config = DetectConfig.parse({ worker: false, ...setup.config })
  const detect = createDetect(
    {
      ...{
        bus,
        catalog,
        anomalies: records,
        settings: noSettings(),
        points: new MemoryMetricStore(),
        clock,
        metrics,
        log: silentLog,
      },
      random: seededRandom(1),
      ...(setup.snapshots ? { snapshots: setup.snapshots } : {}),
    },
    config,
  )
  await detect.start()
  onTestFinished(() => detect.stop())
  const ref = (labels: Labels, unit?: string) =>
    catalog.intern('default', labels, { kind: 'GAUGE', ...(unit ? { unit } : {}) })
  const send = (points: readonly (readonly [number, number])[], timeMs = clock.now()) =>
    bus.publish('points', {
      tenant: 'default',
      count: points.length,
      series: Uint32Array.from(points, ([series]) => series),
      timesMs: new Float64Array(points.length).fill(timeMs),
      values: Float64Array.from(points, ([, value]) => value),
    })
  const told = () => events.map((event) => event.event_type)
  /** The anomaly of the event at this place, counted from the end when negative. */
  const anomaly = (at: number): Anomaly => Anomaly.parse(events.at(at)?.payload)
  return { clock, metrics, bus, catalog, records, events, detect, ref, send, told, anomaly }
}

const manual = (w: Awaited<ReturnType<typeof world>>): ManualClock => w.clock as ManualClock
const p95: Labels = { __name__: 'http.server.request.duration:p95', 'service.name': 'payments' }
const cpu = (service: string): Labels => ({ __name__: 'process.cpu.utilization', 'service.name': service })

async function feed(
  w: Awaited<ReturnType<typeof world>>,
  series: number,
  values: readonly number[],
): Promise<void> {
  for (const value of values) {
    w.send([[series, value]])
    await manual(w).advance(stepMs)
  }
}
const usual = (count: number) => Array.from({ length: count }, (_, i) => 0.2 + (i % 5) * 0.01)

describe('detection', () => {
  it('saves an anomaly, then tells it, and ends it when the series is back', async () => {
    const w = await world()
    const series = w.ref(p95, 's')
    await feed(w, series, [...usual(30), 1.4, 1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
    expect(w.detect.activeCount()).toBe(1)
    const anomaly = w.anomaly(0)
    expect(Anomaly.parse(anomaly)).toEqual(anomaly)
    expect(w.records.all.get(anomaly.id)).toEqual(anomaly)
    expect(anomaly).toMatchObject({
      tenant_id: 'default',
      entity: 'service/payments',
      state: 'ACTIVE',
      severity: 'HIGH',
      tier: 'BASIC',
      actual: 1.4,
      started_at: new Date(startMs + 30 * stepMs).toISOString(),
      sentence: 'p95 of http.server.request.duration at payments rose to 1.4 s, 6.4 times the usual 220 ms',
    })
    expect(anomaly.confidence).toBeGreaterThan(0.6)
    await feed(w, series, usual(6))
    expect(w.told().at(-1)).toBe('ANOMALY_ENDED')
    expect(w.records.all.get(anomaly.id)?.state).toBe('ENDED')
    expect(w.detect.activeCount()).toBe(0)
  })

  it('keeps the incident that correlation wrote into the record', async () => {
    const w = await world()
    const series = w.ref(p95, 's')
    await feed(w, series, [...usual(30), 1.4, 1.4, 1.4])
    const [stored] = [...w.records.all.values()]
    await w.records.save({ ...(stored as Anomaly), incident_id: 'inc' })
    await feed(w, series, usual(6))
    expect(w.anomaly(-1).incident_id).toBe('inc')
    expect([...w.records.all.values()][0]?.incident_id).toBe('inc')
  })

  it('tries again while the record store fails, and tells nothing before it is saved', async () => {
    const w = await world()
    w.records.failures = 2
    await feed(w, w.ref(p95, 's'), [...usual(30), 1.4, 1.4, 1.4, 1.4])
    await manual(w).advance(10_000)
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
    expect(w.records.all.size).toBe(1)
  })

  it('opens nothing for points older than two minutes, and learns from them', async () => {
    const w = await world()
    const series = w.ref(p95, 's')
    const from = w.clock.now() - 600_000
    for (const [i, value] of usual(60).entries()) w.send([[series, i > 50 ? 9 : value]], from + i * stepMs)
    expect(w.events).toEqual([])
    await feed(w, series, [0.21, 0.22, 1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('takes the sleep of its machine neither for a silence nor for slow answers, and judges again after it', async () => {
    const w = await world()
    const [first, later] = [w.ref(cpu('payments')), w.ref(cpu('cart'))]
    const slow = w.ref(p95, 's')
    const all = async (values: readonly number[], of: readonly number[]) => {
      for (const value of values) {
        w.send(of.map((series) => [series, value]))
        await manual(w).advance(stepMs)
      }
    }
    await all(usual(60), [first, later, slow])
    manual(w).suspend(60_000)
    // Requests that were on their way took as long as the sleep, and not every sender is back at once.
    await feed(w, slow, [60, 60, 60])
    await all(usual(20), [first, later, slow])
    expect(w.told()).toEqual([])
    await feed(w, slow, [1.4, 1.4, 1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('judges what comes after a second stop within ten minutes, for a machine may be ill', async () => {
    const w = await world()
    const series = w.ref(p95, 's')
    await feed(w, series, usual(60))
    manual(w).suspend(10_000)
    await feed(w, series, usual(20))
    manual(w).suspend(10_000)
    await feed(w, series, [1.4, 1.4, 1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
  })

  it('watches no more series than it may, and counts those left out', async () => {
    const w = await world({ config: { series_max: 2 } })
    w.send(['a', 'b', 'c'].map((name) => [w.ref(cpu(name), '1'), 0.1] as const))
    expect(await w.metrics.render()).toContain('aiops_detection_series_refused 1')
  })

  it('forgets series that are gone, and gives their place to others', async () => {
    const w = await world({ config: { forget_after: '1m' } })
    w.send([[w.ref(cpu('a'), '1'), 0.1]])
    await manual(w).advance(120_000)
    expect(await w.metrics.render()).toContain('aiops_detection_series 0')
    await feed(w, w.ref(p95, 's'), [...usual(30), 1.4, 1.4, 1.4])
    expect(w.told()).toEqual(['ANOMALY_DETECTED'])
  })
})

describe('an entity that falls silent', () => {
  const run = async (speaking: (second: number) => readonly string[], seconds: number) => {
    const w = await world()
    for (let second = 0; second < seconds; second += 2) {
      const points = speaking(second).flatMap((name) => [
        [w.ref(cpu(name), '1'), 0.1] as const,
        [w.ref({ ...cpu(name), __name__: 'process.memory.usage' }, 'By'), 5e7] as const,
      ])
      if (points.length > 0) w.send(points)
      await manual(w).advance(stepMs)
    }
    return w
  }

  it('is told once, after five of its intervals and ten seconds, and ends when it is back', async () => {
    const w = await run((s) => (s >= 60 && s < 90 ? ['a', 'b'] : ['a', 'b', 'c']), 100)
    expect(w.told()).toEqual(['ANOMALY_DETECTED', 'ANOMALY_ENDED'])
    const anomaly = w.anomaly(0)
    expect(anomaly).toMatchObject({
      entity: 'service/c',
      shape: 'MISSING',
      severity: 'CRITICAL',
      sentence: expect.stringContaining('c went silent'),
    })
    const delayMs = Date.parse(anomaly.detected_at) - (startMs + 58_000)
    expect(delayMs).toBeGreaterThan(10_000)
    expect(delayMs).toBeLessThanOrEqual(14_000)
  })

  it('is not told when all its like fall silent with it', async () => {
    const w = await run((s) => (s >= 60 ? [] : ['a', 'b', 'c']), 120)
    expect(w.events).toEqual([])
  })

  it('is not told of a process that another one replaced', async () => {
    const w = await world()
    for (let second = 0; second < 140; second += 2) {
      const instance = second < 70 ? 'old' : 'new'
      w.send([
        [w.ref(cpu('a'), '1'), 0.1],
        [w.ref({ ...cpu('b'), 'service.instance.id': instance }, '1'), 0.1],
      ])
      await manual(w).advance(stepMs)
    }
    expect(w.events).toEqual([])
  })
})

describe('after a restart', () => {
  it('an anomaly left active goes on, and ends when its series is back', async () => {
    const before = await world()
    const series = before.ref(p95, 's')
    await feed(before, series, [...usual(30), 1.4, 1.4, 1.4])
    await before.detect.stop()
    const { records, catalog } = before
    const after = await world({ records, catalog, clock: new ManualClock(before.clock.now() + 5_000) })
    expect(after.detect.activeCount()).toBe(1)
    await feed(after, series, [1.4, 1.4])
    expect(after.events).toEqual([])
    await feed(after, series, usual(6))
    expect(after.told()).toEqual(['ANOMALY_ENDED'])
    expect(records.all.size).toBe(1)
  })

  it('one whose series is no longer there, or silent, ends and says so', async () => {
    const before = await world()
    await feed(before, before.ref(p95, 's'), [...usual(30), 1.4, 1.4, 1.4])
    await before.detect.stop()
    const other = await world({ records: before.records })
    await other.bus.idle()
    expect(other.detect.activeCount()).toBe(0)
    expect(other.anomaly(0).sentence).toContain('not watched since the restart')
  })

  it('one whose series stays silent ends after five minutes', async () => {
    const before = await world()
    await feed(before, before.ref(p95, 's'), [...usual(30), 1.4, 1.4, 1.4])
    await before.detect.stop()
    const { records, catalog } = before
    const after = await world({ records, catalog, clock: new ManualClock(before.clock.now()) })
    await manual(after).advance(310_000)
    expect(after.told()).toEqual(['ANOMALY_ENDED'])
    expect(after.anomaly(0).sentence).toContain('fell silent')
  })
})

describe('from a snapshot', () => {
  class Snapshots implements SnapshotStore {
    found: FoundSnapshot = { kind: 'NONE' }
    writes = 0
    async write(parts: readonly Uint8Array[]): Promise<void> {
      this.writes += 1
      this.found = { kind: 'FOUND', parts: parts.map((part) => Uint8Array.from(part)) }
    }
    async read(): Promise<FoundSnapshot> {
      return structuredClone(this.found)
    }
  }
  const view = async (w: Awaited<ReturnType<typeof world>>) =>
    (await w.detect.detectors('default', { offset: 0, limit: 10, metric: 'http.*' })).detectors[0]

  it.each([false, true])(
    'goes on where it was, in whatever order series come (worker: %s)',
    async (worker) => {
      const snapshots = new Snapshots()
      const before = await world({ snapshots, config: { worker } })
      const others = ['a', 'b', 'c'].map((name) => before.ref(cpu(name), '1'))
      const series = before.ref(p95, 's')
      for (const value of usual(40)) {
        before.send([[series, value], ...others.map((one) => [one, 0.1] as const)])
        await manual(before).advance(stepMs)
      }
      const known = await view(before)
      expect(known).toMatchObject({ points: 40, state: 'WATCHING' })
      await before.detect.stop()
      // Another store numbers its series otherwise.
      const clock = new ManualClock(before.clock.now())
      const after = await world({ snapshots, clock, config: { worker } })
      const again = after.ref(p95, 's')
      expect(again).not.toBe(series)
      for (const value of [0.21, 1.4, 1.4]) {
        after.send([[again, value]])
        await manual(after).advance(stepMs)
      }
      expect((await view(after))?.points).toBe(43)
      await after.bus.idle()
      expect(after.told()).toEqual(['ANOMALY_DETECTED'])
      await after.detect.stop()
    },
  )

  it('is written every minute, and one that cannot be used is left aside', async () => {
    const snapshots = new Snapshots()
    const before = await world({ snapshots })
    await feed(before, before.ref(p95, 's'), usual(61))
    await expect.poll(() => snapshots.writes).toBe(2)
    await before.detect.stop()
    for (const found of [
      { kind: 'REFUSED', reason: 'damaged' } as const,
      { kind: 'FOUND', parts: [new Uint8Array(9), new Uint8Array(9)] } as const,
    ]) {
      snapshots.found = structuredClone(found) as FoundSnapshot
      const after = await world({ snapshots, clock: new ManualClock(before.clock.now()) })
      await feed(after, after.ref(p95, 's'), [0.2])
      expect((await view(after))?.points).toBe(1)
      await after.detect.stop()
    }
  })

  it('gives up what was not seen again', async () => {
    const snapshots = new Snapshots()
    const config = { forget_after: '1m' }
    const before = await world({ snapshots, config })
    await feed(before, before.ref(p95, 's'), usual(20))
    await before.detect.stop()
    const after = await world({ snapshots, config, clock: new ManualClock(before.clock.now()) })
    await manual(after).advance(61_000)
    await feed(after, after.ref(p95, 's'), [0.2])
    expect((await view(after))?.points).toBe(1)
  })
})

describe('in a thread of its own', () => {
  it('says the same as in this one', async () => {
    const w = await world({ clock: systemClock, config: { worker: true } })
    const series = w.ref(p95, 's')
    const from = w.clock.now() - 80_000
    const values = [...usual(30), 1.4, 1.4, 1.4]
    for (const [i, value] of values.entries()) w.send([[series, value]], from + i * stepMs)
    await expect.poll(() => w.told(), { timeout: 5_000 }).toEqual(['ANOMALY_DETECTED'])
    expect(w.anomaly(0).sentence).toBe(
      'p95 of http.server.request.duration at payments rose to 1.4 s, 6.4 times the usual 220 ms',
    )
  })
})
