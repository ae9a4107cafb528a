import { type Incident, type TimelineEvent, untouchedIncident } from '@aiops/contract/model/incident'
import { severities } from '@aiops/contract/model/severity'
import { type Kysely, sql } from 'kysely'
import type { IncidentFilter, IncidentRepository } from '../../port/record-store.ts'
import { RowStatement } from './row-statement.ts'
import type { Schema } from './schema.ts'

const sorted = {
  '-created_at': ['created_ms', 'desc'],
  created_at: ['created_ms', 'asc'],
  '-updated_at': ['updated_ms', 'desc'],
  '-severity': ['severity_rank', 'asc'],
} as const

export function incidentRepository(db: Kysely<Schema>): IncidentRepository {
  return {
    async insert(draft) {
      const highest = db
        .selectFrom('incident')
        .select((e) => e.fn.max('number').as('number'))
        .where('tenant_id', '=', draft.tenant_id)
      const number = Number((await highest.executeTakeFirst())?.number ?? 0) + 1
      const incident: Incident = { ...draft, number }
      await db
        .insertInto('incident')
        .values({ ...rowOf(incident), diagnosed: 0, remediated: 0 })
        .execute()
      return incident
    },
    async update(incident) {
      await db.updateTable('incident').set(rowOf(incident)).where('id', '=', incident.id).execute()
    },
    async get(tenant, id) {
      const column = /^\d{1,15}$/.test(id) ? 'number' : 'id'
      const value = column === 'number' ? Number(id) : id
      const row = await db
        .selectFrom('incident')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where(column, '=', value)
        .executeTakeFirst()
      return row && stored(row)
    },
    async list(tenant, filter) {
      const selected = selection(db, tenant, filter)
      const [column, direction] = sorted[filter.sort]
      const [rows, count] = await Promise.all([
        selected
          .select('body')
          .orderBy(column, direction)
          .orderBy('number', 'desc')
          .limit(filter.limit)
          .offset(filter.offset)
          .execute(),
        selected.select((e) => e.fn.countAll().as('total')).executeTakeFirst(),
      ])
      return {
        incidents: rows.map(stored),
        total: Number(count?.total ?? 0),
      }
    },
    async unresolved() {
      const rows = await db
        .selectFrom('incident')
        .select('body')
        .where('status', 'in', ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'])
        .orderBy('created_ms')
        .execute()
      return rows.map(stored)
    },
    async endedSince(sinceMs, limit) {
      const rows = await db
        .selectFrom('incident')
        .select('body')
        // Literals, so that the index over what has ended serves.
        .where('status', 'in', [sql.lit('RESOLVED'), sql.lit('CLOSED')])
        .where('updated_ms', '>=', sinceMs)
        .orderBy('updated_ms', 'desc')
        .limit(limit)
        .execute()
      return rows.map(stored)
    },
    async addEvent(incidentId, event) {
      await db
        .insertInto('incident_event')
        .values({ incident_id: incidentId, body: JSON.stringify(event) })
        .execute()
      const flag =
        event.type === 'DIAGNOSED'
          ? 'diagnosed'
          : event.type === 'RUNBOOK_COMPLETED'
            ? 'remediated'
            : undefined
      if (flag)
        await db
          .updateTable('incident')
          .set({ [flag]: 1 })
          .where('id', '=', incidentId)
          .execute()
    },
    async addEvents(events) {
      await eventRows.run(db, events)
    },
    async timeline(incidentId) {
      const rows = await db
        .selectFrom('incident_event')
        .select('body')
        .where('incident_id', '=', incidentId)
        .orderBy('sequence')
        .execute()
      return rows.map((row) => JSON.parse(row.body) as TimelineEvent)
    },
    async countSince(tenant, sinceMs) {
      const row = await db
        .selectFrom('incident')
        .select((e) => [
          e.fn.countAll().as('incidents'),
          e.fn.sum('diagnosed').as('diagnosed'),
          e.fn.sum('remediated').as('remediated'),
        ])
        .where('tenant_id', '=', tenant)
        .where('created_ms', '>=', sinceMs)
        .executeTakeFirst()
      return {
        incidents: Number(row?.incidents ?? 0),
        diagnosed: Number(row?.diagnosed ?? 0),
        remediated: Number(row?.remediated ?? 0),
      }
    },
  }
}

const eventRows = new RowStatement<{ incidentId: string; event: TimelineEvent }>(
  (rows) => `insert into incident_event (incident_id, body) values ${rows}`,
  ({ incidentId, event }) => [incidentId, JSON.stringify(event)],
)

/** What was stored by an older version lacks what came since. */
const stored = ({ body }: { body: string }): Incident => ({
  ...untouchedIncident,
  ...(JSON.parse(body) as Incident),
})

function selection(db: Kysely<Schema>, tenant: string, filter: IncidentFilter) {
  let query = db.selectFrom('incident').where('tenant_id', '=', tenant)
  if (filter.statuses.length) query = query.where('status', 'in', filter.statuses)
  if (filter.severities.length)
    query = query.where(
      'severity_rank',
      'in',
      filter.severities.map((s) => severities.indexOf(s)),
    )
  if (filter.entity) query = query.where(sql<boolean>`instr(entities, ${`\n${filter.entity}\n`}) > 0`)
  if (filter.startMs !== undefined) query = query.where('created_ms', '>=', filter.startMs)
  if (filter.endMs !== undefined) query = query.where('created_ms', '<=', filter.endMs)
  if (filter.assignedTo !== undefined) query = query.where('assigned_to', '=', filter.assignedTo)
  if (filter.text) query = query.where(sql<boolean>`instr(search, ${filter.text.toLowerCase()}) > 0`)
  return query
}

/** Without `diagnosed` and `remediated`: those are set by the timeline, and an update must not reset them. */
function rowOf(incident: Incident) {
  return {
    id: incident.id,
    tenant_id: incident.tenant_id,
    number: incident.number,
    status: incident.status,
    assigned_to: incident.assigned_to,
    severity_rank: severities.indexOf(incident.severity),
    created_ms: Date.parse(incident.created_at),
    updated_ms: Date.parse(incident.updated_at),
    search:
      `inc-${incident.number} ${incident.title} ${incident.description} ${incident.cause?.sentence ?? ''} ${incident.affected_entities.join(' ')}`.toLowerCase(),
    entities: `\n${incident.affected_entities.join('\n')}\n`,
    body: JSON.stringify(incident),
  }
}
