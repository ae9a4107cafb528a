import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { alertPresetConformance } from '../../port/alert-preset-repository.suite.ts'
import { alertSearchConformance } from '../../port/alert-search-repository.suite.ts'
import { anomalyRepositoryConformance } from '../../port/anomaly-repository.suite.ts'
import { auditRepositoryConformance } from '../../port/audit-repository.suite.ts'
import { changeRepositoryConformance } from '../../port/change-repository.suite.ts'
import { chatRepositoryConformance } from '../../port/chat-repository.suite.ts'
import { clusterRepositoryConformance } from '../../port/cluster-repository.suite.ts'
import { correlationRuleRepositoryConformance } from '../../port/correlation-rule-repository.suite.ts'
import { costRepositoryConformance } from '../../port/cost-repository.suite.ts'
import { deploymentRepositoryConformance } from '../../port/deployment-repository.suite.ts'
import { detectionRepositoryConformance } from '../../port/detection-repository.suite.ts'
import { documentRepositoryConformance } from '../../port/document-repository.suite.ts'
import { feedbackRepositoryConformance } from '../../port/feedback-repository.suite.ts'
import { forgeRepositoryConformance } from '../../port/forge-repository.suite.ts'
import { incidentLifeRepositoryConformance } from '../../port/incident-life-repository.suite.ts'
import { modelRepositoryConformance } from '../../port/model-repository.suite.ts'
import { personaRepositoryConformance } from '../../port/persona-repository.suite.ts'
import { placementRepositoryConformance } from '../../port/placement-repository.suite.ts'
import { predictionRepositoryConformance } from '../../port/prediction-repository.suite.ts'
import { recordStoreConformance } from '../../port/record-store.suite.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { reportRepositoryConformance } from '../../port/report-repository.suite.ts'
import { sloRepositoryConformance } from '../../port/slo-repository.suite.ts'
import { stateRepositoryConformance } from '../../port/state-repository.suite.ts'
import { topologyHistoryConformance } from '../../port/topology-history-repository.suite.ts'
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

recordStoreConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
alertPresetConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
alertSearchConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
anomalyRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
auditRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
topologyHistoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
changeRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
chatRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
clusterRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
correlationRuleRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
costRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
deploymentRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
detectionRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
forgeRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
incidentLifeRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
feedbackRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
modelRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
personaRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
placementRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
predictionRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
reportRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
documentRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
sloRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))
stateRepositoryConformance((name) => openSqliteRecordStore(join(folder, `${name}.db`)))

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
