import type { Change } from '@aiops/contract/model/change'
import type { Kysely, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { ChangeFilter, ChangeRepository } from '../../port/change-repository.ts'
import type { Schema } from './schema.ts'

/** Rows of one statement, well under SQLite's limit of 32,766 parameters. */
const rowsPerStatement = 500
const entitiesMax = 500

export function changeRepository(db: Kysely<Schema>): ChangeRepository {
  return {
    async add(changes) {
      const added = new Set<string>()
      for (const change of changes) if (await insert(db, change)) added.add(change.id)
      return added
    },
    async get(tenant, id) {
      const row = await db
        .selectFrom('change')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && (JSON.parse(row.body) as Change)
    },
    async list(tenant, filter) {
      const found = selection(db, tenant, filter)
      const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const rows = await found
        .select('body')
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute()
      return { changes: rows.map(({ body }) => JSON.parse(body) as Change), total: Number(total) }
    },
    async deleteBefore(timeMs) {
      await db.deleteFrom('change_entity').where('at_ms', '<', timeMs).execute()
      const result = await db.deleteFrom('change').where('at_ms', '<', timeMs).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
    async keepNewest(tenant, count) {
      const rows = await db
        .selectFrom('change')
        .select('id')
        .where('tenant_id', '=', tenant)
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(rowsPerStatement)
        .offset(count)
        .execute()
      if (rows.length === 0) return 0
      const ids = rows.map(({ id }) => id)
      for (const table of ['change_entity', 'change'] as const)
        await db
          .deleteFrom(table)
          .where('tenant_id', '=', tenant)
          .where(table === 'change' ? 'id' : 'change_id', 'in', ids)
          .execute()
      return ids.length
    },
  }
}

async function insert(db: Kysely<Schema>, change: Change): Promise<boolean> {
  const { id, tenant_id, kind, source, cluster_id } = change
  const at_ms = Date.parse(change.at)
  const result = await db
    .insertInto('change')
    .values({
      id,
      tenant_id,
      at_ms,
      kind,
      source,
      cluster_id: cluster_id ?? null,
      body: JSON.stringify(change),
    })
    .onConflict((c) => c.columns(['tenant_id', 'id']).doNothing())
    .executeTakeFirst()
  if (Number(result.numInsertedOrUpdatedRows) === 0) return false
  const rows = [...new Set(change.entities)].map((entity) => ({ tenant_id, entity, at_ms, change_id: id }))
  if (rows.length > 0) await db.insertInto('change_entity').values(rows).execute()
  return true
}

function selection(db: Kysely<Schema>, tenant: string, filter: ChangeFilter) {
  const { startMs, endMs, kinds, sources, clusterId } = filter
  const entities = filter.entities?.slice(0, entitiesMax)
  let found = db
    .selectFrom('change')
    .where('tenant_id', '=', tenant)
    .where('at_ms', '>=', startMs)
    .where('at_ms', '<=', endMs)
  if (kinds.length > 0) found = found.where('kind', 'in', kinds)
  if (sources.length > 0) found = found.where('source', 'in', sources)
  if (clusterId !== undefined) found = found.where('cluster_id', '=', clusterId)
  if (entities?.length === 0) return found.where(sql<SqlBool>`1 = 0`)
  if (!entities) return found
  return found.where('id', 'in', (inner) =>
    inner
      .selectFrom('change_entity')
      .select('change_id')
      .where('tenant_id', '=', tenant)
      .where('entity', 'in', entities)
      .where('at_ms', '>=', startMs)
      .where('at_ms', '<=', endMs),
  )
}
