import type { Kysely } from 'kysely'
import type { DetectionRepository, StoredDetection } from '../../port/detection-repository.ts'
import type { Schema } from './schema.ts'

export function detectionRepository(db: Kysely<Schema>): DetectionRepository {
  return {
    async all() {
      const rows = await db.selectFrom('detection_settings').select('body').execute()
      return rows.map(({ body }) => JSON.parse(body) as StoredDetection)
    },
    async save(settings) {
      const { tenant_id, revision } = settings
      const body = JSON.stringify(settings)
      if (revision === 1) {
        const inserted = await db
          .insertInto('detection_settings')
          .values({ tenant_id, revision, body })
          .onConflict((c) => c.column('tenant_id').doNothing())
          .executeTakeFirst()
        return Number(inserted.numInsertedOrUpdatedRows) === 1
      }
      const swapped = await db
        .updateTable('detection_settings')
        .set({ revision, body })
        .where('tenant_id', '=', tenant_id)
        .where('revision', '=', revision - 1)
        .executeTakeFirst()
      return Number(swapped.numUpdatedRows) === 1
    },
  }
}
