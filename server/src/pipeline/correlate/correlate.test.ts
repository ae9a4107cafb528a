import type { Event, EventType } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { createKnowledge, type Knowledge, KnowledgeConfig } from '../../service/knowledge/index.ts'
import { alertAt, anomalyAt, ended, resolvedAt, shop, t0 } from './core/example.suite.ts'
import { CorrelateConfig, createCorrelate } from './index.ts'

type World = {
  clock: ManualClock
  bus: EventBus
  records: RecordStore
  knowledge: Knowledge
  correlate: ReturnType<typeof createCorrelate>
  told: Event[]
}
const worlds: World[] = []

/** A stage on a real record store in memory; `from` is a world whose process died. */
async function createWorld(from?: World): Promise<World> {
  const clock = from?.clock ?? new ManualClock(t0)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const records = from?.records ?? (await openSqliteRecordStore(':memory:'))
  const knowledge = createKnowledge(
    {
      bus,
      topologies: records.topologies,
      changes: records.changes,
      tenants: ['default'],
      clock,
      metrics,
      log: silentLog,
    },
    KnowledgeConfig.parse({}),
  )
  await knowledge.put(
    'default',
    {
      entities: shop.services.map((name) => ({ id: `service/${name}`, labels: {} })),
      edges: shop.edges.map(([source, target]) => ({
        source: `service/${source}`,
        target: `service/${target}`,
        type: 'CALLS' as const,
      })),
    },
    'FILE',
  )
  const correlate = createCorrelate(
    { bus, records, knowledge, clock, random: seededRandom(from ? 2 : 1), metrics, log: silentLog },
    CorrelateConfig.parse({}),
  )
  const told: Event[] = []
  bus.subscribe('events', 'test', (event) => void (event.source === 'correlate' && told.push(event)))
  await correlate.start()
  const world = { clock, bus, records, knowledge, correlate, told }
  worlds.push(world)
  return world
}

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.correlate.stop()
})

const events = new Map<string, number>()
function publish(world: World, type: EventType, payload: Anomaly | Alert): void {
  const id = `${type}-${events.size}`
  events.set(id, 1)
  world.bus.publish('events', {
    event_id: id,
    event_type: type,
    source: 'test',
    tenant_id: payload.tenant_id,
    timestamp: isoTime(world.clock.now()),
    payload,
  } as Event)
}

/** As the stages before do it: stored, then told. */
async function detect(world: World, anomaly: Anomaly): Promise<void> {
  await world.records.anomalies.save(anomaly)
  publish(world, anomaly.state === 'ENDED' ? 'ANOMALY_ENDED' : 'ANOMALY_DETECTED', anomaly)
}
async function receive(world: World, alert: Alert): Promise<void> {
  const stored = await world.records.alerts.upsert(alert)
  publish(world, alert.status === 'FIRING' ? 'ALERT_FIRED' : 'ALERT_RESOLVED', stored)
}

async function run(world: World, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 1) {
    await world.clock.advance(1_000)
    await world.correlate.idle()
    await world.bus.idle()
  }
}

const listed = async (world: World) =>
  (
    await world.records.incidents.list('default', {
      statuses: [],
      severities: [],
      sort: 'created_at',
      limit: 50,
      offset: 0,
    })
  ).incidents

describe('the correlate stage', () => {
  it('writes an incident with members, reasons and timeline before it tells anybody', async () => {
    const world = await createWorld()
    const seen: unknown[] = []
    world.bus.subscribe('events', 'reader', async (event) => {
      if (event.event_type === 'INCIDENT_CREATED')
        seen.push(await world.records.incidents.get('default', event.payload.id))
    })
    const first = anomalyAt('service/payments')
    await detect(world, first)
    await run(world, 1)
    const [incident] = await listed(world)
    expect(seen).toEqual([incident])
    expect(incident).toMatchObject({
      number: 1,
      title: 'payments: slow answers',
      status: 'OPEN',
      started_at: isoTime(t0),
      ttr: null,
    })
    expect((await world.records.anomalies.get('default', first.id))?.incident_id).toBe(incident?.id)
    expect(await world.records.memberships.reasons(incident?.id ?? '')).toEqual({
      [first.id]: 'The first sign.',
    })
    expect(
      world.knowledge.topology('default').entities.find((entity) => entity.id === 'service/payments')?.health,
    ).toBe('FAILING')

    await detect(world, anomalyAt('service/checkout', { atMs: t0 + 1_000 }))
    await run(world, 1)
    expect(world.told.map((event) => event.event_type)).toEqual(['INCIDENT_CREATED', 'INCIDENT_UPDATED'])
    const timeline = await world.records.incidents.timeline(incident?.id ?? '')
    expect(timeline.map((event) => event.type)).toEqual(['OPENED', 'ANOMALY_ADDED', 'ANOMALY_ADDED'])
    expect(Object.values(await world.records.memberships.reasons(incident?.id ?? ''))).toContain(
      'checkout calls payments, 1 s apart.',
    )
  })

  it('resolves by itself, and tells the times', async () => {
    const world = await createWorld()
    const fault = anomalyAt('service/payments', { atMs: t0 - 10_000 })
    await detect(world, fault)
    await run(world, 20)
    await detect(world, ended(fault, t0 + 20_000))
    await run(world, 40)
    const [incident] = await listed(world)
    expect(incident).toMatchObject({ status: 'RESOLVED', ttd: 10 })
    expect(incident?.ttr).toBeGreaterThanOrEqual(50)
    expect(
      world.knowledge.topology('default').entities.find((entity) => entity.id === 'service/payments')?.health,
    ).toBe('HEALTHY')
    expect((await world.records.anomalies.get('default', fault.id))?.incident_id).toBe(incident?.id)
  })

  it('links an anomaly again that the detector saved without its incident', async () => {
    const world = await createWorld()
    const fault = anomalyAt('service/payments')
    await detect(world, fault)
    await run(world, 1)
    await world.records.anomalies.save({ ...fault, score: 1 })
    publish(world, 'ANOMALY_UPDATED', { ...fault, score: 1 })
    await run(world, 1)
    const [incident] = await listed(world)
    expect(await world.records.anomalies.get('default', fault.id)).toMatchObject({
      score: 1,
      incident_id: incident?.id,
    })
  })

  it('keeps what other stages own of an incident', async () => {
    const world = await createWorld()
    await detect(world, anomalyAt('service/payments'))
    await run(world, 1)
    const [incident] = await listed(world)
    if (incident)
      await world.records.incidents.update({ ...incident, escalation_level: 2, assigned_to: 'ann' })
    await detect(world, anomalyAt('service/checkout'))
    await run(world, 1)
    expect((await listed(world))[0]).toMatchObject({
      escalation_level: 2,
      assigned_to: 'ann',
      anomaly_count: 2,
    })
  })

  it('takes state changes and comments by number or id, and refuses those that are not allowed', async () => {
    const world = await createWorld()
    await detect(world, anomalyAt('service/payments'))
    await run(world, 1)
    expect(await world.correlate.setStatus('default', '1', 'ACKNOWLEDGED', 'ann', 'on it')).toMatchObject({
      status: 'ACKNOWLEDGED',
    })
    await world.correlate.comment('default', '1', 'ann', 'looking at the pool')
    await expect(world.correlate.setStatus('default', '1', 'OPEN', 'ann')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(world.correlate.setStatus('default', '7', 'OPEN', 'ann')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(world.correlate.comment('other', '1', 'ann', 'hi')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const [incident] = await listed(world)
    const timeline = await world.records.incidents.timeline(incident?.id ?? '')
    expect(timeline.slice(-2)).toMatchObject([
      { type: 'STATUS_CHANGED', actor: 'ann' },
      { type: 'COMMENT_ADDED', sentence: 'looking at the pool' },
    ])
  })

  it('waits out a full disk and loses nothing; a person is told and nothing has changed', async () => {
    const world = await createWorld()
    await detect(world, anomalyAt('service/payments'))
    await run(world, 1)
    const { transaction } = world.records
    world.records.transaction = () => Promise.reject(new Fault('STORAGE_UNAVAILABLE', 'The disk is full.'))
    await expect(world.correlate.setStatus('default', '1', 'RESOLVED', 'ann')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    await detect(world, anomalyAt('service/checkout'))
    await world.clock.advance(3_000)
    world.records.transaction = transaction
    await run(world, 3)
    expect(await listed(world)).toMatchObject([{ status: 'OPEN', anomaly_count: 2 }])
  })

  it('goes on where the database went away as it answered, and writes nothing twice', async () => {
    const world = await createWorld()
    const { transaction } = world.records
    const unheard = (): void => {
      world.records.transaction = async (work) => {
        world.records.transaction = transaction
        await transaction(work)
        throw new Fault('STORAGE_UNAVAILABLE', 'Connection terminated unexpectedly.')
      }
    }
    unheard()
    await detect(world, anomalyAt('service/payments'))
    await world.clock.advance(5_000)
    unheard()
    await detect(world, anomalyAt('service/checkout'))
    await world.clock.advance(5_000)
    const [incident, ...others] = await listed(world)
    expect(others).toEqual([])
    expect(incident).toMatchObject({ status: 'OPEN', number: 1, anomaly_count: 2 })
    const told = await world.records.incidents.timeline(incident?.id ?? '')
    expect(told.map(({ type }) => type)).toEqual(['OPENED', 'ANOMALY_ADDED', 'ANOMALY_ADDED'])
    expect(world.told.map(({ event_type }) => event_type)).toEqual(['INCIDENT_CREATED', 'INCIDENT_UPDATED'])
  })

  it('keeps tenants apart', async () => {
    const world = await createWorld()
    await detect(world, anomalyAt('service/payments'))
    await detect(world, anomalyAt('service/checkout', { tenant_id: 'other', id: 'other-1' }))
    await run(world, 1)
    expect(await listed(world)).toMatchObject([{ anomaly_count: 1 }])
    expect(await world.records.incidents.get('other', '1')).toMatchObject({
      anomaly_count: 1,
      affected_entities: ['service/checkout'],
    })
  })
})

/** A story in steps of a second: a fault seen at three services, alerts beside it, recovery. */
const note = alertAt('service/cart', { severity: 'INFO', name: 'Note', atMs: t0 + 1_000 })
const slow = alertAt('service/front', { atMs: t0 + 4_000 })
const [a, b] = [
  anomalyAt('service/payments', { atMs: t0 + 2_000 }),
  anomalyAt('service/checkout', { atMs: t0 + 5_000, severity: 'MEDIUM' }),
]
const story: ((world: World) => Promise<void>)[] = [
  (world) => receive(world, note),
  (world) => detect(world, a),
  (world) => receive(world, slow),
  (world) => receive(world, slow),
  (world) => detect(world, b),
  (world) => detect(world, ended(a, t0 + 8_000)),
  (world) => receive(world, resolvedAt(slow, t0 + 9_000)),
  (world) => receive(world, resolvedAt(note, t0 + 9_000)),
  (world) => detect(world, ended(b, t0 + 10_000)),
]

describe('a restart', () => {
  it('at any point of a story leads to the same incidents as none', async () => {
    const outcome = async (restartAfter: number | undefined): Promise<unknown> => {
      let world = await createWorld()
      for (const [i, next] of story.entries()) {
        await next(world)
        await run(world, 1)
        if (i === restartAfter) {
          await world.correlate.stop()
          world = await createWorld(world)
        }
      }
      await run(world, 60)
      const incidents = await listed(world)
      const { alerts } = await world.records.alerts.list('default', { severities: [], limit: 10 })
      return {
        incidents: incidents.map(
          ({ title, status, severity, anomaly_count, alert_count, started_at, affected_entities }) => ({
            title,
            status,
            severity,
            anomaly_count,
            alert_count,
            started_at,
            affected_entities: affected_entities.sort(),
          }),
        ),
        alerts: alerts.map((alert) => [alert.name, alert.incident_id === incidents[0]?.id]),
      }
    }
    const uninterrupted = await outcome(undefined)
    expect(uninterrupted).toMatchObject({
      incidents: [{ status: 'RESOLVED', anomaly_count: 2, alert_count: 2 }],
    })
    for (let i = 0; i < story.length; i += 1) expect(await outcome(i)).toEqual(uninterrupted)
  }, 30_000)

  it('picks up alerts that were stored while nobody correlated', async () => {
    const world = await createWorld()
    await world.correlate.stop()
    await world.records.alerts.upsert(slow)
    const next = await createWorld(world)
    expect(await listed(next)).toMatchObject([{ alert_count: 1, status: 'OPEN' }])
    expect(await next.records.alerts.uncorrelated(10)).toEqual([])
  })
})
