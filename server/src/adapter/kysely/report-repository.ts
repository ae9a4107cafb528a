import type { Kysely } from 'kysely'
import type { ReportRepository, StoredReport, StoredSchedule } from '../../port/report-repository.ts'
import type { Schema } from './schema.ts'

export function reportRepository(db: Kysely<Schema>): ReportRepository {
  const reportOf = ({ body }: { body: string }): StoredReport => JSON.parse(body) as StoredReport
  return {
    async save(report) {
      const { id, tenant_id, report_type, status } = report
      const values = {
        ...{ id, tenant_id, report_type, status, search: report.title.toLowerCase() },
        ...{ created_ms: Date.parse(report.created_at), expires_ms: Date.parse(report.expires_at) },
        body: JSON.stringify(report),
      }
      await db
        .insertInto('report')
        .values(values)
        .onConflict((c) => c.column('id').doUpdateSet(values))
        .execute()
    },
    async get(tenant, id) {
      const row = await db
        .selectFrom('report')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && reportOf(row)
    },
    async list(tenant, { type, search, limit, offset }) {
      let found = db.selectFrom('report').where('tenant_id', '=', tenant)
      if (type !== undefined) found = found.where('report_type', '=', type)
      // `like` would read % and _ as wildcards.
      if (search !== '')
        found = found.where((e) => e(e.fn('instr', ['search', e.val(search.toLowerCase())]), '>', 0))
      const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const rows = await found
        .select('body')
        .orderBy('created_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute()
      return { reports: rows.map(reportOf), total: Number(total) }
    },
    async delete(tenant, id) {
      await db.deleteFrom('report').where('tenant_id', '=', tenant).where('id', '=', id).execute()
    },
    async pending() {
      const rows = await db
        .selectFrom('report')
        .select('body')
        .where('status', '=', 'PENDING')
        .orderBy('created_ms')
        .execute()
      return rows.map(reportOf)
    },
    async expired(timeMs, limit) {
      const rows = await db
        .selectFrom('report')
        .select('body')
        .where('expires_ms', '<=', timeMs)
        .orderBy('expires_ms')
        .limit(limit)
        .execute()
      return rows.map(reportOf)
    },
    async saveSchedule(schedule) {
      const { id, tenant_id } = schedule
      const values = {
        id,
        tenant_id,
        created_ms: Date.parse(schedule.created_at),
        body: JSON.stringify(schedule),
      }
      await db
        .insertInto('report_schedule')
        .values(values)
        .onConflict((c) => c.column('id').doUpdateSet(values))
        .execute()
    },
    async schedules(tenant) {
      let found = db.selectFrom('report_schedule').select('body')
      if (tenant !== undefined) found = found.where('tenant_id', '=', tenant)
      const rows = await found.orderBy('created_ms').orderBy('id').execute()
      return rows.map(({ body }) => JSON.parse(body) as StoredSchedule)
    },
    async deleteSchedule(tenant, id) {
      const result = await db
        .deleteFrom('report_schedule')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(result.numDeletedRows) > 0
    },
  }
}
