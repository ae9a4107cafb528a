import type { Kysely } from 'kysely'
import type { CorrelationMemoryRepository } from '../../port/correlation-memory-repository.ts'
import type { Schema } from './schema.ts'

export function correlationMemoryRepository(db: Kysely<Schema>): CorrelationMemoryRepository {
  return {
    async save(tenant, { savedMs, body }) {
      await db
        .insertInto('correlation_memory')
        .values({ tenant_id: tenant, saved_ms: savedMs, body })
        .onConflict((c) => c.column('tenant_id').doUpdateSet({ saved_ms: savedMs, body }))
        .execute()
    },
    async load(tenant) {
      const row = await db
        .selectFrom('correlation_memory')
        .select(['saved_ms', 'body'])
        .where('tenant_id', '=', tenant)
        .executeTakeFirst()
      return row && { savedMs: Number(row.saved_ms), body: row.body }
    },
  }
}
