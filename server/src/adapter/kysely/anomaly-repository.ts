import type { Anomaly } from '@aiops/contract/model/anomaly'
import { type Kysely, sql } from 'kysely'
import type { AnomalyFilter, AnomalyRepository } from '../../port/record-store.ts'
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
      const query = chosen(db, tenant, filter)
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
    async facets(tenant, filter) {
      const { shapes = [], severities = [], tiers = [] } = filter
      const count = async (column: 'shape' | 'severity' | 'tier', rest: AnomalyFilter) => {
        const rows = await chosen(db, tenant, rest)
          .select([column, (e) => e.fn.countAll().as('total')])
          .groupBy(column)
          .execute()
        return Object.fromEntries(rows.map((row) => [row[column] as string, Number(row.total)]))
      }
      const [shape, severity, tier] = await Promise.all([
        count('shape', { ...filter, severities, tiers, shapes: [] }),
        count('severity', { ...filter, shapes, tiers, severities: [] }),
        count('tier', { ...filter, shapes, severities, tiers: [] }),
      ])
      return { shape, severity, tier }
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

function chosen(db: Kysely<Schema>, tenant: string, filter: AnomalyFilter) {
  const { state, entity, incidentId, shapes = [], severities = [], tiers = [], text, startMs, endMs } = filter
  let query = db.selectFrom('anomaly').where('tenant_id', '=', tenant)
  if (state) query = query.where('state', '=', state)
  if (entity) query = query.where('entity', '=', entity)
  if (incidentId) query = query.where('incident_id', '=', incidentId)
  if (shapes.length > 0) query = query.where('shape', 'in', shapes)
  if (severities.length > 0) query = query.where('severity', 'in', severities)
  if (tiers.length > 0) query = query.where('tier', 'in', tiers)
  if (startMs !== undefined) query = query.where('detected_ms', '>=', startMs)
  if (endMs !== undefined) query = query.where('detected_ms', '<', endMs)
  if (text) query = query.where(sql<boolean>`instr(search, ${text.toLowerCase()}) > 0`)
  return query
}
