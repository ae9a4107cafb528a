import type { ClusterHealthPeriod, CredentialSummary } from '@aiops/contract/model/cluster'
import type { Kysely } from 'kysely'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { ClusterRecord, ClusterRepository, StoredStatus } from '../../port/cluster-repository.ts'
import type { Schema } from './schema.ts'

/** Rows of one statement, well under SQLite's limit of 32,766 parameters. */
const rowsPerStatement = 1_000

export function clusterRepository(db: Kysely<Schema>): ClusterRepository {
  return {
    async insert(record, status) {
      const row = { ...rowOf(record), status: JSON.stringify(status), last_seen_at: record.last_seen_at }
      await named(record.name, () => db.insertInto('cluster').values(row).execute())
    },
    async update(record) {
      await named(record.name, () =>
        db.updateTable('cluster').set(rowOf(record)).where('id', '=', record.id).execute(),
      )
    },
    async delete(id) {
      await db.deleteFrom('cluster_health').where('cluster_id', '=', id).execute()
      await db.deleteFrom('cluster_credential').where('cluster_id', '=', id).execute()
      await db.deleteFrom('cluster_copy').where('cluster_id', '=', id).execute()
      await db.deleteFrom('cluster').where('id', '=', id).execute()
    },
    async all() {
      const rows = await db
        .selectFrom('cluster')
        .select(['body', 'status', 'last_seen_at'])
        .orderBy('id')
        .execute()
      return rows.map(({ body, status, last_seen_at }) => ({
        record: { ...(JSON.parse(body) as ClusterRecord), last_seen_at },
        status: JSON.parse(status) as StoredStatus,
      }))
    },
    async saveCopy(clusterId, body) {
      const row = { cluster_id: clusterId, body: JSON.stringify(body) }
      await db
        .insertInto('cluster_copy')
        .values(row)
        .onConflict((c) => c.column('cluster_id').doUpdateSet(row))
        .execute()
    },
    async copies() {
      const rows = await db.selectFrom('cluster_copy').selectAll().execute()
      return rows.map(({ cluster_id, body }) => ({ cluster_id, body: JSON.parse(body) as unknown }))
    },
    ...healthOf(db),
    ...credentialsOf(db),
  }
}

type Health = Pick<ClusterRepository, 'saveHealth' | 'history' | 'deleteHistory'>

const healthOf = (db: Kysely<Schema>): Health => ({
  async saveHealth(statuses, periods) {
    const known = await knownIds(db, [
      ...new Set([...statuses.map(({ id }) => id), ...periods.map((period) => period.cluster_id)]),
    ])
    for (const { id, status, last_seen_at } of statuses.filter((one) => known.has(one.id)))
      await db
        .updateTable('cluster')
        .set({ status: JSON.stringify(status), last_seen_at })
        .where('id', '=', id)
        .execute()
    const rows = periods
      .filter((period) => known.has(period.cluster_id))
      .map(({ cluster_id, from, to, checks, ...body }) => ({
        ...{ cluster_id, checks, from_ms: Date.parse(from), to_ms: Date.parse(to) },
        body: JSON.stringify(body),
      }))
    for (let at = 0; at < rows.length; at += rowsPerStatement)
      await db
        .insertInto('cluster_health')
        .values(rows.slice(at, at + rowsPerStatement))
        .onConflict((c) =>
          c.columns(['cluster_id', 'from_ms']).doUpdateSet((e) => ({
            to_ms: e.ref('excluded.to_ms'),
            checks: e.ref('excluded.checks'),
            body: e.ref('excluded.body'),
          })),
        )
        .execute()
  },
  async history(id, { startMs, endMs, limit }) {
    const rows = await db
      .selectFrom('cluster_health')
      .selectAll()
      .where('cluster_id', '=', id)
      .where('to_ms', '>=', startMs)
      .where('from_ms', '<=', endMs)
      .orderBy('from_ms', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ from_ms, to_ms, checks, body }) => ({
      ...(JSON.parse(body) as Omit<ClusterHealthPeriod, 'from' | 'to' | 'checks'>),
      ...{ from: new Date(from_ms).toISOString(), to: new Date(to_ms).toISOString(), checks },
    }))
  },
  async deleteHistory(beforeMs) {
    const result = await db.deleteFrom('cluster_health').where('to_ms', '<', beforeMs).executeTakeFirst()
    return Number(result.numDeletedRows)
  },
})

type Credentials = Pick<
  ClusterRepository,
  'saveCredential' | 'replaceSealed' | 'deleteCredential' | 'credentials'
>

const credentialsOf = (db: Kysely<Schema>): Credentials => ({
  async saveCredential({ cluster_id, tenant_id, sealed, summary }) {
    if (!(await knownIds(db, [cluster_id])).has(cluster_id))
      throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${cluster_id}.`)
    const row = { cluster_id, tenant_id, sealed, summary: JSON.stringify(summary) }
    await db
      .insertInto('cluster_credential')
      .values(row)
      .onConflict((c) => c.column('cluster_id').doUpdateSet(row))
      .execute()
  },
  async replaceSealed(clusterId, before, after) {
    const result = await db
      .updateTable('cluster_credential')
      .set({ sealed: after })
      .where('cluster_id', '=', clusterId)
      .where('sealed', '=', before)
      .executeTakeFirst()
    return Number(result.numUpdatedRows) === 1
  },
  async deleteCredential(clusterId) {
    await db.deleteFrom('cluster_credential').where('cluster_id', '=', clusterId).execute()
  },
  async credentials() {
    const rows = await db.selectFrom('cluster_credential').selectAll().orderBy('cluster_id').execute()
    return rows.map((row) => ({ ...row, summary: JSON.parse(row.summary) as CredentialSummary }))
  },
})

const rowOf = (record: ClusterRecord) => ({
  id: record.id,
  tenant_id: record.tenant_id,
  name: record.name,
  body: JSON.stringify(record),
})

async function knownIds(db: Kysely<Schema>, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>()
  for (let at = 0; at < ids.length; at += rowsPerStatement) {
    const part = ids.slice(at, at + rowsPerStatement)
    const rows = await db.selectFrom('cluster').select('id').where('id', 'in', part).execute()
    for (const { id } of rows) known.add(id)
  }
  return known
}

/** The name is the only thing besides the id that is unique, and ids are ours. */
async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!/unique constraint/i.test(messageOf(error))) throw error
    throw new Fault('CLUSTER_ALREADY_EXISTS', `There is a cluster ${name} already.`, { cause: error })
  }
}
