import { type Kysely, sql } from 'kysely'
import type { TopologyHistoryRepository } from '../../port/topology-history-repository.ts'
import { rowChunks } from './row-chunks.ts'
import type { Schema } from './schema.ts'
import { lasting } from './topology-history-schema.ts'

/** Stretches read: one a start of the program. */
const watchesMax = 10_000

export function topologyHistoryRepository(db: Kysely<Schema>): TopologyHistoryRepository {
  return {
    async append(tenant, { opened, closed, watched }) {
      for (const { key, fromMs, toMs, vanished, seenMs } of closed)
        await db
          .updateTable('topology_piece')
          .set({ to_ms: toMs, vanished: Number(vanished), seen_ms: seenMs })
          .where('tenant_id', '=', tenant)
          .where('key', '=', key)
          .where('from_ms', '=', fromMs)
          .execute()
      const rows = opened.map(({ key, fromMs, appeared, body }) => ({
        ...{ tenant_id: tenant, key, from_ms: fromMs, to_ms: lasting },
        ...{ appeared: Number(appeared), vanished: 0, seen_ms: null, body },
      }))
      for (const chunk of rowChunks(rows))
        await db
          .insertInto('topology_piece')
          .values([...chunk])
          .onConflict((c) =>
            c.columns(['tenant_id', 'key', 'from_ms']).doUpdateSet((e) => ({
              ...{ to_ms: lasting, vanished: 0, seen_ms: null, body: e.ref('excluded.body') },
            })),
          )
          .execute()
      await db
        .insertInto('topology_watch')
        .values({ tenant_id: tenant, from_ms: watched.fromMs, until_ms: watched.untilMs })
        .onConflict((c) => c.columns(['tenant_id', 'from_ms']).doUpdateSet({ until_ms: watched.untilMs }))
        .execute()
    },
    async at(tenant, timeMs, afterKey, limit) {
      const rows = await db
        .selectFrom('topology_piece')
        .select(['key', 'from_ms', 'to_ms', 'appeared', 'vanished', 'seen_ms', 'body'])
        .where('tenant_id', '=', tenant)
        .where('key', '>', afterKey)
        .where('from_ms', '<=', timeMs)
        .where('to_ms', '>', timeMs)
        .orderBy('key')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        ...{ key: row.key, fromMs: Number(row.from_ms), body: row.body },
        toMs: Number(row.to_ms) >= lasting ? null : Number(row.to_ms),
        ...{ appeared: row.appeared === 1, vanished: row.vanished === 1 },
        seenMs: row.seen_ms === null ? null : Number(row.seen_ms),
      }))
    },
    async watched(tenant) {
      const rows = await db
        .selectFrom('topology_watch')
        .select(['from_ms', 'until_ms'])
        .where('tenant_id', '=', tenant)
        .orderBy('from_ms', 'desc')
        .limit(watchesMax)
        .execute()
      return rows.reverse().map((row) => ({ fromMs: Number(row.from_ms), untilMs: Number(row.until_ms) }))
    },
    moments: (tenant, range) => momentsOf(db, tenant, range),
    async count(tenant) {
      const { total } = await db
        .selectFrom('topology_piece')
        .select((e) => e.fn.countAll().as('total'))
        .where('tenant_id', '=', tenant)
        .executeTakeFirstOrThrow()
      return Number(total)
    },
    async endOfOldest(tenant, count) {
      const row = await db
        .selectFrom('topology_piece')
        .select('to_ms')
        .where('tenant_id', '=', tenant)
        .where('to_ms', '<', lasting)
        .orderBy('to_ms')
        .limit(1)
        .offset(Math.max(0, count - 1))
        .executeTakeFirst()
      return row && Number(row.to_ms)
    },
    async deleteBefore(tenant, timeMs, limit) {
      const watches = await db
        .selectFrom('topology_watch')
        .select(['from_ms', 'until_ms'])
        .where('tenant_id', '=', tenant)
        .where('from_ms', '<', timeMs)
        .execute()
      await db
        .deleteFrom('topology_watch')
        .where('tenant_id', '=', tenant)
        .where('from_ms', '<', timeMs)
        .execute()
      const until = Math.max(...watches.map((row) => Number(row.until_ms)), 0)
      if (until > timeMs)
        await db
          .insertInto('topology_watch')
          .values({ tenant_id: tenant, from_ms: timeMs, until_ms: until })
          .onConflict((c) => c.columns(['tenant_id', 'from_ms']).doNothing())
          .execute()
      const deleted =
        await sql`delete from topology_piece where (tenant_id, key, from_ms) in (select tenant_id, key, from_ms
        from topology_piece where tenant_id = ${tenant} and to_ms <= ${timeMs} order by to_ms limit ${limit})`.execute(
          db,
        )
      return Number(deleted.numAffectedRows ?? 0)
    },
  }
}

async function momentsOf(
  db: Kysely<Schema>,
  tenant: string,
  { startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
): ReturnType<TopologyHistoryRepository['moments']> {
  const found = new Map<
    number,
    { step: number; lastMs: number; added: number; removed: number; changed: number }
  >()
  const read = async (time: 'from_ms' | 'to_ms', flag: 'appeared' | 'vanished'): Promise<void> => {
    const rows = await db
      .selectFrom('topology_piece')
      .select((e) => [
        sql<number>`cast((${sql.ref(time)} - ${startMs}) / ${stepMs} as integer)`.as('step'),
        e.ref(flag).as('flag'),
        e.fn.countAll().as('total'),
        e.fn.max(time).as('last'),
      ])
      .where('tenant_id', '=', tenant)
      .where(time, '>=', startMs)
      .where(time, '<', endMs)
      .groupBy(['step', flag])
      .execute()
    for (const { step, flag: set, total, last } of rows) {
      // The end of what merely changed is told by the beginning of what it became.
      if (time === 'to_ms' && set === 0) continue
      const moment = found.get(Number(step)) ?? {
        ...{ step: Number(step), lastMs: 0, added: 0, removed: 0, changed: 0 },
      }
      const kind = time === 'to_ms' ? 'removed' : set === 1 ? 'added' : 'changed'
      moment[kind] += Number(total)
      moment.lastMs = Math.max(moment.lastMs, Number(last))
      found.set(moment.step, moment)
    }
  }
  await read('from_ms', 'appeared')
  await read('to_ms', 'vanished')
  return [...found.values()].sort((a, b) => a.step - b.step)
}
