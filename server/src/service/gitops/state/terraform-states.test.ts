import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createKeyFile } from '../../../adapter/folder/key-file.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { openSqlite } from '../../../adapter/kysely/sqlite-dialect.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { createTerraformStates, type StateAudit, TerraformStateConfig } from './index.ts'

const key = { tenant: 'default', project: 'shop/infra', name: 'prod' }
const stateOf = (serial: number, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ version: 4, serial, lineage: 'line', outputs: {}, resources: [], ...more }))
const lockOf = (id: string): Buffer => Buffer.from(JSON.stringify({ ID: id, Who: 'dana@laptop' }))
const by = (lockId: string | null = null) => ({ actor: 'ci', lockId })

async function open(config: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-state-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  onTestFinished(async () => {
    await records.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const audit: StateAudit[] = []
  const secrets = createKeyFile(join(folder, 'keys.json'))
  const states = createTerraformStates(
    {
      ...{ clock: new ManualClock(), metrics: createMetrics(), states: records.states, secrets },
      audit: async (record) => void audit.push(record),
    },
    TerraformStateConfig.parse(config),
  )
  return { states, audit, folder, secrets }
}

it('gives back what was written, and keeps none of it readable on disk', async () => {
  const { states, folder } = await open()
  const body = stateOf(1, { outputs: { password: { value: 'hunter2-hunter2' } } })
  expect(await states.read(key)).toBeUndefined()
  await states.write(key, body, by())
  expect((await states.read(key))?.body.equals(body)).toBe(true)
  expect(await states.read({ ...key, tenant: 'other' })).toBeUndefined()
  for (const file of ['records.db', 'records.db-wal'])
    expect(readFileSync(join(folder, file)).includes('hunter2')).toBe(false)
})

it('refuses a lower serial, the same serial with other content, and the state of something else', async () => {
  const { states } = await open()
  await states.write(key, stateOf(5), by())
  for (const body of [stateOf(4), stateOf(5, { resources: [1] }), stateOf(6, { lineage: 'other' })])
    await expect(states.write(key, body, by())).rejects.toMatchObject({ code: 'CONFLICT' })
  await states.write(key, stateOf(5), by())
  await states.write(key, stateOf(6), by())
  expect((await states.versions(key)).map(({ serial }) => serial)).toEqual([6, 5])
})

it('refuses what is no state, and one that is too large', async () => {
  const { states } = await open({ size_bytes_max: 2_000 })
  for (const text of [
    '',
    '[]',
    'x',
    '{}',
    '{"serial":-1,"lineage":"a"}',
    '{"serial":1}',
    '{"serial":1.5,"lineage":"a"}',
  ])
    await expect(states.write(key, Buffer.from(text), by())).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    })
  await expect(states.write(key, stateOf(1, { x: 'y'.repeat(3_000) }), by())).rejects.toMatchObject({
    code: 'BODY_TOO_LARGE',
  })
})

it('lets only who holds the lock write, and tells the others whose it is', async () => {
  const { states, audit } = await open()
  expect(await states.lock(key, lockOf('a'), 'ci')).toBeUndefined()
  const held = await states.lock(key, lockOf('b'), 'dana')
  expect(JSON.parse(held?.held.info ?? '')).toEqual({ ID: 'a', Who: 'dana@laptop' })
  expect((await states.write(key, stateOf(1), by('b')))?.held.id).toBe('a')
  expect((await states.write(key, stateOf(1), by()))?.held.id).toBe('a')
  expect(await states.write(key, stateOf(1), by('a'))).toBeUndefined()
  expect((await states.unlock(key, lockOf('b'), 'dana'))?.held.id).toBe('a')
  expect(await states.unlock(key, lockOf('a'), 'ci')).toBeUndefined()
  expect(await states.unlock(key, lockOf('a'), 'ci')).toBeUndefined()
  expect(await states.lock(key, lockOf('b'), 'dana')).toBeUndefined()
  expect(audit.map(({ action, actor }) => [action, actor])).toEqual([['writeTerraformState', 'ci']])
})

it('gives a lock back by force, and says so in the audit log', async () => {
  const { states, audit } = await open()
  await states.lock(key, lockOf('a'), 'ci')
  expect(await states.unlock(key, Buffer.alloc(0), 'dana')).toBeUndefined()
  await expect(states.release(key, 'dana')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(audit).toEqual([
    expect.objectContaining({
      ...{ tenant: 'default', actor: 'dana', action: 'unlockTerraformState' },
      resource: 'terraform-state/shop/infra/prod',
      details: expect.objectContaining({ lock_id: 'a', locked_by: 'ci' }),
    }),
  ])
})

it('says in the audit log who gave back the lock of another, also by the ID that everybody is told', async () => {
  const { states, audit } = await open()
  await states.lock(key, lockOf('a'), 'ci')
  expect(await states.unlock(key, lockOf('a'), 'dana')).toBeUndefined()
  expect(audit).toMatchObject([
    { action: 'unlockTerraformState', actor: 'dana', details: { locked_by: 'ci', lock_id: 'a' } },
  ])
})

it('refuses a state that is brackets within brackets, before it is parsed', async () => {
  const { states } = await open()
  const levels = 5_000
  const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
  const body = (x: string): Buffer => Buffer.from(`{"version":4,"serial":1,"lineage":"line","x":${x}}`)
  await expect(states.write(key, body(deep), by())).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await states.write(key, body(JSON.stringify(`\\" ${deep}`)), by())
})

it('goes back to a former version with a serial that goes on, also after a deletion', async () => {
  const { states, audit } = await open()
  for (const serial of [1, 2, 3]) await states.write(key, stateOf(serial, { outputs: { at: serial } }), by())
  await states.delete(key, by())
  expect(await states.read(key)).toBeUndefined()
  const version = await states.rollback(key, 2, 'dana')
  expect(version).toMatchObject({ number: 5, serial: 4, lineage: 'line', createdBy: 'dana' })
  expect(JSON.parse((await states.read(key))!.body.toString())).toMatchObject({
    serial: 4,
    outputs: { at: 2 },
  })
  await states.write(key, stateOf(5), by())
  await expect(states.rollback(key, 4, 'dana')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await states.lock(key, lockOf('a'), 'ci')
  await expect(states.rollback(key, 1, 'dana')).rejects.toMatchObject({ code: 'CONFLICT' })
  const actions = audit.map(({ action }) => action).filter((action) => action !== 'writeTerraformState')
  expect(actions).toEqual(['deleteTerraformState', 'rollbackTerraformState'])
  expect(audit).toHaveLength(6)
})

it('keeps so many versions and no more', async () => {
  const { states } = await open({ versions_max: 3 })
  for (let serial = 1; serial <= 6; serial += 1) await states.write(key, stateOf(serial), by())
  expect((await states.versions(key)).map(({ serial }) => serial)).toEqual([6, 5, 4])
})

it('opens no version that was put in the place of another', async () => {
  const { states, folder } = await open()
  await states.write(key, stateOf(1), by())
  await states.write(key, stateOf(2), by())
  const database = openSqlite(join(folder, 'records.db'))
  database.exec('update terraform_state set sealed = (select sealed from terraform_state where number = 1)')
  database.close()
  await expect(states.read(key)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
  expect((await states.readVersion(key, 1)).serial).toBe(1)
})

it('takes one of those that write or lock at the same moment, whatever their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.boolean(), async (writers, locking) => {
      const { states } = await open()
      await states.write(key, stateOf(1), by())
      const outcomes = await Promise.allSettled(
        Array.from({ length: writers }, (_, i) =>
          locking
            ? states.lock(key, lockOf(`l${i}`), `w${i}`)
            : states.write(key, stateOf(2, { outputs: { by: i } }), by()),
        ),
      )
      const won = outcomes.filter((one) => one.status === 'fulfilled' && one.value === undefined)
      expect(won).toHaveLength(1)
    }),
    { numRuns: 20 },
  )
})
