import type { Event } from '@aiops/contract/event'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { expect, it } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { DetectionRepository } from '../../../port/detection-repository.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import { createDetect, DetectConfig } from '../index.ts'

const startMs = 1_700_000_000_000
const stepMs = 10_000
const steps = 400
const metrics = [
  { name: 'http.server.request.duration:p95', unit: 's', level: 0.2 },
  { name: 'http.server.request.duration:rate', unit: '{request}/s', level: 30 },
  { name: 'process.memory.usage', unit: 'By', level: 2e8 },
  { name: 'db.pool.wait_time', unit: 'ms', level: 12 },
]

/** Four services, of which one gets slow, one leaks and one falls silent: as it is judged live, and as it is recorded. */
async function lived() {
  const store = new MemoryMetricStore()
  const clock = new ManualClock(startMs)
  const registry = createMetrics()
  const bus = createMemoryBus({ metrics: registry, log: silentLog })
  const told = new Map<string, Anomaly>()
  bus.subscribe('events', 'test', (event: Event) => {
    if (event.event_type.startsWith('ANOMALY_'))
      told.set((event.payload as Anomaly).id, event.payload as Anomaly)
  })
  const saved = new Map<string, Anomaly>()
  const anomalies = {
    save: async (anomaly: Anomaly) => void saved.set(anomaly.id, anomaly),
    get: async (_tenant: string, id: string) => saved.get(id),
    active: async () => [],
  } as unknown as AnomalyRepository
  const settings = { all: async () => [] } as unknown as DetectionRepository
  const detect = createDetect(
    {
      ...{ bus, catalog: store.catalog, anomalies, settings, points: store, clock },
      ...{ random: seededRandom(1), metrics: registry, log: silentLog },
    },
    DetectConfig.parse({ worker: false }),
  )
  await detect.start()
  const random = seededRandom(3)
  for (let i = 0; i < steps; i += 1) {
    for (const [at, service] of ['a', 'b', 'c', 'd'].entries()) {
      if (at === 2 && i >= 250) continue
      const refs = metrics.map(({ name, unit }) =>
        store.catalog.intern('default', { __name__: name, 'service.name': service }, { kind: 'GAUGE', unit }),
      )
      const values = metrics.map(({ level }, metric) => {
        const slow = at === 0 && metric === 0 && i >= 200 && i < 215 ? 6 : 1
        const leak = at === 1 && metric === 2 && i >= 150 ? 1 + (i - 150) / 60 : 1
        return level * slow * leak * (1 + 0.05 * random.next())
      })
      const batch = () => ({
        ...{ tenant: 'default', count: refs.length, series: Uint32Array.from(refs) },
        ...{ timesMs: new Float64Array(refs.length).fill(clock.now()), values: Float64Array.from(values) },
      })
      store.append(batch(), 1)
      bus.publish('points', batch())
    }
    await clock.advance(stepMs)
  }
  return { detect, told: [...told.values()] }
}

it('tells over recorded points what was told live, silences and units included', async () => {
  const { detect, told } = await lived()
  const [fromMs, toMs] = [startMs, startMs + steps * stepMs]
  const replayed = await detect.replay('default', { fromMs, toMs, seriesMax: 100 })
  const seen = (one: Pick<Anomaly, 'shape' | 'severity' | 'started_at' | 'actual' | 'sentence'>) => [
    ...[one.shape, one.severity, one.started_at, one.actual, one.sentence],
  ]
  const inOrder = (list: readonly Parameters<typeof seen>[0][]) =>
    list.map((one) => JSON.stringify(seen(one))).sort()
  expect(told.map(({ shape }) => shape)).toContain('MISSING')
  expect(inOrder(replayed.added)).toEqual(inOrder(told))
  const twice = await detect.replay('default', { fromMs, toMs, seriesMax: 100, repeat: 2 })
  expect(twice.current.points).toBe(2 * replayed.current.points)
  expect(twice.current.series_days).toBeGreaterThan(1.9 * replayed.current.series_days)
  await detect.stop()
})
