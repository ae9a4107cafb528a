import { exampleOf } from '@aiops/contract/example'
import { Anomaly } from '@aiops/contract/model/anomaly'
import { describe, expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { AnomalyWriter } from './anomaly-writer.ts'

const anomaly: Anomaly = { ...(exampleOf(Anomaly) as Anomaly), state: 'ENDED' }

function writing() {
  const clock = new ManualClock()
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const told: string[] = []
  bus.subscribe('events', 'test', (event) => void told.push((event.payload as Anomaly).id))
  const store = { down: false, attempts: 0, refuses: '' }
  const anomalies = {
    get: async () => undefined,
    async save({ id }: Anomaly) {
      store.attempts += 1
      if (store.down) throw new Fault('STORAGE_UNAVAILABLE', 'PostgreSQL cannot be used.')
      if (id === store.refuses) throw new Error('a value is out of range')
    },
  }
  const failures = metrics.counter('failures', 'f')
  const deps = { bus, anomalies, clock, random: seededRandom(1), log: silentLog }
  return { clock, told, store, writer: new AnomalyWriter(deps, failures) }
}

describe('an anomaly', () => {
  it('is recorded and told however long the records could not be written', async () => {
    const { clock, told, store, writer } = writing()
    store.down = true
    writer.write({ ...anomaly, id: 'a' }, 'ANOMALY_ENDED')
    writer.write({ ...anomaly, id: 'b' }, 'ANOMALY_ENDED')
    for (let s = 0; s < 600; s += 1) await clock.advance(1_000)
    expect(told).toEqual([])
    store.down = false
    for (let s = 0; s < 10; s += 1) await clock.advance(1_000)
    expect(told).toEqual(['a', 'b'])
  })

  it('that the records refuse keeps no other waiting', async () => {
    const { clock, told, store, writer } = writing()
    store.refuses = 'a'
    writer.write({ ...anomaly, id: 'a' }, 'ANOMALY_ENDED')
    writer.write({ ...anomaly, id: 'b' }, 'ANOMALY_ENDED')
    for (let s = 0; s < 20; s += 1) await clock.advance(1_000)
    expect(told).toEqual(['b'])
  })

  it('that cannot be recorded holds up no stop', async () => {
    const { clock, told, store, writer } = writing()
    store.down = true
    for (let at = 0; at < 100; at += 1) writer.write({ ...anomaly, id: `${at}` }, 'ANOMALY_ENDED')
    await clock.advance(1_000)
    const before = store.attempts
    await writer.stop()
    expect(told).toEqual([])
    expect(store.attempts - before).toBeLessThanOrEqual(1)
  })

  it('is recorded before a stop where it can be', async () => {
    const { told, writer } = writing()
    for (const id of ['a', 'b', 'c']) writer.write({ ...anomaly, id }, 'ANOMALY_ENDED')
    await writer.stop()
    expect(told).toEqual(['a', 'b', 'c'])
  })
})
