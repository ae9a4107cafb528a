import type { Alert } from '@aiops/contract/model/alert'
import type { Kysely } from 'kysely'
import type { AlertRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function alertRepository(db: Kysely<Schema>): AlertRepository {
  const stored = (row: { body: string; incident_id: string | null }): Alert => ({
    ...(JSON.parse(row.body) as Alert),
    incident_id: row.incident_id,
  })
  return {
    async upsert(alert) {
      const known = await db
        .selectFrom('alert')
        .select(['id', 'status', 'incident_id', 'correlated', 'body'])
        .where('tenant_id', '=', alert.tenant_id)
        .where('fingerprint', '=', alert.fingerprint)
        .where('starts_ms', '=', Date.parse(alert.starts_at))
        .executeTakeFirst()
      // What ended does not begin again with the same start: a firing that comes late was overtaken on its way.
      if (known?.status === 'RESOLVED' && alert.status === 'FIRING') return stored(known)
      const kept: Alert = known ? { ...alert, id: known.id, incident_id: known.incident_id } : alert
      const row = {
        id: kept.id,
        tenant_id: kept.tenant_id,
        fingerprint: kept.fingerprint,
        starts_ms: Date.parse(kept.starts_at),
        status: kept.status,
        severity: kept.severity,
        incident_id: kept.incident_id,
        received_ms: Date.parse(kept.received_at),
        correlated: known && known.status === kept.status ? known.correlated : 0,
        body: JSON.stringify(kept),
      }
      await db
        .insertInto('alert')
        .values(row)
        .onConflict((c) => c.columns(['tenant_id', 'fingerprint', 'starts_ms']).doUpdateSet(row))
        .execute()
      return kept
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
        .select(['body', 'incident_id'])
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
      const rows = await query
        .select(['body', 'incident_id'])
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
