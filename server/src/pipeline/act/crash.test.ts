import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { describe, expect, it, vi } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { must } from '../../kernel/assert.ts'
import { Fault } from '../../kernel/fault.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { settled, tenant, type World, worldOn } from './act-world.suite.ts'

// A point of death is a small platform of its own, with a disk to wait for; a test goes through some twenty.
vi.setConfig({ testTimeout: 90_000 })

const createWorld = worldOn({ openRecords: openSqliteRecordStore, createBus: createMemoryBus })

const runbookOf = (idempotent: boolean): string => `
id: two-steps
name: Two steps
match: {}
steps:
  - { name: First, type: http, method: POST, url: 'http://shop.local/first', idempotent: ${idempotent} }
  - { name: Pause, type: wait, duration: 2s }
  - { name: Second, type: http, method: POST, url: 'http://shop.local/second', idempotent: ${idempotent} }
verify: { hold: 2s, within: 5s }
rollback:
  - { name: Undo second, type: http, method: POST, url: 'http://shop.local/undo-second', idempotent: ${idempotent} }
  - { name: Undo first, type: http, method: POST, url: 'http://shop.local/undo-first', idempotent: ${idempotent} }
`
const ended = ['COMPLETED', 'FAILED', 'ROLLED_BACK']

/** The process dies at its n-th transaction: before it is on disk, or just after, when nobody hears of it any more. */
function dyingAt(limit: number, moment: 'BEFORE' | 'AFTER') {
  const life = { transactions: 0, isDead: false }
  const never = new Promise<never>(() => undefined)
  const through = (records: RecordStore): RecordStore => {
    const transaction: RecordStore['transaction'] = async (work) => {
      if (life.isDead) return never
      life.transactions += 1
      if (life.transactions < limit) return records.transaction(work)
      life.isDead = true
      if (moment === 'AFTER') await records.transaction(work)
      return never
    }
    return { ...records, transaction }
  }
  return { life, through }
}

/** Approved on a healthy platform; then a new one takes it up and dies at `limit`. Undefined when it ended before that. */
async function crashed(
  idempotent: boolean,
  recovers: boolean,
  limit: number,
  moment: 'BEFORE' | 'AFTER',
): Promise<World | undefined> {
  const world = await createWorld({ runbooks: [runbookOf(idempotent)], notifierNames: ['log'] })
  const { incident, remediation } = await pending(world)
  if (recovers) await world.anomaly(incident, 'ENDED')
  await world.records.remediations.transition(
    { ...remediation, status: 'APPROVED', decided_by: 'anna' },
    'PENDING_APPROVAL',
  )
  await world.records.incidents.update({ ...incident, status: 'ACKNOWLEDGED' })
  const { life, through } = dyingAt(limit, moment)
  await Promise.race([world.restart({ runbooks: [], through }), settled()])
  await world.advance(20_000)
  if (life.isDead) return world
  await world.close()
  return undefined
}

async function pending(world: World): Promise<{ incident: Incident; remediation: Remediation }> {
  const incident = await world.openIncident()
  await world.anomaly(incident, 'ACTIVE')
  await world.diagnose(incident, [['service/payments', 0.8]])
  await world.advance(9_000)
  return { incident, remediation: must((await world.remediations())[0], 'a proposal') }
}

const only = async (world: World): Promise<Remediation> => must((await world.remediations())[0], 'a run')
const paths = (world: World): string[] => world.effects.map((effect) => new URL(effect.url).pathname)
const times = (world: World, path: string): number => paths(world).filter((each) => each === path).length

describe.each(['BEFORE', 'AFTER'] as const)('killed at every point, %s the write is on disk', (moment) => {
  it.each([true, false])(
    'a run of steps that may be repeated comes to its right end (recovers: %s)',
    async (recovers) => {
      let points = 0
      for (let limit = 1; ; limit += 1) {
        const world = await crashed(true, recovers, limit, moment)
        if (!world) break
        points += 1
        await world.restart({ runbooks: [], notifierNames: ['log'] })
        await world.advance(30_000)
        const run = await only(world)
        expect([limit, run.status]).toEqual([limit, recovers ? 'COMPLETED' : 'ROLLED_BACK'])
        expect(times(world, '/first')).toBeGreaterThanOrEqual(1)
        for (const path of ['/first', '/second', '/undo-second', '/undo-first'])
          expect(times(world, path)).toBeLessThanOrEqual(2)
        const keys = new Map(world.effects.map((effect) => [effect.url, effect.idempotencyKey]))
        for (const effect of world.effects) expect(effect.idempotencyKey).toBe(keys.get(effect.url))
        const incident = await world.records.incidents.get(tenant, run.incident_id)
        expect([limit, incident?.status, incident?.escalation_level]).toEqual([
          limit,
          recovers ? 'RESOLVED' : 'ACKNOWLEDGED',
          recovers ? 0 : 1,
        ])
        await world.close()
      }
      expect(points).toBeGreaterThanOrEqual(recovers ? 11 : 15)
    },
  )

  it.each([true, false])(
    'a step that must not be repeated never runs twice unless a person says so (recovers: %s)',
    async (recovers) => {
      let asked = 0
      for (let limit = 1; ; limit += 1) {
        const world = await crashed(false, recovers, limit, moment)
        if (!world) break
        await world.restart({ runbooks: [], notifierNames: ['log'] })
        await world.advance(30_000)
        const run = await only(world)
        for (const path of paths(world)) expect([limit, path, times(world, path)]).toEqual([limit, path, 1])
        if (run.status === 'UNKNOWN_OUTCOME') {
          asked += 1
          expect(run.step_results.filter(({ status }) => status === 'UNKNOWN')).toHaveLength(1)
          await world.act.settle(tenant, run.id, 'TOOK_EFFECT', 'anna')
          await world.advance(30_000)
        }
        expect([limit, (await only(world)).status]).toEqual([limit, recovers ? 'COMPLETED' : 'ROLLED_BACK'])
        for (const path of paths(world)) expect([limit, path, times(world, path)]).toEqual([limit, path, 1])
        await world.close()
      }
      // Both steps, and both rollback steps: begun on disk, and after each of the two ways to die at the write of the end or the beginning.
      expect(asked).toBe(recovers ? 2 : 4)
    },
  )
})

describe('a step of unknown outcome', () => {
  async function unknown(): Promise<World> {
    const world = await createWorld({ runbooks: [runbookOf(false)], notifierNames: ['hook'] })
    const { remediation } = await pending(world)
    world.answer = async () => {
      throw new Fault('TIMEOUT', 'no answer')
    }
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await settled()
    world.answer = async () => '200 OK'
    return world
  }

  it('also comes from an answer that never came, and waits for a person', async () => {
    const world = await unknown()
    await world.advance(600_000)
    expect(await only(world)).toMatchObject({ status: 'UNKNOWN_OUTCOME' })
    expect(paths(world)).toEqual(['/first'])
    expect(world.sent.filter(({ kind }) => kind === 'APPROVAL_NEEDED')).toHaveLength(2)
    await world.restart()
    await world.advance(60_000)
    expect(paths(world)).toEqual(['/first'])
    await world.close()
  })

  it('is run again when a person says so, under the same key', async () => {
    const world = await unknown()
    const run = await only(world)
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => world.act.settle(tenant, run.id, 'RUN_AGAIN', 'anna')),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await world.advance(4_000)
    expect(paths(world)).toEqual(['/first', '/first', '/second'])
    expect(world.effects[0]?.idempotencyKey).toBe(world.effects[1]?.idempotencyKey)
    await world.close()
  })

  it('is followed by the next step when it took effect, and by the rollback when it is given up', async () => {
    const took = await unknown()
    await took.act.settle(tenant, (await only(took)).id, 'TOOK_EFFECT', 'anna')
    await took.advance(4_000)
    expect(paths(took)).toEqual(['/first', '/second'])
    await took.close()
    const given = await unknown()
    await given.act.settle(tenant, (await only(given)).id, 'ROLL_BACK', 'anna', 'too risky')
    await given.advance(4_000)
    expect(paths(given)).toEqual(['/first', '/undo-second', '/undo-first'])
    expect(await only(given)).toMatchObject({
      status: 'ROLLED_BACK',
      error: expect.stringContaining('too risky'),
    })
    await expect(given.act.settle(tenant, (await only(given)).id, 'RUN_AGAIN', 'anna')).rejects.toMatchObject(
      { code: 'CONFLICT' },
    )
    await given.close()
  })
})

describe('a stop', () => {
  it('lets a step in flight end, begins no other, and the next start goes on', async () => {
    const world = await createWorld({ runbooks: [runbookOf(false)], notifierNames: ['log'] })
    const { incident, remediation } = await pending(world)
    let finish: () => void = () => undefined
    world.answer = () => new Promise((resolve) => (finish = () => resolve('200 OK')))
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await settled()
    const stopped = world.act.stop()
    await settled()
    finish()
    await stopped
    expect((await only(world)).step_results.map(({ status }) => status)).toEqual(['SUCCESS'])
    world.answer = async () => '200 OK'
    await world.anomaly(incident, 'ENDED')
    await world.restart()
    await world.advance(30_000)
    expect(paths(world)).toEqual(['/first', '/second'])
    expect((await only(world)).status).toBe('COMPLETED')
    expect(ended).toContain((await only(world)).status)
    await world.close()
  })
})

describe('a failing step', () => {
  const retried = `
id: retried
name: Retried
match: {}
steps:
  - { name: Try, type: http, method: POST, url: 'http://shop.local/try', on_failure: RETRY, retry: { max_attempts: 3, backoff: 10s } }
verify: { hold: 1s, within: 5s }
rollback:
  - { name: Undo one, type: http, method: POST, url: 'http://shop.local/one' }
  - { name: Undo two, type: http, method: POST, url: 'http://shop.local/two' }
`
  it('is tried again with growing pauses, under one key', async () => {
    const world = await createWorld({ runbooks: [retried] })
    const { incident, remediation } = await pending(world)
    await world.anomaly(incident, 'ENDED')
    const at: number[] = []
    world.answer = async () => {
      at.push(world.clock.monotonic())
      if (at.length < 3) throw new Fault('UPSTREAM_FAILED', 'busy')
      return '200 OK'
    }
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(60_000)
    expect(at.map((ms) => ms - (at[0] ?? 0))).toEqual([0, 10_000, 30_000])
    expect(new Set(world.effects.map((effect) => effect.idempotencyKey)).size).toBe(1)
    expect(await only(world)).toMatchObject({
      status: 'COMPLETED',
      step_results: [{ attempts: 3, status: 'SUCCESS' }, {}],
    })
    await world.close()
  })

  it('for good rolls back, every rollback step is tried, and one that fails makes it FAILED', async () => {
    const world = await createWorld({ runbooks: [retried] })
    const { incident, remediation } = await pending(world)
    world.answer = async ({ url }) => {
      if (url.endsWith('two')) return '200 OK'
      throw new Fault('UPSTREAM_FAILED', 'broken')
    }
    await world.act.decide(tenant, remediation.id, true, 'anna')
    await world.advance(60_000)
    expect(paths(world)).toEqual(['/try', '/try', '/try', '/one', '/two'])
    expect(await only(world)).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('rollback step 1, Undo one, failed: broken'),
    })
    expect((await world.records.incidents.get(tenant, incident.id))?.escalation_level).toBe(1)
    await world.close()
  })
})
