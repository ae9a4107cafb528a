import type { Kysely } from 'kysely'
import type { MaintenanceRepository, StoredWindow } from '../../port/maintenance-repository.ts'
import type { Schema } from './schema.ts'

export const maintenanceRepository = (db: Kysely<Schema>): MaintenanceRepository => ({
  async save(window) {
    const row = { tenant_id: window.tenant_id, id: window.id, body: JSON.stringify(window) }
    await db
      .insertInto('maintenance')
      .values(row)
      .onConflict((c) => c.columns(['tenant_id', 'id']).doUpdateSet(row))
      .execute()
  },
  async delete(tenant, id) {
    const result = await db
      .deleteFrom('maintenance')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(result.numDeletedRows) === 1
  },
  async all() {
    const rows = await db
      .selectFrom('maintenance')
      .select('body')
      .orderBy('id')
      .orderBy('tenant_id')
      .execute()
    return rows.map((row) => JSON.parse(row.body) as StoredWindow)
  },
})
