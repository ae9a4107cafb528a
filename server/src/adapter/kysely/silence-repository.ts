import type { Kysely } from 'kysely'
import type { SilenceRepository, StoredSilence } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function silenceRepository(db: Kysely<Schema>): SilenceRepository {
  return {
    async save(silence) {
      const row = {
        id: silence.id,
        tenant_id: silence.tenant_id,
        ends_ms: Date.parse(silence.ends_at),
        body: JSON.stringify(silence),
      }
      await db
        .insertInto('silence')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(row))
        .execute()
    },
    async endingAfter(timeMs) {
      const rows = await db
        .selectFrom('silence')
        .select('body')
        .where('ends_ms', '>', timeMs)
        .orderBy('ends_ms')
        .orderBy('id')
        .execute()
      return rows.map((row) => JSON.parse(row.body) as StoredSilence)
    },
    async deleteEnded(timeMs) {
      const result = await db.deleteFrom('silence').where('ends_ms', '<=', timeMs).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
