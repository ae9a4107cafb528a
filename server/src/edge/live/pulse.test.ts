import { expect, it } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { createPulse, type PulseDeps } from './pulse.ts'

async function openPulse() {
  const clock = new ManualClock()
  const bus = createMemoryBus({ log: silentLog, metrics: createMetrics() })
  const totals = { samples: 0, logs: 0, spans: 0, alerts: 0 }
  const store = { open: 2, asked: 0, failing: false }
  const published: unknown[] = []
  bus.subscribe('events', 'test', (event) => void published.push(event.payload))
  const list = async () => {
    store.asked += 1
    if (store.failing) throw new Error('disk full')
    return { incidents: [], total: store.open }
  }
  const pulse = createPulse({
    ...{ clock, bus, random: seededRandom(1), log: silentLog },
    ingest: { totals: () => ({ ...totals }) },
    detect: { activeCount: () => 3 },
    catalog: { count: () => 7 },
    records: { incidents: { list } },
  } as unknown as PulseDeps)
  await pulse.start()
  return { pulse, clock, bus, totals, store, published }
}

it('tells the differences of a second, each second, as an event too', async () => {
  const { pulse, clock, totals, published } = await openPulse()
  Object.assign(totals, { samples: 500, logs: 20, spans: 4, alerts: 1 })
  await clock.advance(1_000)
  const stats = {
    ...{ samples_per_second: 500, logs_per_second: 20, spans_per_second: 4, alerts_per_minute: 1 },
    ...{ active_series: 7, active_anomalies: 3, open_incidents: 2 },
  }
  expect(pulse.stats()).toEqual(stats)
  expect(published).toEqual([stats])
  await clock.advance(1_000)
  expect(pulse.stats()).toMatchObject({ samples_per_second: 0, alerts_per_minute: 1 })
  await clock.advance(60_000)
  expect(pulse.stats().alerts_per_minute).toBe(0)
})

it('counts open incidents again only when one has changed', async () => {
  const { pulse, clock, bus, store } = await openPulse()
  await clock.advance(5_000)
  expect(store.asked).toBe(1)
  store.open = 3
  const incident = { event_id: 'e', source: 't', tenant_id: 'default', timestamp: '', payload: {} }
  bus.publish('events', { ...incident, event_type: 'INCIDENT_CREATED' } as never)
  await clock.advance(1_000)
  expect([store.asked, pulse.stats().open_incidents]).toEqual([2, 3])
})

it('goes on when the store fails, and asks it again', async () => {
  const { pulse, clock, store } = await openPulse()
  store.failing = true
  await clock.advance(3_000)
  expect(store.asked).toBe(3)
  store.failing = false
  await clock.advance(1_000)
  expect(pulse.stats().open_incidents).toBe(2)
})
