import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { isoTime } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { alertAt, anomalyAt, exampleCore, resolvedAt, t0 } from '../core/example.suite.ts'
import type { Signal } from '../core/signal.ts'
import { writeOutputs } from '../incident-writer.ts'
import { restoreIncident } from '../restore.ts'
import { acts, Story, stateOf } from './edited.suite.ts'
import { type LifeWorld, openLifeWorld } from './life-world.suite.ts'

const worlds: LifeWorld[] = []
/** `from` is a world whose process died. */
async function open(from?: LifeWorld): Promise<LifeWorld> {
  const bus = createMemoryBus({ log: silentLog, metrics: createMetrics() })
  const kept = from ?? { records: await openSqliteRecordStore(':memory:') }
  const world = await openLifeWorld({ ...kept, bus })
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.correlate.stop()
})

const payments = alertAt('service/payments')
const checkout = alertAt('service/checkout')
const front = alertAt('service/front', { severity: 'MEDIUM' })
const search = alertAt('service/search')

const timeline = async (world: LifeWorld, id: string) =>
  (await world.records.incidents.timeline(id)).map(({ type, actor }) => `${type} ${actor}`)

describe('an incident in the hands of people', () => {
  it('is assigned, given a cause and links, each told by whom, and nothing of it is lost when it grows', async () => {
    const world = await open()
    await world.receive(payments)
    const { life } = world
    expect(await life.assign('default', '1', 'ann', 'ben')).toMatchObject({ assigned_to: 'ben' })
    await life.confirmCause('default', '1', 'ann', {
      entity: 'service/payments',
      sentence: 'The pool was full.',
    })
    await life.addLink('default', '1', 'ann', { url: 'https://tickets.example/7', title: 'Ticket' })
    await world.receive(checkout)
    const [incident] = await world.incidents()
    expect(incident).toMatchObject({
      ...{ assigned_to: 'ben', alert_count: 2 },
      confirmed_cause: { entity: 'service/payments', sentence: 'The pool was full.', by: 'ann' },
      links: [{ url: 'https://tickets.example/7', title: 'Ticket', by: 'ann' }],
    })
    await life.removeLink('default', '1', 'ben', incident?.links[0]?.id ?? '')
    await life.assign('default', '1', 'ben', null)
    await life.confirmCause('default', '1', 'ben', null)
    expect((await timeline(world, incident?.id ?? '')).filter((event) => !event.endsWith('system'))).toEqual([
      ...['ASSIGNED ann', 'CAUSE_CONFIRMED ann', 'LINK_ADDED ann'],
      ...['LINK_REMOVED ben', 'ASSIGNED ben', 'CAUSE_CONFIRMED ben'],
    ])
    expect((await world.incidents())[0]).toMatchObject({
      assigned_to: null,
      confirmed_cause: null,
      links: [],
    })
    await expect(life.removeLink('default', '1', 'ben', 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(life.assign('other', '1', 'ann', 'ben')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(world.told.filter(({ event_type }) => event_type === 'INCIDENT_UPDATED').length).toBeGreaterThan(6)
  })

  it('says how long until somebody took it in hand, and is resolved with its cause in one go', async () => {
    const world = await open()
    await world.receive(payments)
    await world.pass(30)
    expect(await world.life.setStatus('default', '1', 'ACKNOWLEDGED', 'ann')).toMatchObject({ tta: 30 })
    const cause = { entity: null, sentence: 'A bad release.' }
    const resolved = await world.life.setStatus('default', '1', 'RESOLVED', 'ann', 'rolled back', cause)
    expect(resolved).toMatchObject({ status: 'RESOLVED', confirmed_cause: { sentence: 'A bad release.' } })
    await world.life.setStatus('default', '1', 'OPEN', 'ann')
    expect((await timeline(world, resolved.id)).at(-1)).toBe('REOPENED ann')
  })

  it('is split, merged and found again where it is, in records as in what is told', async () => {
    const world = await open()
    await world.receive(payments, checkout, front)
    const [one] = await world.incidents()
    const split = await world.life.split('default', '1', 'ann', [payments.id], 'another fault')
    expect(split).toMatchObject({ number: 2, split_from: one?.id, alert_count: 1 })
    expect(await world.membersOf(one?.id ?? '')).toEqual([checkout.id, front.id].sort())
    expect(await world.membersOf(split.id)).toEqual([payments.id])
    const merged = await world.life.merge('default', '2', 'ann', '1')
    expect(merged).toMatchObject({ number: 1, alert_count: 3 })
    expect((await world.incidents())[1]).toMatchObject({ status: 'RESOLVED', merged_into: one?.id })
    await expect(world.life.setSeverity('default', '2', 'ann', 'LOW')).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: expect.stringContaining('merged into another') },
    })
    expect(await world.membersOf(merged.id)).toHaveLength(3)
  })

  it('is as it was when the disk refuses', async () => {
    const world = await open()
    await world.receive(payments, checkout, front)
    const before = await world.incidents()
    const { transaction } = world.records
    world.records.transaction = () => Promise.reject(new Error('the disk is full'))
    await expect(world.life.split('default', '1', 'ann', [payments.id])).rejects.toThrow('full')
    await expect(world.life.remove('default', '1', 'ann', [payments.id])).rejects.toThrow('full')
    world.records.transaction = transaction
    expect(await world.incidents()).toEqual(before)
    const removed = await world.life.remove('default', '1', 'ann', [payments.id])
    expect(removed).toMatchObject({ alert_count: 2 })
  })

  it('is changed even where the lesson of it cannot be kept', async () => {
    const world = await open()
    await world.receive(payments, checkout)
    world.records.incidentLife.saveLessons = () => Promise.reject(new Error('the disk is full'))
    expect(await world.life.remove('default', '1', 'ann', [payments.id])).toMatchObject({ alert_count: 1 })
    expect(await world.life.lessons('default')).toEqual([])
  })

  it('is moved into by hand across incidents', async () => {
    const world = await open()
    await world.receive(payments, checkout, search)
    expect(await world.incidents()).toHaveLength(2)
    expect(await world.life.move('default', '1', 'ann', [checkout.id], '2')).toMatchObject({
      number: 2,
      alert_count: 2,
    })
    expect(await world.membersOf((await world.incidents())[0]?.id ?? '')).toEqual([payments.id])
  })
})

it('stands in the records as it is in memory, whatever people did before a restart', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (drawn) => {
      const records = await openSqliteRecordStore(':memory:')
      const story = new Story(exampleCore())
      for (const act of drawn) {
        const event = story.eventOf(act)
        if (!event) continue
        if (event.type === 'SIGNAL') await store(records, event.signal)
        const before = story.outputs.length
        if (story.do(event))
          await records.transaction((inside) => writeOutputs(inside, story.core, story.outputs.slice(before)))
      }
      const restored = exampleCore()
      for (const { id } of stateOf(story.core)) {
        const incident = await records.incidents.get('default', id)
        if (incident) await restoreIncident(restored, records, incident)
      }
      expect(stateOf(restored)).toEqual(stateOf(story.core))
      await records.close()
    }),
    { numRuns: 20 },
  )
})

/** As the stages before do it. */
async function store(records: RecordStore, signal: Signal): Promise<void> {
  const { id, kind, severity } = signal
  const [start, end] = [isoTime(signal.startMs), signal.endMs === null ? null : isoTime(signal.endMs)]
  const { entity = 'service/none' } = signal
  if (kind === 'ALERT') {
    const alert = alertAt(entity, { atMs: signal.startMs, name: signal.rule, severity })
    await records.alerts.upsert({ ...alert, status: end === null ? 'FIRING' : 'RESOLVED', ends_at: end })
  } else {
    const anomaly = anomalyAt(entity, { seriesId: Number(signal.key.split(' ')[1]), atMs: signal.startMs })
    await records.anomalies.save({
      ...anomaly,
      id,
      started_at: start,
      state: end === null ? 'ACTIVE' : 'ENDED',
      ended_at: end,
    })
  }
}

describe('what somebody took out', () => {
  it('stays out over a restart, and so does the same alert when it fires again', async () => {
    const before = await open()
    await before.receive(payments, checkout, front)
    await before.life.remove('default', '1', 'ann', [payments.id], 'a test')
    const after = await open(before)
    await after.pass(5)
    await after.receive(payments)
    await after.receive(resolvedAt(payments, t0 + 6_000))
    const again = alertAt('service/payments', { atMs: t0 + 7_000 })
    await after.receive(again)
    const [one] = await after.incidents()
    expect(await after.membersOf(one?.id ?? '')).toEqual([checkout.id, front.id].sort())
    expect((await after.records.alerts.latest('default', again.fingerprint))?.incident_id).not.toBe(one?.id)
  })

  it('is looked at again after a restart even where it had not been worth an incident', async () => {
    const before = await open()
    const weak = alertAt('service/cart', { severity: 'LOW' })
    await before.receive(payments, checkout, weak)
    const [one] = await before.incidents()
    expect(await before.membersOf(one?.id ?? '')).toContain(weak.id)
    await before.life.remove('default', '1', 'ann', [weak.id])
    expect((await before.records.alerts.uncorrelated(10)).map(({ id }) => id)).toEqual([weak.id])
    const after = await open(before)
    await after.pass(2)
    expect(await after.membersOf(one?.id ?? '')).not.toContain(weak.id)
  })
})
