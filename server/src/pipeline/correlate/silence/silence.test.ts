import type { Event, EventType } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Matcher } from '@aiops/contract/model/label'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { isoTime, ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { createKnowledge, KnowledgeConfig } from '../../../service/knowledge/index.ts'
import { alertAt, anomalyAt, ended, resolvedAt, t0 } from '../core/example.suite.ts'
import { CorrelateConfig, createCorrelate } from '../index.ts'

type World = {
  clock: ManualClock
  bus: EventBus
  records: RecordStore
  correlate: ReturnType<typeof createCorrelate>
  told: EventType[]
}
const worlds: World[] = []

/** `from` is a world whose process died; its records are what is left. */
async function createWorld(from?: World, config: object = {}): Promise<World> {
  const clock = from?.clock ?? new ManualClock(t0)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const records = from?.records ?? (await openSqliteRecordStore(':memory:'))
  const base = { bus, clock, metrics, log: silentLog }
  const knowledge = createKnowledge(
    { ...base, topologies: records.topologies, changes: records.changes, tenants: ['default'] },
    KnowledgeConfig.parse({}),
  )
  const correlate = createCorrelate(
    { ...base, records, knowledge, random: seededRandom(from ? 2 : 1) },
    CorrelateConfig.parse(config),
  )
  const told: EventType[] = []
  bus.subscribe('events', 'test', (e) => void (e.source === 'correlate' && told.push(e.event_type)))
  await correlate.start()
  const world = { clock, bus, records, correlate, told }
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.correlate.stop()
})

const sequence = { next: 0 }
async function publish(world: World, type: EventType, payload: Anomaly | Alert): Promise<void> {
  sequence.next += 1
  world.bus.publish('events', {
    event_id: `${sequence.next}`,
    event_type: type,
    source: 'test',
    tenant_id: payload.tenant_id,
    timestamp: isoTime(world.clock.now()),
    payload,
  } as Event)
  await world.bus.idle()
  await world.correlate.idle()
}
async function receive(world: World, alert: Alert): Promise<Alert> {
  const stored = await world.records.alerts.upsert(alert)
  await publish(world, alert.status === 'FIRING' ? 'ALERT_FIRED' : 'ALERT_RESOLVED', stored)
  return stored
}
async function detect(world: World, anomaly: Anomaly): Promise<void> {
  await world.records.anomalies.save(anomaly)
  await publish(world, anomaly.state === 'ENDED' ? 'ANOMALY_ENDED' : 'ANOMALY_DETECTED', anomaly)
}
async function run(world: World, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 1) {
    await world.clock.advance(1_000)
    await world.correlate.idle()
    await world.bus.idle()
  }
}
const named = (value: string): Matcher[] => [{ name: 'alertname', op: '=', value }]
const silence = (world: World, matchers: Matcher[], seconds = 60, startMs?: number, id?: string) =>
  world.correlate.silences.put('default', {
    id,
    matchers,
    startMs,
    endMs: (startMs ?? world.clock.now()) + seconds * 1_000,
    createdBy: 'anna',
    comment: 'known',
  })
const incidents = async (world: World) =>
  (
    await world.records.incidents.list('default', {
      statuses: [],
      severities: [],
      sort: 'created_at',
      limit: 50,
      offset: 0,
    })
  ).incidents
const alerts = async (world: World) =>
  (await world.records.alerts.list('default', { severities: [], limit: 50 })).alerts

describe('a silence', () => {
  it('keeps an alert from opening an incident, and shows it with its id', async () => {
    const world = await createWorld()
    const { id, state } = await silence(world, named('HighLatency'))
    expect(state).toBe('ACTIVE')
    await receive(world, alertAt('service/payments'))
    await receive(world, alertAt('service/cart', { name: 'Other', labels: { alertname: 'Other' } }))
    expect((await incidents(world)).map((i) => i.primary_entity)).toEqual(['service/cart'])
    expect((await alerts(world)).find((a) => a.name === 'HighLatency')).toMatchObject({
      silenced_by: [id],
      incident_id: null,
      status: 'FIRING',
    })
    expect((await alerts(world)).find((a) => a.name === 'Other')).not.toHaveProperty('silenced_by')
  })

  it.each(['by time', 'by hand'])(
    'that ends %s lets an alert that still fires be correlated then',
    async (how) => {
      const world = await createWorld()
      const { id } = await silence(world, named('HighLatency'))
      await receive(world, alertAt('service/payments'))
      await run(world, 30)
      expect(await incidents(world)).toEqual([])
      if (how === 'by hand') await world.correlate.silences.expire('default', id)
      else await run(world, 31)
      await world.correlate.idle()
      const [incident] = await incidents(world)
      expect(incident).toMatchObject({ status: 'OPEN', started_at: isoTime(t0) })
      const [alert] = await alerts(world)
      expect(alert?.incident_id).toBe(incident?.id)
      expect(alert).not.toHaveProperty('silenced_by')
      expect(world.correlate.silences.get('default', id).state).toBe('EXPIRED')
    },
  )

  it('leaves an alert that ended under it without an incident, for good', async () => {
    const world = await createWorld()
    const { id } = await silence(world, named('HighLatency'))
    const alert = alertAt('service/payments')
    await receive(world, alert)
    await receive(world, resolvedAt(alert, t0 + 5_000))
    await run(world, 70)
    expect(await incidents(world)).toEqual([])
    expect(await world.records.alerts.uncorrelated(10)).toEqual([])
    expect((await alerts(world))[0]).toMatchObject({ status: 'RESOLVED', silenced_by: [id] })
  })

  it('that comes later holds back what waits, and worsens nothing that is open', async () => {
    const world = await createWorld()
    const waiting = alertAt('service/cart', {
      name: 'Waits',
      severity: 'LOW',
      labels: { alertname: 'Waits' },
    })
    await receive(world, waiting)
    const open = anomalyAt('service/payments', { severity: 'MEDIUM', confidence: 0.9 })
    await detect(world, open)
    await run(world, 62)
    expect((await incidents(world)).map((i) => i.severity)).toEqual(['MEDIUM'])
    await silence(world, [{ name: 'service_name', op: '=', value: 'payments' }], 600)
    await silence(world, named('Waits'), 600)
    await detect(world, { ...open, severity: 'CRITICAL' })
    await detect(world, anomalyAt('service/payments', { atMs: world.clock.now() }))
    expect(await incidents(world)).toMatchObject([{ severity: 'MEDIUM', anomaly_count: 1 }])
    expect((await alerts(world))[0]?.silenced_by).toHaveLength(1)
    await detect(world, ended(open, world.clock.now()))
    await run(world, 32)
    expect(await incidents(world)).toMatchObject([{ status: 'RESOLVED', anomaly_count: 1 }])
  })

  it('takes no part of a group that waits but its own', async () => {
    const world = await createWorld()
    const first = anomalyAt('service/payments', { severity: 'MEDIUM', metric: 'a', confidence: 0.3 })
    await detect(world, first)
    await silence(world, [{ name: '__name__', op: '=~', value: 'a|b' }], 600)
    await detect(world, anomalyAt('service/payments', { severity: 'MEDIUM', metric: 'b' }))
    await run(world, 70)
    expect(await incidents(world)).toEqual([])
    await detect(
      world,
      anomalyAt('service/payments', { severity: 'HIGH', metric: 'c', atMs: world.clock.now() }),
    )
    expect(await incidents(world)).toMatchObject([{ anomaly_count: 1 }])
  })

  it('begins when it says', async () => {
    const world = await createWorld()
    const { state } = await silence(world, named('HighLatency'), 60, t0 + 20_000)
    expect(state).toBe('PENDING')
    await run(world, 21)
    expect(world.correlate.silences.list('default')[0]?.state).toBe('ACTIVE')
    await receive(world, alertAt('service/payments', { atMs: world.clock.now() }))
    expect(await incidents(world)).toEqual([])
  })

  it('holds after the process died, and lets go after it too', async () => {
    const world = await createWorld()
    await silence(world, named('HighLatency'), 60)
    await receive(world, alertAt('service/payments'))
    await world.correlate.stop()
    const again = await createWorld(world)
    await run(again, 5)
    expect(await incidents(again)).toEqual([])
    expect((await alerts(again))[0]?.silenced_by).toHaveLength(1)
    await again.correlate.stop()
    await again.clock.advance(120_000)
    const third = await createWorld(again)
    await run(third, 2)
    expect(await incidents(third)).toHaveLength(1)
    expect((await alerts(third))[0]).not.toHaveProperty('silenced_by')
  })

  it('of one tenant covers nothing of another', async () => {
    const world = await createWorld()
    await silence(world, named('HighLatency'))
    await receive(world, alertAt('service/payments', { tenant_id: 'other', id: 'o' }))
    expect(
      (await world.records.alerts.list('other', { severities: [], limit: 1 })).alerts[0]?.incident_id,
    ).toEqual(expect.any(String))
    expect(world.correlate.silences.list('other')).toEqual([])
  })
})

describe('changing a silence', () => {
  it('keeps its id where only its end or comment changes, else the old one expires and a new one begins', async () => {
    const world = await createWorld()
    const first = await silence(world, named('A'), 60)
    await run(world, 1)
    const start = Date.parse(first.starts_at)
    const longer = await silence(world, named('A'), 600, start, first.id)
    expect([longer.id, longer.ends_at]).toEqual([first.id, isoTime(start + 600_000)])
    const other = await silence(world, named('B'), 600, start, first.id)
    expect(other.id).not.toBe(first.id)
    expect(Date.parse(other.starts_at)).toBe(world.clock.now())
    expect(world.correlate.silences.list('default').map((s) => [s.id, s.state])).toEqual([
      [other.id, 'ACTIVE'],
      [first.id, 'EXPIRED'],
    ])
    const revived = await silence(world, named('A'), 600, undefined, first.id)
    expect(revived.id).not.toBe(first.id)
    await expect(silence(world, named('A'), 60, undefined, 'nobody')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it.each<[string, Matcher[], number]>([
    ['no matcher that needs a value', [{ name: 'a', op: '=~', value: '.*' }], 60],
    ['a pattern that is none', [{ name: 'a', op: '=~', value: '(' }], 60],
    ['an end before its start', named('A'), -60],
    ['a name that is empty', [{ name: '', op: '=', value: 'x' }], 60],
  ])('is refused with %s', async (_, matchers, seconds) => {
    const world = await createWorld()
    await expect(silence(world, matchers, seconds)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(world.correlate.silences.list('default')).toEqual([])
  })

  it('of a chosen id is made once and replaced by the same id, and covers at once', async () => {
    const world = await createWorld()
    const keep = (seconds: number, value = 'HighLatency') =>
      world.correlate.silences.keep('default', 'chosen', {
        ...{ matchers: named(value), startMs: t0, endMs: t0 + seconds * 1_000 },
        ...{ createdBy: 'anna', comment: 'planned' },
      })
    const first = await keep(60)
    await run(world, 1)
    expect((await keep(60)).updated_at).toBe(first.updated_at)
    await receive(world, alertAt('service/payments'))
    expect((await alerts(world))[0]?.silenced_by).toEqual(['chosen'])
    await keep(60, 'Other')
    expect((await alerts(world))[0]).not.toHaveProperty('silenced_by')
    expect(world.correlate.silences.list('default')).toHaveLength(1)
  })

  it('is bounded in number, and ended ones are forgotten in time', async () => {
    const world = await createWorld(undefined, { silences_max: 2, silence_retention: '1h' })
    await silence(world, named('A'), 60)
    await silence(world, named('B'), 60)
    await expect(silence(world, named('C'), 60)).rejects.toMatchObject({ code: 'CONFLICT' })
    await world.clock.advance(61_000)
    await silence(world, named('C'), 60)
    await world.clock.advance(3_600_000 + 1_200_000)
    await world.correlate.idle()
    expect(world.correlate.silences.list('default')).toEqual([])
    expect(await world.records.silences.endingAfter(0)).toEqual([])
  })
})
