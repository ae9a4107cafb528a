import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { changeRepositoryConformance } from '../../port/change-repository.suite.ts'
import { chatRepositoryConformance } from '../../port/chat-repository.suite.ts'
import { clusterRepositoryConformance } from '../../port/cluster-repository.suite.ts'
import { personaRepositoryConformance } from '../../port/persona-repository.suite.ts'
import { recordStoreConformance } from '../../port/record-store.suite.ts'
import { reportRepositoryConformance } from '../../port/report-repository.suite.ts'
import { openSqliteRecordStore } from './record-store.ts'
import { migrations } from './schema.ts'
import { openSqlite } from './sqlite-dialect.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-records-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

recordStoreConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
changeRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
chatRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
clusterRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
personaRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
reportRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))

it('shows where the audit log was changed', async () => {
  const path = join(folder, 'audit.db')
  const store = await openSqliteRecordStore(path)
  for (const resource of ['a', 'b', 'c']) {
    await store.audit.append({
      at: '2026-01-01T00:00:00Z',
      tenant: 'default',
      actor: 'x',
      action: 'y',
      resource,
      outcome: 'SUCCESS',
      details: {},
    })
  }
  const database = openSqlite(path)
  database.exec(`update audit set body = replace(body, '"b"', '"z"') where sequence = 2`)
  database.close()
  expect(await store.audit.verify()).toBe(2)
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
    const entry = { at: '2026-01-01T00:00:00Z', tenant: 'default', actor: 'x', action: 'y', resource: 'r' }
    for (let start = 0; start < 2; start += 1) {
      const store = await openSqliteRecordStore(path)
      await store.audit.append({ ...entry, outcome: 'SUCCESS', details: {} })
      expect(await store.audit.verify()).toBeNull()
      expect(await store.alerts.latest('default', 'x')).toBeUndefined()
      await store.close()
    }
    const after = openSqlite(path)
    expect(after.prepare('select name from migration order by name').all()).toEqual(
      migrations.map(({ name }) => ({ name })),
    )
    after.close()
  }
})

it('refuses a folder that a newer version wrote', async () => {
  const path = join(folder, 'newer.db')
  await (await openSqliteRecordStore(path)).close()
  const database = openSqlite(path)
  database.exec(`insert into migration values ('9999-future')`)
  database.close()
  await expect(openSqliteRecordStore(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
