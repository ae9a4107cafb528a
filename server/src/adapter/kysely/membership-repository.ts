import type { Kysely } from 'kysely'
import type { MembershipRepository } from '../../port/record-store.ts'
import { rowChunks } from './row-chunks.ts'
import type { Schema } from './schema.ts'

export function membershipRepository(db: Kysely<Schema>): MembershipRepository {
  return {
    async addAll(memberships) {
      // A statement may not name a row twice: of two reasons the later holds.
      const last = new Map(memberships.map((one) => [`${one.incidentId} ${one.memberId}`, one]))
      const rows = [...last.values()].map((one) => ({
        incident_id: one.incidentId,
        member_id: one.memberId,
        reason: one.reason,
      }))
      for (const chunk of rowChunks(rows))
        await db
          .insertInto('membership')
          .values([...chunk])
          .onConflict((c) =>
            c.columns(['incident_id', 'member_id']).doUpdateSet({ reason: (e) => e.ref('excluded.reason') }),
          )
          .execute()
    },
    async reasons(incidentId) {
      const rows = await db
        .selectFrom('membership')
        .select(['member_id', 'reason'])
        .where('incident_id', '=', incidentId)
        .execute()
      return Object.fromEntries(rows.map((row) => [row.member_id, row.reason]))
    },
  }
}
