import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import type { Kysely } from 'kysely'
import type { DocumentRepository, DocumentVectors, StoredProfile } from '../../port/document-repository.ts'
import type { Schema } from './schema.ts'

export const documentRepository = (db: Kysely<Schema>): DocumentRepository => ({
  ...documents(db),
  ...vectors(db),
  ...profiles(db),
})

type Documents = Pick<DocumentRepository, 'insert' | 'update' | 'delete' | 'get' | 'versions' | 'list'>

/** `update` and `delete` are several statements: called alone, each is one transaction. */
function documents(db: Kysely<Schema>): Documents {
  const stored = (tenant: string, id: string) =>
    db.selectFrom('document').selectAll().where('tenant_id', '=', tenant).where('id', '=', id)
  return {
    async insert(tenant, document) {
      const { id, version } = document
      await db
        .insertInto('document')
        .values({ tenant_id: tenant, id, version, body: JSON.stringify(document) })
        .execute()
    },
    async update(tenant, document, versionsMax) {
      const { id, version } = document
      const before = await stored(tenant, id).executeTakeFirst()
      if (before?.version !== version - 1) return false
      await db.insertInto('document_version').values(before).execute()
      await db
        .updateTable('document')
        .set({ version, body: JSON.stringify(document) })
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .execute()
      await db
        .deleteFrom('document_version')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .where('version', '<', version - versionsMax)
        .execute()
      return true
    },
    async delete(tenant, id) {
      const result = await db
        .deleteFrom('document')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      await db.deleteFrom('document_version').where('tenant_id', '=', tenant).where('id', '=', id).execute()
      await db
        .deleteFrom('document_vector')
        .where('tenant_id', '=', tenant)
        .where('document_id', '=', id)
        .execute()
      return Number(result.numDeletedRows) === 1
    },
    async get(tenant, id, version) {
      const row = await stored(tenant, id).executeTakeFirst()
      if (!row || version === undefined || row.version === version) return row && documentOf(row)
      const before = await db
        .selectFrom('document_version')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst()
      return before && documentOf(before)
    },
    async versions(tenant, id) {
      const row = await stored(tenant, id).executeTakeFirst()
      if (!row) return []
      const before = await db
        .selectFrom('document_version')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .orderBy('version', 'desc')
        .execute()
      return [row, ...before].map(documentOf)
    },
    async list(tenant, after, limit) {
      const rows = await db
        .selectFrom('document')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(documentOf)
    },
  }
}

const documentOf = ({ body }: { body: string }): KnowledgeDocument => JSON.parse(body) as KnowledgeDocument

function vectors(
  db: Kysely<Schema>,
): Pick<DocumentRepository, 'saveVectors' | 'listVectors' | 'deleteVectors'> {
  return {
    async saveVectors(tenant, { documentId, model, hash, vectors: list }) {
      const row = { model, hash, count: list.length, vectors: bytesOf(list) }
      await db
        .insertInto('document_vector')
        .values({ tenant_id: tenant, document_id: documentId, ...row })
        .onConflict((c) => c.columns(['tenant_id', 'document_id']).doUpdateSet(row))
        .execute()
    },
    async listVectors(tenant, after, limit) {
      const rows = await db
        .selectFrom('document_vector')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .where('document_id', '>', after)
        .orderBy('document_id')
        .limit(limit)
        .execute()
      return rows.map(
        ({ document_id, model, hash, count, vectors: bytes }): DocumentVectors => ({
          ...{ documentId: document_id, model, hash, vectors: vectorsOf(bytes, count) },
        }),
      )
    },
    async deleteVectors(tenant, documentId) {
      await db
        .deleteFrom('document_vector')
        .where('tenant_id', '=', tenant)
        .where('document_id', '=', documentId)
        .execute()
    },
  }
}

function bytesOf(list: readonly Float32Array[]): Uint8Array {
  const length = list[0]?.length ?? 0
  const view = new DataView(new ArrayBuffer(list.length * length * 4))
  list.forEach((vector, row) => {
    for (let at = 0; at < length; at += 1) view.setFloat32((row * length + at) * 4, vector[at] ?? 0, true)
  })
  return new Uint8Array(view.buffer)
}

function vectorsOf(bytes: Uint8Array, count: number): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = count === 0 ? 0 : Math.floor(bytes.byteLength / 4 / count)
  return Array.from({ length: count }, (_, row) =>
    Float32Array.from({ length }, (_, at) => view.getFloat32((row * length + at) * 4, true)),
  )
}

function profiles(
  db: Kysely<Schema>,
): Pick<DocumentRepository, 'saveProfile' | 'listProfiles' | 'deleteProfile'> {
  return {
    async saveProfile(tenant, { incidentId, updatedMs, body }) {
      const row = { updated_ms: updatedMs, body }
      await db
        .insertInto('incident_profile')
        .values({ tenant_id: tenant, incident_id: incidentId, ...row })
        .onConflict((c) => c.columns(['tenant_id', 'incident_id']).doUpdateSet(row))
        .execute()
    },
    async listProfiles(tenant, after, limit) {
      const rows = await db
        .selectFrom('incident_profile')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .where('incident_id', '>', after)
        .orderBy('incident_id')
        .limit(limit)
        .execute()
      return rows.map(
        ({ incident_id, updated_ms, body }): StoredProfile => ({
          ...{ incidentId: incident_id, updatedMs: Number(updated_ms), body },
        }),
      )
    },
    async deleteProfile(tenant, incidentId) {
      await db
        .deleteFrom('incident_profile')
        .where('tenant_id', '=', tenant)
        .where('incident_id', '=', incidentId)
        .execute()
    },
  }
}
