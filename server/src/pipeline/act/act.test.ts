import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { must } from '../../kernel/assert.ts'
import { Fault } from '../../kernel/fault.ts'
import {
  adminKey,
  restoreRunbook,
  settled,
  tenant,
  type World,
  type WorldOptions,
  worldOn,
} from './act-world.suite.ts'

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
const timeline = async (world: World, incident: Incident): Promise<string[]> =>
  (await world.records.incidents.timeline(incident.id)).map((event) => event.type)
const kinds = (world: World): string[] => world.sent.map((notification) => notification.kind)

describe('the whole way', () => {
  it('proposes, waits for a person, runs, verifies by the anomalies, and resolves the incident', async () => {
    const world = await worldOf()
    const { incident, remediation } = await proposed(world)
    expect(remediation).toMatchObject({
      status: 'PENDING_APPROVAL',
      entity: 'service/payments',
      requested_by: 'system',
    })
    expect(remediation.plan.map((step) => step.phase)).toEqual(['STEP', 'VERIFY', 'ROLLBACK'])
    expect(remediation.plan[0]?.sentence).toContain(
      'POST http://shop.local/services/payments/restore with {"authorization":"Bearer «secret SHOP_ADMIN»"}',
    )
    expect(remediation.reason).toContain('80 %')
    expect(world.effects).toEqual([])

    const approved = await world.act.decide(tenant, remediation.id, true, 'anna', 'go')
    expect(approved.status).toBe('APPROVED')
    await settled()
    expect(await only(world)).toMatchObject({ status: 'VERIFYING', decided_by: 'anna' })
    expect(world.effects).toEqual([
      {
        url: 'http://shop.local/services/payments/restore',
        headers: { authorization: `Bearer ${adminKey}` },
        idempotencyKey: `${remediation.id}/STEP/1`,
      },
    ])
    await world.advance(5_000)
    await world.anomaly(incident, 'ENDED')
    await world.advance(5_000)
    expect((await only(world)).status).toBe('VERIFYING')
    await world.advance(3_000)

    const done = await only(world)
    expect(done).toMatchObject({ status: 'COMPLETED', error: null })
    expect(done.step_results.map(({ phase, status }) => [phase, status])).toEqual([
      ['STEP', 'SUCCESS'],
      ['VERIFY', 'SUCCESS'],
    ])
    expect((await world.records.incidents.get(tenant, incident.id))?.status).toBe('RESOLVED')
    const told = (await timeline(world, incident)).filter((type) => type !== 'NOTIFIED')
    expect(told).toEqual(['RUNBOOK_PROPOSED', 'RUNBOOK_APPROVED', 'RUNBOOK_STEP', 'RUNBOOK_COMPLETED'])
    await world.advance(2_000)
    expect(kinds(world)).toEqual([
      'INCIDENT_OPENED',
      'DIAGNOSED',
      'APPROVAL_NEEDED',
      'INCIDENT_RESOLVED',
      'REMEDIATION_ENDED',
    ])
    expect(world.sent[0]?.url).toBe('http://localhost:8080/incidents/1')
    expect(
      (await world.records.audit.list(tenant, { limit: 100 })).entries
        .map((record) => record.action)
        .reverse(),
    ).toEqual(['runbook.propose', 'runbook.run', 'runbook.step', 'runbook.verify', 'runbook.completed'])
    expect(
      world.events.filter((event) => event.event_type === 'REMEDIATION_UPDATED').length,
    ).toBeGreaterThanOrEqual(7)
  })

  it('rolls back and escalates when the recovery does not hold within its time', async () => {
    const world = await worldOf()
    const { incident, remediation } = await proposed(world)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(40_000)
    const done = await only(world)
    expect(done.status).toBe('ROLLED_BACK')
    expect(done.error).toContain('p95 of payments is 9 s where 1 s is usual')
    expect(world.effects.map((effect) => effect.url.split('/').at(-1))).toEqual(['restore', 'undo'])
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(1)
    expect(await timeline(world, incident)).toEqual(
      expect.arrayContaining(['RUNBOOK_ROLLED_BACK', 'ESCALATED']),
    )
    expect(kinds(world)).toEqual(expect.arrayContaining(['REMEDIATION_ENDED', 'ESCALATED']))
    await world.advance(60_000)
    expect(await world.remediations()).toHaveLength(1)
  })

  it('a recovery that breaks starts its time anew', async () => {
    const world = await worldOf()
    const { incident, remediation } = await proposed(world)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.anomaly(incident, 'ENDED')
    await world.advance(4_000)
    await world.anomaly(incident, 'ACTIVE')
    await world.advance(1_000)
    await world.anomaly(incident, 'ENDED')
    await world.advance(4_000)
    expect((await only(world)).status).toBe('VERIFYING')
    await world.advance(4_000)
    expect((await only(world)).status).toBe('COMPLETED')
  })

  it('conditions on metrics, absolute and against the time before, must hold as well', async () => {
    const verify =
      'verify: { anomalies_ended: false, hold: 2s, within: 10s, conditions: [{ metric: latency, op: "<", value: 0.5 }, { metric: rate, op: ">=", times_baseline: 0.8 }] }'
    const world = await worldOf({ runbooks: [restoreRunbook.replace(/verify:.*/, verify)] })
    const { remediation } = await proposed(world)
    world.values.set('latency', 0.3)
    world.values.set('rate', 7)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(5_000)
    expect((await only(world)).status).toBe('VERIFYING')
    world.values.set('rate', 8.5)
    await world.advance(4_000)
    const done = await only(world)
    expect(done.status).toBe('COMPLETED')
    expect(done.step_results.at(-1)?.output).toContain('latency mean over 10s is 0.3 (asked < 0.5)')
  })
})

describe('secrets', () => {
  it('appear in no record, journal, plan, event, notification or log, even when the outside echoes or fails with them', async () => {
    const world = await worldOf()
    world.answer = async (effect) => {
      const text = `you sent ${effect.headers.authorization} ${Buffer.from(adminKey).toString('base64')} ${adminKey.slice(0, 8)}`
      if (effect.url.endsWith('undo')) throw new Fault('UPSTREAM_FAILED', text)
      return text
    }
    const { remediation } = await proposed(world)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(60_000)
    expect((await only(world)).status).toBe('FAILED')
    expect(world.effects.map((effect) => effect.headers.authorization)).toEqual([
      `Bearer ${adminKey}`,
      `Bearer ${adminKey}`,
    ])
    const seen = [
      ...readdirSync(dirname(world.path)).map((file) =>
        readFileSync(join(dirname(world.path), file), 'latin1'),
      ),
      JSON.stringify([await world.remediations(), world.events, world.sent, world.logged]),
    ].join('\n')
    expect(seen).toContain('you sent Bearer')
    expect(seen).not.toContain(adminKey.slice(0, 8))
    expect(seen).not.toContain(Buffer.from(adminKey).toString('base64').slice(0, 12))
  })

  it('a secret that is not set fails the step before anything is sent', async () => {
    const world = await worldOf({ runbooks: [restoreRunbook.replaceAll('SHOP_ADMIN', 'MISSING_ONE')] })
    const { remediation } = await proposed(world)
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(2_000)
    expect(await only(world)).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('MISSING_ONE'),
    })
    expect(world.effects).toEqual([])
  })
})

describe('notifications', () => {
  it('reach a sink that was down, once each and in order', async () => {
    const world = await worldOf({ notifierNames: ['hook'] })
    let down = true
    const keys: string[] = []
    world.deliver = async (notification) => {
      if (down) throw new Fault('UPSTREAM_FAILED', 'down')
      keys.push(notification.idempotencyKey)
    }
    const { incident } = await proposed(world)
    await world.advance(3_600_000)
    expect(world.sent).toEqual([])
    down = false
    await world.advance(400_000)
    expect(kinds(world).slice(0, 3)).toEqual(['INCIDENT_OPENED', 'DIAGNOSED', 'APPROVAL_NEEDED'])
    expect(new Set(keys).size).toBe(keys.length)
    expect((await timeline(world, incident)).filter((type) => type === 'NOTIFIED')).toHaveLength(keys.length)
  })

  it('that a sink refuses for good are given up, and those behind still come', async () => {
    const world = await worldOf({ notifierNames: ['hook'] })
    world.deliver = async ({ kind }) => {
      if (kind === 'DIAGNOSED') throw new Fault('INVALID_REQUEST', 'no')
    }
    await proposed(world)
    await world.advance(10_000)
    expect(kinds(world)).toEqual(['INCIDENT_OPENED', 'APPROVAL_NEEDED'])
    expect(await world.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([])
  })

  it('of incidents that go elsewhere leave out a notifier that has routes', async () => {
    const world = await worldOf({ notifierNames: ['hook>shop', 'hook>none', 'hook>'] })
    await world.openIncident({ id: 'a', route: 'shop' })
    await world.openIncident({ id: 'b' })
    await world.advance(1_000)
    const told = (await world.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)).length
    expect(told).toBe(0)
    expect(world.sent.map(({ incident }) => incident?.route ?? 'nowhere').sort()).toEqual(['nowhere', 'shop'])
  })

  it('about no incident are told with the page of what they are about', async () => {
    const world = await worldOf({ notifierNames: ['hook'] })
    const reminder = { kind: 'MAINTENANCE_ENDING' as const, incident: null, sentence: 'It ends.', url: '' }
    await world.records.outbox.add('hook', 'default', { ...reminder, idempotencyKey: 'maintenance/1' })
    await world.advance(10_000)
    expect(world.sent).toMatchObject([{ ...reminder, url: expect.stringMatching(/\/maintenance$/) }])
    expect(await world.records.outbox.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([])
  })

  it('a slow sink does not hold up another, and a restart repeats nothing', async () => {
    const world = await worldOf({ notifierNames: ['hook', 'slow'] })
    let first = true
    world.deliver = () => {
      if (!first) return Promise.resolve()
      first = false
      return new Promise(() => undefined)
    }
    await proposed(world)
    await world.advance(20_000)
    expect(world.sent.filter(({ kind }) => kind === 'APPROVAL_NEEDED')).toHaveLength(1)
    await world.advance(60_000)
    const before = world.sent.length
    await world.restart()
    await world.advance(60_000)
    expect(world.sent.length).toBe(before)
    expect(before).toBe(6)
  })
})
