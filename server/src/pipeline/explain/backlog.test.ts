import type { Incident } from '@aiops/contract/model/incident'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryLogStore, MemoryMetricStore, MemoryTraceStore } from '../../adapter/memory/telemetry.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import { incidentOf } from '../../port/record-store.suite.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import { Backlog } from './backlog.ts'
import { ExplainConfig } from './config.ts'
import { createExplain } from './explain.ts'
import type { Explain } from './index.ts'

const tenant = 'default'
/** Nothing is known; `ready` is awaited by every diagnosis. */
const knowledgeAfter = (ready: Promise<void>): Knowledge =>
  ({
    dependencies: () => [],
    dependents: () => [],
    resolveAddress: () => undefined,
    knows: () => true,
    changes: async () => {
      await ready
      return { changes: [], total: 0 }
    },
  }) as unknown as Knowledge

type Storm = {
  explain: Explain
  records: RecordStore
  clock: ManualClock
  bus: EventBus
  order: string[]
  ready(): void
}
let open: Storm[] = []
afterEach(async () => {
  for (const { explain, records, ready } of open) {
    ready()
    await explain.stop()
    await records.close()
  }
  open = []
})

async function storm(config: Record<string, unknown>, given?: RecordStore): Promise<Storm> {
  const records = given ?? (await openSqliteRecordStore(':memory:'))
  const clock = new ManualClock()
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const order: string[] = []
  const ready = Promise.withResolvers<void>()
  const knowledge = knowledgeAfter(ready.promise)
  const explain = createExplain(
    {
      ...{ bus, records, knowledge, clock, metrics, log: silentLog, random: seededRandom(1) },
      ...{ metricStore: new MemoryMetricStore(), traceStore: new MemoryTraceStore() },
      logStore: new MemoryLogStore(),
    },
    ExplainConfig.parse({ refine: [], ...config }),
  )
  bus.subscribe(
    'events',
    'test',
    (event) => void (event.event_type === 'RCA_COMPLETE' && order.push(event.payload.incident_id)),
  )
  const made: Storm = { explain, records, clock, bus, order, ready: ready.resolve }
  open.push(made)
  return made
}

async function happen({ records, clock }: Storm, id: string, severity: Incident['severity'], at: number) {
  const began = isoTime(clock.now() + at)
  return records.incidents.insert(
    incidentOf(id, { tenant_id: tenant, severity, started_at: began, created_at: began, updated_at: began }),
  )
}

async function tell({ bus, clock }: Storm, incident: Incident, updated = false): Promise<void> {
  bus.publish('events', {
    ...{ event_id: `e-${incident.id}-${incident.status}`, source: 'test', tenant_id: tenant },
    event_type: updated ? 'INCIDENT_UPDATED' : 'INCIDENT_CREATED',
    ...{ timestamp: isoTime(clock.now()), payload: incident },
  })
  await bus.idle()
}

/** Until nothing is left to be done: storage answers in its own time. */
async function settled({ explain, order }: Storm): Promise<void> {
  for (let before = -1; before !== order.length; ) {
    before = order.length
    await explain.diagnose(tenant, 'nothing').catch(() => undefined)
  }
}

describe('an incident that is open over a restart', () => {
  const diagnoses = async ({ records }: Storm) => (await records.diagnoses.revisions('i', 50)).length
  async function diagnosed(): Promise<{ one: Storm; incident: Incident }> {
    const one = await storm({})
    await one.explain.start()
    const incident = await happen(one, 'i', 'HIGH', 0)
    await tell(one, incident)
    one.ready()
    await one.clock.advance(3_000)
    await expect.poll(() => diagnoses(one)).toBe(1)
    await one.explain.stop()
    return { one, incident }
  }

  it('is explained again when it grows, as it would have been without one', async () => {
    const { one, incident } = await diagnosed()
    const two = await storm({}, one.records)
    open = [two]
    two.ready()
    await two.explain.start()
    await two.clock.advance(60_000)
    expect(await diagnoses(two)).toBe(1)
    await tell(two, { ...incident, alert_count: incident.alert_count + 1 }, true)
    await two.clock.advance(10_000)
    await expect.poll(() => diagnoses(two)).toBe(2)
  })

  it('is explained again on the data that comes in meanwhile', async () => {
    const { one } = await diagnosed()
    const two = await storm({ refine: ['2s', '40s'] }, one.records)
    open = [two]
    two.ready()
    await two.clock.advance(5_000)
    await two.explain.start()
    await two.clock.advance(34_000)
    expect(await diagnoses(two)).toBe(1)
    await two.clock.advance(2_000)
    await expect.poll(() => diagnoses(two)).toBe(2)
  })
})

describe('an incident that cannot be explained while the stores do not answer', () => {
  it('is explained once they do', async () => {
    const one = await storm({ refine: ['10s'] })
    const { latest } = one.records.diagnoses
    one.records.diagnoses.latest = () => Promise.reject(new Fault('STORAGE_UNAVAILABLE', 'not now'))
    one.ready()
    await one.explain.start()
    await tell(one, await happen(one, 'i', 'HIGH', 0))
    await one.clock.advance(300_000)
    expect(one.order).toEqual([])
    one.records.diagnoses.latest = latest
    await one.clock.advance(600_000)
    await expect.poll(() => one.order).toEqual(['i'])
  })
})

describe('more incidents than may wait for a diagnosis', () => {
  it('are all explained, those that found no room later, the most severe first', async () => {
    const one = await storm({ waiting_max: 2 })
    await one.explain.start()
    const severities = ['LOW', 'MEDIUM', 'HIGH', 'LOW', 'CRITICAL', 'HIGH'] as const
    for (const [at, severity] of severities.entries())
      await tell(one, await happen(one, `i${at}`, severity, at))
    await one.clock.advance(3_000)
    one.ready()
    await expect.poll(() => one.order.length).toBe(6)
    expect(one.order).toEqual(['i0', 'i1', 'i4', 'i5', 'i2', 'i3'])
    const timeline = await one.records.incidents.timeline('i3')
    expect(timeline.map(({ sentence }) => sentence)).toContain(
      'Not explained yet: 2 diagnoses wait already. It is its turn when there is room, the most severe and newest first.',
    )
  })

  it('are explained after those that are followed give way to newer ones', async () => {
    const one = await storm({ incidents_max: 2 })
    await one.explain.start()
    for (let at = 0; at < 5; at += 1) await tell(one, await happen(one, `i${at}`, 'HIGH', at))
    await one.clock.advance(3_000)
    one.ready()
    await expect.poll(() => [...one.order].sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'])
  })

  it('are explained after a restart, too', async () => {
    const one = await storm({})
    for (let at = 0; at < 5; at += 1) await happen(one, `i${at}`, 'HIGH', at)
    const two = await storm({ incidents_max: 2 }, one.records)
    open = [two]
    await two.explain.start()
    await two.clock.advance(3_000)
    two.ready()
    await expect.poll(() => [...two.order].sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'])
  })

  it('are left alone where they ended meanwhile', async () => {
    const one = await storm({ waiting_max: 2 })
    await one.explain.start()
    const incidents = []
    for (let at = 0; at < 4; at += 1) incidents.push(await happen(one, `i${at}`, 'HIGH', at))
    for (const incident of incidents) await tell(one, incident)
    await one.clock.advance(3_000)
    const ended = { ...incidents[2]!, status: 'RESOLVED' as const }
    await one.records.incidents.update(ended)
    await tell(one, ended, true)
    one.ready()
    await expect.poll(() => one.order.length).toBe(3)
    await settled(one)
    expect(one.order).not.toContain('i2')
  })
})

describe('the backlog', () => {
  const waiting = (id: string, severity: Incident['severity'], at: number) => ({
    ...{ id, severity, tenant_id: tenant, started_at: isoTime(at) },
  })

  it('lets the least severe and oldest go when it is full', () => {
    const backlog = new Backlog(2)
    expect(backlog.put(waiting('a', 'HIGH', 1))).toBeUndefined()
    expect(backlog.put(waiting('b', 'HIGH', 2))).toBeUndefined()
    expect(backlog.put(waiting('c', 'LOW', 3))?.id).toBe('c')
    expect(backlog.put(waiting('d', 'CRITICAL', 0))?.id).toBe('a')
    expect([backlog.take()?.id, backlog.take()?.id, backlog.take()]).toEqual(['d', 'b', undefined])
  })
})
