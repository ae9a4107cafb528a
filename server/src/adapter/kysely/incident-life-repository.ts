import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { IncidentMember, MemberKind } from '@aiops/contract/model/incident'
import { type Kysely, sql } from 'kysely'
import type { IncidentLifeRepository, StoredLesson } from '../../port/incident-life-repository.ts'
import { rowChunks } from './row-chunks.ts'
import type { Schema } from './schema.ts'

const kinds: readonly MemberKind[] = ['ALERT', 'ANOMALY']

export function incidentLifeRepository(db: Kysely<Schema>): IncidentLifeRepository {
  return {
    ...membersOf(db),
    ...barsOf(db),
    async saveLessons(tenant, lessons) {
      for (const lesson of lessons) {
        const row = {
          ...{ tenant_id: tenant, id: lesson.id, updated_ms: Date.parse(lesson.updated_at) },
          body: JSON.stringify(lesson),
        }
        await db
          .insertInto('correlation_lesson')
          .values(row)
          .onConflict((c) => c.columns(['tenant_id', 'id']).doUpdateSet(row))
          .execute()
      }
    },
    async lessons(tenant) {
      const rows = await db
        .selectFrom('correlation_lesson')
        .select('body')
        .where('tenant_id', '=', tenant)
        .orderBy('updated_ms', 'desc')
        .orderBy('id')
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as StoredLesson)
    },
    async deleteLesson(tenant, id) {
      const result = await db
        .deleteFrom('correlation_lesson')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(result.numDeletedRows) === 1
    },
  }
}

function membersOf(db: Kysely<Schema>): Pick<IncidentLifeRepository, 'members' | 'leave'> {
  return {
    async members(tenant, incidentId, { kind, text, limit, offset }) {
      const members: IncidentMember[] = []
      let total = 0
      for (const one of kinds) {
        if (kind !== undefined && kind !== one) continue
        const skipped = total
        const chosen = chosenOf(tenant, incidentId, one, text)
        const counted = await sql<{ total: number }>`select count(*) as total ${chosen}`.execute(db)
        total += Number(counted.rows[0]?.total ?? 0)
        const missing = limit - members.length
        if (missing <= 0 || total <= offset) continue
        const [table, at] = [sql.table(tables[one].name), sql.ref(tables[one].at)]
        // Bodies are read of the page alone: sorting thousands of them takes longer than all else.
        const found = await sql<Row>`select page.id, whole.body, whole.silenced_by, ${reasons[one]} as reason
          from (select id, ${at} as at_ms ${chosen} order by ${at} desc, id
            limit ${missing} offset ${Math.max(0, offset - skipped)}) as page
          join ${table} as whole on whole.id = page.id
          left join membership on membership.member_id = page.id and membership.incident_id = ${incidentId}
          order by page.at_ms desc, page.id`.execute(db)
        for (const row of found.rows) members.push(memberOf(one, incidentId, row))
      }
      return { members, total }
    },
    async leave(departures) {
      for (const chunk of rowChunks(departures)) {
        const pairs = sql.join(chunk.map((one) => sql`(${one.incidentId}, ${one.memberId})`))
        await sql`delete from membership where (incident_id, member_id) in (values ${pairs})`.execute(db)
        for (const kind of kinds) {
          const left = chunk.filter((one) => one.kind === kind)
          if (left.length === 0) continue
          const rows = sql.join(
            left.map((one) => sql`(${one.memberId}, ${one.incidentId}, ${one.waits ? 0 : 1})`),
          )
          const correlated =
            kind === 'ALERT' ? sql`, correlated = cast(gone.column3 as bigint), reason = null` : sql``
          await sql`update ${sql.table(tables[kind].name)} set incident_id = null ${correlated}
            from (values ${rows}) as gone
            where ${sql.table(tables[kind].name)}.id = gone.column1 and incident_id = gone.column2`.execute(
            db,
          )
        }
      }
    },
  }
}

const reasons = {
  ALERT: sql`coalesce(whole.reason, membership.reason)`,
  ANOMALY: sql`membership.reason`,
}

const tables = {
  ALERT: { name: 'alert', at: 'received_ms' },
  ANOMALY: { name: 'anomaly', at: 'detected_ms' },
} as const

const chosenOf = (tenant: string, incidentId: string, kind: MemberKind, text: string | undefined) =>
  sql`from ${sql.table(tables[kind].name)} where tenant_id = ${tenant} and incident_id = ${incidentId}
    ${text ? sql`and instr(lower(body), ${text.toLowerCase()}) > 0` : sql``}`

type Row = { id: string; body: string; silenced_by: string | null; reason: string | null }
function memberOf(kind: MemberKind, incidentId: string, row: Row): IncidentMember {
  const body = {
    ...(JSON.parse(row.body) as Alert & Anomaly),
    incident_id: incidentId,
    ...(row.silenced_by === null ? {} : { silenced_by: JSON.parse(row.silenced_by) as string[] }),
  }
  return {
    ...{ kind, id: row.id, reason: row.reason ?? '' },
    alert: kind === 'ALERT' ? body : null,
    anomaly: kind === 'ANOMALY' ? body : null,
  }
}

function barsOf(db: Kysely<Schema>): Pick<IncidentLifeRepository, 'bar' | 'liftBars' | 'barred'> {
  return {
    async bar(incidentId, keys) {
      const last = await db
        .selectFrom('incident_bar')
        .select((e) => e.fn.max('sequence').as('sequence'))
        .where('incident_id', '=', incidentId)
        .executeTakeFirst()
      const next = Number(last?.sequence ?? 0) + 1
      const rows = [...new Set(keys)].map((member_key, i) => ({
        ...{ incident_id: incidentId, member_key, sequence: next + i },
      }))
      for (const chunk of rowChunks(rows))
        await db
          .insertInto('incident_bar')
          .values([...chunk])
          .onConflict((c) => c.columns(['incident_id', 'member_key']).doNothing())
          .execute()
    },
    async liftBars(incidentId, keys) {
      for (const chunk of rowChunks(keys))
        await db
          .deleteFrom('incident_bar')
          .where('incident_id', '=', incidentId)
          .where('member_key', 'in', [...chunk])
          .execute()
    },
    async barred(incidentId) {
      const rows = await db
        .selectFrom('incident_bar')
        .select('member_key')
        .where('incident_id', '=', incidentId)
        .orderBy('sequence')
        .execute()
      return rows.map(({ member_key }) => member_key)
    },
  }
}
