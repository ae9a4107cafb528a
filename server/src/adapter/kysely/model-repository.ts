import type { ModelVersion } from '@aiops/contract/model/detection-model'
import type { Kysely } from 'kysely'
import type { ModelRepository, StoredModel } from '../../port/model-repository.ts'
import type { Schema } from './schema.ts'

/** Models of a tenant that are read; there is one of each kind. */
const modelsMax = 1_000
const versionsMax = 1_000

export function modelRepository(db: Kysely<Schema>): ModelRepository {
  const ofModel = (tenant: string, id: string) =>
    db.selectFrom('model_version').select('body').where('tenant_id', '=', tenant).where('model_id', '=', id)
  const read = ({ body }: { body: string }) => JSON.parse(body) as ModelVersion
  return {
    async saveModel(model) {
      const body = JSON.stringify(model)
      await db
        .insertInto('detection_model')
        .values({ tenant_id: model.tenant_id, id: model.id, last_number: 0, body })
        .onConflict((c) => c.columns(['tenant_id', 'id']).doUpdateSet({ body }))
        .execute()
    },
    async model(tenant, id) {
      const row = await db
        .selectFrom('detection_model')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && (JSON.parse(row.body) as StoredModel)
    },
    async models(tenant) {
      const rows = await db
        .selectFrom('detection_model')
        .select('body')
        .where('tenant_id', '=', tenant)
        .orderBy('id')
        .limit(modelsMax)
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as StoredModel)
    },
    async saveVersion(version) {
      const { tenant_id, model_id, number } = version
      const body = JSON.stringify(version)
      await db
        .insertInto('model_version')
        .values({ tenant_id, model_id, number, body })
        .onConflict((c) => c.columns(['tenant_id', 'model_id', 'number']).doUpdateSet({ body }))
        .execute()
      await db
        .updateTable('detection_model')
        .set({ last_number: number })
        .where('tenant_id', '=', tenant_id)
        .where('id', '=', model_id)
        .where('last_number', '<', number)
        .execute()
    },
    async version(tenant, modelId, number) {
      const row = await ofModel(tenant, modelId).where('number', '=', number).executeTakeFirst()
      return row && read(row)
    },
    async versions(tenant, modelId) {
      const rows = await ofModel(tenant, modelId).orderBy('number', 'desc').limit(versionsMax).execute()
      return rows.map(read)
    },
    async deleteVersions(tenant, modelId, numbers) {
      if (numbers.length === 0) return
      await db
        .deleteFrom('model_version')
        .where('tenant_id', '=', tenant)
        .where('model_id', '=', modelId)
        .where('number', 'in', numbers)
        .execute()
    },
    async lastNumber(tenant, modelId) {
      const row = await db
        .selectFrom('detection_model')
        .select('last_number')
        .where('tenant_id', '=', tenant)
        .where('id', '=', modelId)
        .executeTakeFirst()
      return Number(row?.last_number ?? 0)
    },
    async putDocument(tenant, sha256, body) {
      await db
        .insertInto('model_document')
        .values({ tenant_id: tenant, sha256, body })
        .onConflict((c) => c.columns(['tenant_id', 'sha256']).doNothing())
        .execute()
    },
    async document(tenant, sha256) {
      const row = await db
        .selectFrom('model_document')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('sha256', '=', sha256)
        .executeTakeFirst()
      return row?.body
    },
    async pruneDocuments(tenant, kept) {
      let gone = db.deleteFrom('model_document').where('tenant_id', '=', tenant)
      if (kept.length > 0) gone = gone.where('sha256', 'not in', kept)
      await gone.execute()
    },
  }
}
