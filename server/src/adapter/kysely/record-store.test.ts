import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { recordsConformance } from '../../port/records.suite.ts'
import { verifyAudit } from '../../service/identity/index.ts'
import { openSqliteRecordStore } from './record-store.ts'
import { migrations } from './schema.ts'
import { openSqlite } from './sqlite-dialect.ts'

const entry = { at: '2026-01-01T00:00:00Z', tenant: 'default', actor: 'x', action: 'y', resource: 'r' }
/** Number of the newest entry of a chain without a finding. */
async function wholeUpTo(store: RecordStore): Promise<number> {
  const found = await verifyAudit({
    chain: store.audit,
    checkpoints: [],
    keys: new Map(),
    clock: systemClock,
  })
  expect(found.findings).toEqual([])
  return found.entries
}

const folder = mkdtempSync(join(tmpdir(), 'aiops-records-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

recordsConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))

it('lets nobody change, delete, replace or leave out entries of the audit log by plain SQL', async () => {
  const path = join(folder, 'audit.db')
  const store = await openSqliteRecordStore(path)
  for (const resource of ['a', 'b', 'c'])
    await store.audit.append({ ...entry, resource, outcome: 'SUCCESS', details: {} })
  const database = openSqlite(path)
  const refused = [
    'update audit set body = 1 where sequence = 2',
    'delete from audit where sequence = 3',
    'delete from audit',
    `replace into audit (sequence, tenant_id, hash, body) values (2, 'default', '', '')`,
    `insert into audit (sequence, tenant_id, hash, body) values (5, 'default', '', '')`,
  ]
  for (const statement of refused) expect(() => database.exec(statement), statement).toThrow(/audit log/)
  database.close()
  expect(await wholeUpTo(store)).toBe(3)
  await store.close()
})

it('goes on with a folder of any version before this one, and its audit log holds', async () => {
  for (let known = 1; known < migrations.length; known += 1) {
    const path = join(folder, `former-${known}.db`)
    const database = openSqlite(path)
    database.exec('create table migration (name text primary key)')
    for (const { name, statements } of migrations.slice(0, known)) {
      for (const statement of statements) database.exec(statement)
      database.exec(`insert into migration values ('${name}')`)
    }
    database.close()
    for (let start = 0; start < 2; start += 1) {
      const store = await openSqliteRecordStore(path)
      await store.audit.append({ ...entry, outcome: 'SUCCESS', details: {} })
      expect(await wholeUpTo(store)).toBe(start + 1)
      expect(await store.alerts.latest('default', 'x')).toBeUndefined()
      await store.close()
    }
    const after = openSqlite(path)
    expect(after.prepare('select name from migration order by name').all()).toEqual(
      migrations.map(({ name }) => ({ name })),
    )
    after.close()
  }
}, 60_000)

it('finds alerts of an earlier version by their labels and tells why they are in their incidents', async () => {
  const path = join(folder, 'former-alerts.db')
  const database = openSqlite(path)
  database.exec('create table migration (name text primary key)')
  for (const { name, statements } of migrations.filter(({ name }) => name < '0026')) {
    for (const statement of statements) database.exec(statement)
    database.exec(`insert into migration values ('${name}')`)
  }
  const insert = database.prepare(`insert into alert
    (id, tenant_id, fingerprint, starts_ms, status, severity, incident_id, received_ms, correlated, body)
    values (?, 'default', ?, 1, 'FIRING', 'HIGH', 'i1', 1, 1, ?)`)
  for (const [id, labels] of [
    ['a', { pod: 'p"1', region: 'eu' }],
    ['b', {}],
    ['c', { pod: 'p2' }],
  ] as const)
    insert.run(id, id, JSON.stringify({ id, tenant_id: 'default', labels, annotations: {} }))
  database.exec(`insert into membership values ('i1', 'a', 'near in time')`)
  database.close()
  const store = await openSqliteRecordStore(path)
  const found = async (name: string, value: string) => {
    const filter = { labels: [{ name, equal: true, value }] }
    const page = { sort: '-received_at', limit: 9, offset: 0, facets: false } as const
    return (await store.alertSearch.search('default', filter, page)).alerts.map(({ id }) => id)
  }
  expect([await found('pod', 'p"1'), await found('region', 'eu'), await found('pod', 'p2')]).toEqual([
    ['a'],
    ['a'],
    ['c'],
  ])
  expect(await store.memberships.reasons('i1')).toEqual({ a: 'near in time' })
  await store.close()
})

it('goes on from entries that were chained before their text held their number, and still sees when one is changed', async () => {
  const path = join(folder, 'former-form.db')
  const database = openSqlite(path)
  database.exec('create table migration (name text primary key)')
  for (const { name, statements } of migrations.filter(({ name }) => name < '0008')) {
    for (const statement of statements) database.exec(statement)
    database.exec(`insert into migration values ('${name}')`)
  }
  const insert = database.prepare('insert into audit (sequence, tenant_id, hash, body) values (?, ?, ?, ?)')
  for (let n = 1, hash = ''; n <= 4; n += 1) {
    const body = JSON.stringify({ ...entry, resource: `r${n}`, outcome: 'SUCCESS', details: {} })
    hash = createHash('sha256').update(`${hash}\n${n}\n${body}`).digest('hex')
    insert.run(n, 'default', hash, body)
  }
  const store = await openSqliteRecordStore(path)
  await store.audit.append({ ...entry, outcome: 'DENIED', details: {} })
  expect(await wholeUpTo(store)).toBe(5)
  expect((await store.audit.list('default', { limit: 9, resource: 'r3' })).entries).toHaveLength(1)
  database.exec('drop trigger audit_unchanged')
  database.exec(`update audit set body = replace(body, '"r3"', '"r9"') where sequence = 3`)
  const found = await verifyAudit({
    chain: store.audit,
    checkpoints: [],
    keys: new Map(),
    clock: systemClock,
  })
  expect(found.first_bad).toBe(3)
  await store.close()
  database.close()
})

it('refuses a folder that a newer version wrote', async () => {
  const path = join(folder, 'newer.db')
  await (await openSqliteRecordStore(path)).close()
  const database = openSqlite(path)
  database.exec(`insert into migration values ('9999-future')`)
  database.close()
  await expect(openSqliteRecordStore(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
