import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Kysely } from 'kysely'
import type { DiagnosisRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function diagnosisRepository(db: Kysely<Schema>): DiagnosisRepository {
  return {
    async save(tenant, diagnosis) {
      const row = {
        id: diagnosis.id,
        tenant_id: tenant,
        incident_id: diagnosis.incident_id,
        revision: diagnosis.revision,
        body: JSON.stringify(diagnosis),
      }
      await db
        .insertInto('diagnosis')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(row))
        .execute()
    },
    async latest(incidentId) {
      const row = await db
        .selectFrom('diagnosis')
        .select('body')
        .where('incident_id', '=', incidentId)
        .orderBy('revision', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && (JSON.parse(row.body) as Diagnosis)
    },
    async revisions(incidentId, limit) {
      const rows = await db
        .selectFrom('diagnosis')
        .select('body')
        .where('incident_id', '=', incidentId)
        .orderBy('revision', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => JSON.parse(row.body) as Diagnosis).reverse()
    },
  }
}
