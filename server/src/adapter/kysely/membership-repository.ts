import type { Kysely } from 'kysely'
import type { MembershipRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function membershipRepository(db: Kysely<Schema>): MembershipRepository {
  return {
    async add(incidentId, memberId, reason) {
      const row = { incident_id: incidentId, member_id: memberId, reason }
      await db
        .insertInto('membership')
        .values(row)
        .onConflict((c) => c.columns(['incident_id', 'member_id']).doUpdateSet({ reason }))
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
