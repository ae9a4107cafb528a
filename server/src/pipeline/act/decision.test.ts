import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { must } from '../../kernel/assert.ts'
import { restoreRunbook, settled, tenant, type World, type WorldOptions, worldOn } from './act-world.suite.ts'

const createWorld = worldOn({ openRecords: openSqliteRecordStore, createBus: createMemoryBus })
const worlds: World[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function worldOf(options?: WorldOptions): Promise<World> {
  const world = await createWorld(options)
  worlds.push(world)
  return world
}

async function proposed(world: World): Promise<{ incident: Incident; remediation: Remediation }> {
  const incident = await world.openIncident()
  await world.anomaly(incident, 'ACTIVE')
  await world.diagnose(incident, [['service/payments', 0.8]])
  await world.advance(9_000)
  return { incident, remediation: must((await world.remediations())[0], 'a runbook is proposed') }
}

const only = async (world: World): Promise<Remediation> =>
  must((await world.remediations())[0], 'there is a run')
describe('decisions', () => {
  it('of many at once exactly one counts, and the runbook runs once', async () => {
    const world = await worldOf()
    const { remediation } = await proposed(world)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        world.act.decide(tenant, remediation.id, i % 2 === 0, `person-${i}`),
      ),
    )
    await world.advance(3_000)
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' })
    expect(world.effects).toHaveLength(
      won[0]?.status === 'fulfilled' && won[0].value.status === 'APPROVED' ? 1 : 0,
    )
  })

  it('a rejected runbook never runs and is not proposed again', async () => {
    const world = await worldOf()
    const { incident, remediation } = await proposed(world)
    expect(await world.act.decide(tenant, remediation.id, false, 'anna', 'not now')).toMatchObject({
      status: 'REJECTED',
      comment: 'not now',
    })
    await world.diagnose(incident, [['service/payments', 0.9]])
    await world.advance(60_000)
    expect(await world.remediations()).toHaveLength(1)
    expect(world.effects).toEqual([])
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(0)
  })

  it('without a decision in time it is rejected and escalated', async () => {
    const world = await worldOf({ config: { approval_timeout: '1m' } })
    const { incident, remediation } = await proposed(world)
    await world.advance(61_000)
    expect(await only(world)).toMatchObject({
      status: 'REJECTED',
      comment: 'approval_timeout',
      decided_by: 'system',
    })
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(1)
    await expect(world.act.decide(tenant, remediation.id, true, 'anna')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(world.effects).toEqual([])
  })

  it('an approval of what has changed since is refused, and the new plan is proposed', async () => {
    const world = await worldOf()
    const { remediation } = await proposed(world)
    world.files = [{ file: '0.yaml', text: restoreRunbook.replace('/restore', '/wipe') }]
    await world.advance(3_000)
    await expect(world.act.decide(tenant, remediation.id, true, 'anna')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    const all = await world.remediations()
    expect(all.map((r) => r.status).sort()).toEqual(['PENDING_APPROVAL', 'REJECTED'])
    expect(all.find((r) => r.status === 'PENDING_APPROVAL')?.plan[0]?.sentence).toContain('/wipe')
    expect(world.effects).toEqual([])
  })

  it('an approval of what a person asked for and has changed since is refused too', async () => {
    const world = await worldOf()
    const incident = await world.openIncident()
    const asked = await world.act.propose(tenant, incident.id, 'restore', 'anna')
    world.files = [{ file: '0.yaml', text: restoreRunbook.replace('/restore', '/wipe') }]
    await world.advance(3_000)
    expect((await only(world)).status).toBe('PENDING_APPROVAL')
    await expect(world.act.decide(tenant, asked.id, true, 'bert')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await only(world)).status).toBe('PENDING_APPROVAL')
    expect(world.effects).toEqual([])
  })

  it('what changed between approval and run fails before its first step', async () => {
    const world = await worldOf({ config: { concurrent_runs_max: 1 } })
    const { incident, remediation } = await proposed(world)
    const approved = { ...remediation, status: 'APPROVED' as const, decided_by: 'anna' }
    await world.records.remediations.transition(approved, 'PENDING_APPROVAL')
    world.files = [{ file: '0.yaml', text: restoreRunbook.replace('/restore', '/wipe') }]
    await world.restart()
    await settled()
    expect(await only(world)).toMatchObject({ status: 'FAILED' })
    expect(world.effects).toEqual([])
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(1)
  })

  it('runs at most so often an hour', async () => {
    const world = await worldOf({ config: { runs_per_hour: 1 } })
    const { remediation } = await proposed(world)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(60_000)
    const other = await world.openIncident()
    await world.diagnose(other, [['service/cart', 0.8]])
    await world.advance(9_000)
    const second = must(
      (await world.remediations()).find((r) => r.incident_id === other.id),
      'a second proposal',
    )
    await expect(world.act.decide(tenant, second.id, true, 'anna')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
    await world.advance(1_740_000)
    expect((await world.records.remediations.get(tenant, second.id))?.status).toBe('PENDING_APPROVAL')
  })

  it('with four eyes nobody approves what they asked for', async () => {
    const world = await worldOf({ config: { four_eyes: true } })
    const incident = await world.openIncident()
    const asked = await world.act.propose(tenant, String(incident.number), 'restore', 'anna')
    expect(asked).toMatchObject({ entity: 'service/payments', requested_by: 'anna' })
    await expect(world.act.propose(tenant, incident.id, 'restore', 'bert')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(world.act.decide(tenant, asked.id, true, 'anna')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    expect((await world.act.decide(tenant, asked.id, true, 'bert')).status).toBe('APPROVED')
  })

  it('another tenant sees and decides nothing', async () => {
    const world = await worldOf()
    const { incident, remediation } = await proposed(world)
    await expect(world.act.decide('other', remediation.id, true, 'eve')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(world.act.propose('other', incident.id, 'restore', 'eve')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('proposals', () => {
  it('wait until the causes have settled', async () => {
    const world = await worldOf()
    const incident = await world.openIncident()
    await world.diagnose(incident, [['service/front', 0.6]])
    await world.advance(5_000)
    expect(await world.remediations()).toEqual([])
    await world.diagnose(incident, [['service/payments', 0.8]])
    await world.advance(5_000)
    expect((await world.remediations()).map((r) => r.entity)).toEqual(['service/payments'])
  })

  it('give way to a clearly likelier cause without escalation, and stay for a little likelier one', async () => {
    const world = await worldOf()
    const { incident } = await proposed(world)
    await world.diagnose(incident, [
      ['service/cart', 0.45],
      ['service/payments', 0.4],
    ])
    await world.advance(2_000)
    expect((await world.remediations()).map((r) => r.status)).toEqual(['PENDING_APPROVAL'])
    await world.diagnose(incident, [
      ['service/cart', 0.7],
      ['service/payments', 0.2],
    ])
    await world.advance(2_000)
    const all = await world.remediations()
    expect(all.find((r) => r.entity === 'service/payments')).toMatchObject({
      status: 'REJECTED',
      comment: 'superseded',
    })
    expect(all.find((r) => r.entity === 'service/cart')).toMatchObject({ status: 'PENDING_APPROVAL' })
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(0)
    await world.diagnose(incident, [['service/payments', 0.9]])
    await world.advance(2_000)
    expect((await world.remediations()).find((r) => r.status === 'PENDING_APPROVAL')?.entity).toBe(
      'service/payments',
    )
  })

  it('are made for open incidents when a runbook is added, and not for too many affected services', async () => {
    const world = await worldOf({ runbooks: [] })
    const incident = await world.openIncident()
    await world.diagnose(incident, [['service/payments', 0.8]])
    await world.advance(20_000)
    expect(await world.remediations()).toEqual([])
    world.files = [{ file: 'a.yaml', text: `${restoreRunbook}blast_radius: { max_affected_services: 1 }\n` }]
    await world.advance(4_000)
    expect(await world.remediations()).toEqual([])
    world.files = [{ file: 'a.yaml', text: restoreRunbook }]
    await world.advance(4_000)
    expect((await world.remediations()).map((r) => r.status)).toEqual(['PENDING_APPROVAL'])
  })

  it('are taken back when the incident is over', async () => {
    const world = await worldOf()
    const { incident } = await proposed(world)
    await world.records.incidents.update({
      ...incident,
      status: 'RESOLVED',
      resolved_at: incident.created_at,
    })
    await world.diagnose(incident, [['service/payments', 0.8]])
    await world.advance(2_000)
    expect(await only(world)).toMatchObject({ status: 'REJECTED', comment: 'the incident is over' })
  })

  it('run without approval only where runbook and configuration both say so', async () => {
    const text = `${restoreRunbook}approval: { required: false }\n`
    const careful = await worldOf({ runbooks: [text] })
    await proposed(careful)
    await careful.advance(5_000)
    expect(careful.effects).toEqual([])
    const bold = await worldOf({ runbooks: [text], config: { auto_approve: true } })
    await proposed(bold)
    expect(bold.effects).toHaveLength(1)
    expect(await only(bold)).toMatchObject({ decided_by: 'system' })
  })
})
