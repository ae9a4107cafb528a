import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { migrations } from '../../server/src/adapter/kysely/schema.ts'
import {
  PostgresConfig,
  type PostgresOptions,
  postgresDialect,
} from '../../server/src/adapter/postgres/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { alertOf, incidentOf } from '../../server/src/port/record-store.suite.ts'
import type { RecordStore } from '../../server/src/port/record-store.ts'
import { recordsConformance } from '../../server/src/port/records.suite.ts'
import { verifyAudit } from '../../server/src/service/identity/index.ts'
import {
  type PostgresServer,
  postgresPassword,
  postgresPrograms,
  postgresRole,
  startPostgres,
} from './postgres.ts'
import { integration } from './real-server.ts'

integration('records in PostgreSQL', postgresPrograms, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.remove())

  const open = (schema: string, change: Partial<PostgresOptions> = {}): Promise<RecordStore> =>
    openRecordStore(
      postgresDialect({
        ...{ host: '127.0.0.1', port: server.port, database: 'aiops', log: silentLog },
        config: PostgresConfig.parse({ user: postgresRole, schema }),
        password: async () => postgresPassword,
        ...change,
      }),
    )

  const schemas = new Map<string, string>()
  recordsConformance((name) => {
    const schema = schemas.get(name) ?? `suite_${schemas.size}`
    schemas.set(name, schema)
    return open(schema)
  })

  describe('shared by several processes', () => {
    it('are brought up to date once, whoever starts first', async () => {
      const stores = await Promise.all([open('started'), open('started'), open('started')])
      expect(await server.ask('select count(*) as total from started.migration', 'aiops')).toEqual([
        { total: String(migrations.length) },
      ])
      await Promise.all(stores.map((store) => store.close()))
    })
    it('have incidents numbered without gaps or twins, one audit chain, and one holder of a duty', async () => {
      const stores = await Promise.all([open('together'), open('together'), open('together')])
      const rounds = 20
      const held: string[] = []
      await Promise.all(
        stores.flatMap((store, own) =>
          Array.from({ length: rounds }, async (_, round) => {
            const id = `${own}-${round}`
            await store.incidents.insert(incidentOf(id))
            // What fails leaves no gap.
            const undone = store.transaction(async (inside) => {
              await inside.incidents.insert(incidentOf(`undone-${id}`))
              throw new Error('undone')
            })
            await expect(undone).rejects.toThrow('undone')
            await store.audit.append({
              ...{ at: new Date().toISOString(), tenant: 'default', actor: id, action: 'y', resource: 'r' },
              ...{ outcome: 'SUCCESS', details: {} },
            })
            const lock = { id, info: '{}', lockedMs: 1, lockedBy: id }
            const key = { tenant: 'default', project: 'p', name: `duty-${round}` }
            if ((await store.states.lock(key, lock)) === undefined) held.push(key.name)
          }),
        ),
      )
      const [store] = stores
      const { incidents } = await store.incidents.list('default', {
        ...{ statuses: [], severities: [], sort: 'created_at', limit: 1_000, offset: 0 },
      })
      expect(incidents.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: rounds * stores.length }, (_, i) => i + 1),
      )
      const chain = { chain: store.audit, checkpoints: [], keys: new Map(), clock: systemClock }
      expect(await verifyAudit(chain)).toMatchObject({ entries: rounds * stores.length, findings: [] })
      expect(new Set(held).size).toBe(held.length)
      expect(held).toHaveLength(rounds)
      await Promise.all(stores.map((one) => one.close()))
    })
    it('of a newer version are refused', async () => {
      await (await open('newer')).close()
      await server.ask(`insert into newer.migration values ('9999-future')`, 'aiops')
      await expect(open('newer')).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/9999-future/),
      })
    })
  })

  it('let nobody change, delete, empty or leave out entries of the audit log by plain SQL', async () => {
    const store = await open('audited')
    for (const resource of ['a', 'b', 'c'])
      await store.audit.append({
        ...{ at: '2026-01-01T00:00:00Z', tenant: 'default', actor: 'x', action: 'y', resource },
        ...{ outcome: 'SUCCESS', details: {} },
      })
    for (const statement of [
      `update audited.audit set body = '1' where sequence = 2`,
      'delete from audited.audit where sequence = 3',
      'truncate audited.audit',
      `insert into audited.audit (sequence, tenant_id, hash, body) values (5, 'default', '', '')`,
    ])
      await expect(server.ask(statement, 'aiops'), statement).rejects.toThrow(/audit log/)
    await store.close()
  })

  it('hold text that PostgreSQL itself cannot, and find what else is in it', async () => {
    const store = await open('odd')
    const odd = alertOf('odd\0', {
      message: 'half \ud800 and none \0',
      labels: { service: 'payments', 'a"b': 'c\\u0000d', path: 'C:\\users' },
    })
    await store.alerts.upsert(odd)
    const labels = [
      { name: 'path', equal: true, value: 'C:\\users' },
      { name: 'a"b', equal: true, value: 'c\\u0000d' },
    ]
    for (const label of labels) {
      const where = { op: 'is', field: { of: 'label', name: label.name }, texts: [label.value] } as const
      const found = await store.alertSearch.search(
        'default',
        { where },
        { sort: '-received_at', limit: 9, offset: 0, facets: false },
      )
      expect(
        found.alerts.map(({ message }) => message),
        label.name,
      ).toEqual([odd.message])
    }
    await store.close()
  })

  it('are away while the server is, and back with it, with all that was acknowledged', async () => {
    const store = await open('away')
    const kept: string[] = []
    const write = async (id: string): Promise<void> => {
      await store.alerts.upsert(alertOf(id))
      kept.push(id)
    }
    for (let i = 0; i < 20; i += 1) await write(`before-${i}`)
    const storm = Promise.allSettled(Array.from({ length: 50 }, (_, i) => write(`during-${i}`)))
    await server.kill()
    for (const one of await storm)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryAfterSeconds: 5 })
    await expect(store.incidents.unresolved()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await server.start()
    await write('after')
    for (const id of kept) expect((await store.alerts.latest('default', id))?.fingerprint).toBe(id)
    await store.close()
  })

  it('say at the start why they cannot be opened', async () => {
    const config = PostgresConfig.parse({ user: postgresRole, schema: 'any' })
    await expect(open('any', { password: async () => 'wrong' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/does not let the role "aiops" in/),
    })
    await expect(open('any', { database: 'missing' })).rejects.toMatchObject({
      message: expect.stringMatching(/has no database "missing"/),
    })
    await expect(open('any', { port: 1, config })).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached/),
    })
  })
})
