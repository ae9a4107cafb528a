import type { Kysely } from 'kysely'
import type { Membership, MembershipRepository } from '../../port/record-store.ts'
import { RowStatement } from './row-statement.ts'
import type { Schema } from './schema.ts'

export function membershipRepository(db: Kysely<Schema>): MembershipRepository {
  return {
    async addAll(memberships) {
      // A statement may not name a row twice: of two reasons the later holds.
      const last = new Map(memberships.map((one) => [`${one.incidentId} ${one.memberId}`, one]))
      await saveRows.run(db, [...last.values()])
    },
    async reasons(incidentId) {
      const rows = await db
        .selectFrom('membership')
        .select(['member_id', 'reason'])
        .where('incident_id', '=', incidentId)
        .execute()
      const alerts = await db
        .selectFrom('alert')
        .select(['id', 'reason'])
        .where('incident_id', '=', incidentId)
        .where('reason', 'is not', null)
        .execute()
      return Object.fromEntries([
        ...rows.map((row) => [row.member_id, row.reason]),
        ...alerts.map((alert) => [alert.id, alert.reason]),
      ])
    },
  }
}

const saveRows = new RowStatement<Membership>(
  (rows) => `insert into membership (incident_id, member_id, reason) values ${rows}
    on conflict (incident_id, member_id) do update set reason = excluded.reason`,
  ({ incidentId, memberId, reason }) => [incidentId, memberId, reason],
)
