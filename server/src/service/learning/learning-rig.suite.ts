/** Learning over real records and a clock that stands still, with anomalies that tests plant. */
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { type BoundFactor, createLearning, type Learning, LearningConfig } from './index.ts'

export type Adapters = { records(path: string): Promise<RecordStore>; bus(): EventBus }

export const because = 'The nightly batch always does this at that time, nobody is harmed by it.'

/** One that goes up to `ratio` times its bound. */
export function anomalyOf(id: string, ratio: number, more: Partial<Anomaly> = {}): Anomaly {
  const labels = { __name__: 'queue.depth', 'service.name': 'orders' }
  const startedAt = more.started_at ?? isoTime(1_700_000_000_000)
  return {
    ...{ id, tenant_id: 'default', entity: 'service/orders', state: 'ENDED', severity: 'MEDIUM' },
    series: { id: 1, name: 'queue.depth', labels, kind: 'GAUGE', derived: false },
    ...{
      shape: 'SPIKE',
      tier: 'BASIC',
      expected: { low: 0, mid: 1, high: 2 },
      actual: 5,
      deviation: 5 * ratio,
    },
    ...{ deviation_percent: 400, score: ratio / (1 + ratio), confidence: 0.8, started_at: startedAt },
    ...{
      detected_at: startedAt,
      ended_at: startedAt,
      model_version: 'basic-1',
      sentence: 'queue.depth is high',
    },
    incident_id: null,
    ...more,
  }
}

export const seriesOf = (service: string, name = 'queue.depth'): Anomaly['series'] => ({
  ...{ id: 1, name, labels: { __name__: name, 'service.name': service }, kind: 'GAUGE', derived: false },
})

export type Rig = {
  learning: Learning
  records: RecordStore
  clock: ManualClock
  metrics: ReturnType<typeof createMetrics>
  /** What detection was given last. */
  readonly given: BoundFactor[]
  plant(anomaly: Anomaly): Promise<void>
}

export async function openRig(adapters: Adapters, path: string, settings: object = {}): Promise<Rig> {
  const records = await adapters.records(path)
  const clock = new ManualClock()
  const metrics = createMetrics()
  const rig = { records, clock, metrics, given: [] as BoundFactor[] }
  const deps = { records, clock, metrics, log: silentLog, bus: adapters.bus(), random: seededRandom(7) }
  const learning = createLearning(
    {
      ...deps,
      tenants: ['default'],
      correct: async (_, bounds) => void whole.given.splice(0, whole.given.length, ...bounds),
    },
    LearningConfig.parse(settings),
  )
  const whole: Rig = { ...rig, learning, plant: (anomaly) => records.anomalies.save(anomaly) }
  await learning.start()
  return whole
}
