import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Kysely } from 'kysely'
import type { AnomalyRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function anomalyRepository(db: Kysely<Schema>): AnomalyRepository {
  const stored = (row: {
    body: string
    incident_id: string | null
    silenced_by: string | null
  }): Anomaly => ({
    ...(JSON.parse(row.body) as Anomaly),
    incident_id: row.incident_id,
    ...(row.silenced_by === null ? {} : { silenced_by: JSON.parse(row.silenced_by) as string[] }),
  })
  return {
    async save(anomaly) {
      const row = {
        id: anomaly.id,
        tenant_id: anomaly.tenant_id,
        state: anomaly.state,
        entity: anomaly.entity ?? null,
        incident_id: anomaly.incident_id,
        detected_ms: Date.parse(anomaly.detected_at),
        body: JSON.stringify({ ...anomaly, silenced_by: undefined }),
      }
      await db
        .insertInto('anomaly')
        .values({ ...row, silenced_by: null })
        .onConflict((c) =>
          c.column('id').doUpdateSet((e) => ({
            ...row,
            // Correlate knows the incident; a later word of detect about the same anomaly does not unlink it.
            incident_id: e.fn.coalesce('excluded.incident_id', 'anomaly.incident_id'),
          })),
        )
        .execute()
    },
    async get(tenant, id) {
      const row = await db
        .selectFrom('anomaly')
        .select(['body', 'incident_id', 'silenced_by'])
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && stored(row)
    },
    async list(tenant, filter) {
      let query = db.selectFrom('anomaly').where('tenant_id', '=', tenant)
      if (filter.state) query = query.where('state', '=', filter.state)
      if (filter.entity) query = query.where('entity', '=', filter.entity)
      if (filter.incidentId) query = query.where('incident_id', '=', filter.incidentId)
      if (filter.startMs !== undefined) query = query.where('detected_ms', '>=', filter.startMs)
      const rows = await query
        .select(['body', 'incident_id', 'silenced_by'])
        .orderBy('detected_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute()
      const count = await query.select((e) => e.fn.countAll().as('total')).executeTakeFirst()
      return {
        anomalies: rows.map(stored),
        total: Number(count?.total ?? 0),
      }
    },
    async markSilenced(id, silenceIds) {
      await db
        .updateTable('anomaly')
        .set({ silenced_by: silenceIds.length > 0 ? JSON.stringify(silenceIds) : null })
        .where('id', '=', id)
        .execute()
    },
    async active() {
      const rows = await db
        .selectFrom('anomaly')
        .select(['body', 'incident_id', 'silenced_by'])
        .where('state', '=', 'ACTIVE')
        .orderBy('detected_ms')
        .execute()
      return rows.map(stored)
    },
    async countSince(tenant, sinceMs) {
      const row = await db
        .selectFrom('anomaly')
        .select((e) => e.fn.countAll().as('total'))
        .where('tenant_id', '=', tenant)
        .where('detected_ms', '>=', sinceMs)
        .executeTakeFirst()
      return Number(row?.total ?? 0)
    },
  }
}
