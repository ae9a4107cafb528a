import type { Alert } from '@aiops/contract/model/alert'
import { type Kysely, sql } from 'kysely'
import type { AlertRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

const read = ['body', 'incident_id', 'silenced_by'] as const

type Row = Omit<Schema['alert'], 'silenced_by'>
type Known = Pick<Schema['alert'], 'id' | 'status' | 'correlated' | 'body' | 'incident_id' | 'silenced_by'>

export function alertRepository(db: Kysely<Schema>): AlertRepository {
  const statements: { write?: AlertWrite } = {}
  const upsert = async (alert: Alert): Promise<{ alert: Alert; before: Alert['status'] | null }> => {
    statements.write ??= alertWrite(db)
    const known = await statements.write.known(alert)
    // What ended does not begin again with the same start: a firing that comes late was overtaken on its way.
    if (known?.status === 'RESOLVED' && alert.status === 'FIRING')
      return { alert: stored(known), before: 'RESOLVED' }
    const kept = known ? merged(stored(known), { ...alert, id: known.id }) : alert
    const correlated = known && known.status === kept.status ? known.correlated : 0
    await (known ? statements.write.update(rowOf(kept, correlated)) : statements.write.insert(rowOf(kept, 0)))
    return { alert: kept, before: (known?.status as Alert['status'] | undefined) ?? null }
  }
  return {
    upsert: async (alert) => (await upsert(alert)).alert,
    async upsertAll(alerts) {
      const kept: Awaited<ReturnType<typeof upsert>>[] = []
      for (const alert of alerts) kept.push(await upsert(alert))
      return kept
    },
    async latest(tenant, fingerprint) {
      const row = await db
        .selectFrom('alert')
        .select(read)
        .where('tenant_id', '=', tenant)
        .where('fingerprint', '=', fingerprint)
        .orderBy('starts_ms', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && stored(row)
    },
    async expiring(afterMs, untilMs, limit) {
      const rows = await db
        .selectFrom('alert')
        .select(read)
        // A literal, so that the index over firing alerts serves.
        .where('status', '=', sql.lit('FIRING'))
        .where('expires_ms', 'is not', null)
        .where('expires_ms', '>', afterMs)
        .where('expires_ms', '<=', untilMs)
        .orderBy('expires_ms')
        .limit(limit)
        .execute()
      return rows.map(stored)
    },
    async markSilenced(id, silenceIds) {
      await db
        .updateTable('alert')
        .set({ silenced_by: silenceIds.length > 0 ? JSON.stringify(silenceIds) : null })
        .where('id', '=', id)
        .execute()
    },
    async markCorrelated(id, incidentId) {
      await db
        .updateTable('alert')
        .set({ correlated: 1, incident_id: incidentId })
        .where('id', '=', id)
        .execute()
    },
    async uncorrelated(limit) {
      const rows = await db
        .selectFrom('alert')
        .select(read)
        .where('correlated', '=', 0)
        .orderBy('received_ms')
        .limit(limit)
        .execute()
      return rows.map(stored)
    },
    async list(tenant, filter) {
      let query = db.selectFrom('alert').where('tenant_id', '=', tenant)
      if (filter.status) query = query.where('status', '=', filter.status)
      if (filter.severities.length) query = query.where('severity', 'in', filter.severities)
      if (filter.incidentId) query = query.where('incident_id', '=', filter.incidentId)
      if (filter.receivedMs)
        query = query
          .where('received_ms', '>=', filter.receivedMs.fromMs)
          .where('received_ms', '<=', filter.receivedMs.toMs)
      const rows = await query
        .select(read)
        .orderBy('received_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .execute()
      const counts = await query
        .select((e) => ['severity', e.fn.countAll().as('total')])
        .groupBy('severity')
        .execute()
      const bySeverity = Object.fromEntries(counts.map((c) => [c.severity, Number(c.total)]))
      return {
        alerts: rows.map(stored),
        total: counts.reduce((sum, c) => sum + Number(c.total), 0),
        bySeverity,
      }
    },
    async countSince(tenant, sinceMs) {
      const row = await db
        .selectFrom('alert')
        .select((e) => e.fn.countAll().as('total'))
        .where('tenant_id', '=', tenant)
        .where('received_ms', '>=', sinceMs)
        .executeTakeFirst()
      return Number(row?.total ?? 0)
    },
  }
}

const stored = (row: { body: string; incident_id: string | null; silenced_by: string | null }): Alert => ({
  ...(JSON.parse(row.body) as Alert),
  incident_id: row.incident_id,
  ...(row.silenced_by === null ? {} : { silenced_by: JSON.parse(row.silenced_by) as string[] }),
})

/** What came anew over what is known. Of two ends the later holds, in whatever order they came. */
function merged(known: Alert, alert: Alert): Alert {
  const later =
    known.status === 'RESOLVED' && known.ends_at !== null && known.ends_at > (alert.ends_at ?? '')
      ? known.ends_at
      : alert.ends_at
  return {
    ...alert,
    ends_at: later,
    incident_id: known.incident_id,
    ...(known.silenced_by ? { silenced_by: known.silenced_by } : {}),
  }
}

type AlertWrite = {
  known(alert: Alert): Promise<Known | undefined>
  insert(row: Row): Promise<unknown>
  update(row: Row): Promise<unknown>
}

/** The statements of an upsert, built once: to build them again costs more than to run them. The order of values is that of a row's fields. */
function alertWrite(db: Kysely<Schema>): AlertWrite {
  const blank: Row = rowOf(
    { ...nobody, starts_at: '1970-01-01T00:00:00Z', received_at: '1970-01-01T00:00:00Z' },
    0,
  )
  const known = db
    .selectFrom('alert')
    .select(['id', 'status', 'correlated', ...read])
    .where('tenant_id', '=', '')
    .where('fingerprint', '=', '')
    .where('starts_ms', '=', 0)
    .compile()
  const insert = db.insertInto('alert').values(blank).compile()
  const update = db.updateTable('alert').set(blank).where('id', '=', '').compile()
  return {
    async known({ tenant_id, fingerprint, starts_at }) {
      const parameters = [tenant_id, fingerprint, Date.parse(starts_at)]
      return (await db.executeQuery<Known>({ ...known, parameters })).rows[0]
    },
    insert: (row) => db.executeQuery({ ...insert, parameters: Object.values(row) }),
    update: (row) => db.executeQuery({ ...update, parameters: [...Object.values(row), row.id] }),
  }
}

const rowOf = (alert: Omit<Alert, 'labels' | 'annotations'>, correlated: number): Row => ({
  id: alert.id,
  tenant_id: alert.tenant_id,
  fingerprint: alert.fingerprint,
  starts_ms: Date.parse(alert.starts_at),
  status: alert.status,
  severity: alert.severity,
  incident_id: alert.incident_id,
  received_ms: Date.parse(alert.received_at),
  correlated,
  expires_ms: alert.expires_at === undefined ? null : Date.parse(alert.expires_at),
  body: JSON.stringify(alert.silenced_by === undefined ? alert : { ...alert, silenced_by: undefined }),
})

/** Gives a row its form and is never written. */
const nobody = {
  ...{ id: '', tenant_id: '', fingerprint: '', source: '', name: '', message: '' },
  ...({ severity: 'INFO', status: 'FIRING', ends_at: null, incident_id: null } as const),
}
