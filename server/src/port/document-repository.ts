import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What an embedder made of one document: a vector for each of its passages, in order, all of one length. */
export type DocumentVectors = {
  documentId: string
  model: string
  /** Of what was embedded; another text has another. */
  hash: string
  vectors: readonly Float32Array[]
}

/** What is kept of an incident that ended, so that others can be compared with it; `body` is the library's own JSON. */
export type StoredProfile = { incidentId: string; updatedMs: number; body: string }

/** Documents that were written through the API, with their versions; and what was made of documents and incidents, which may be made again. */
export interface DocumentRepository {
  insert(tenant: TenantId, document: KnowledgeDocument): Promise<void>
  /** Keeps the version before and at most `versionsMax` of those. False, and nothing changed, where the stored version is not the one before this. */
  update(tenant: TenantId, document: KnowledgeDocument, versionsMax: number): Promise<boolean>
  /** With its versions and vectors. */
  delete(tenant: TenantId, id: string): Promise<boolean>
  /** As it is, or as a kept version was. */
  get(tenant: TenantId, id: string, version?: number): Promise<KnowledgeDocument | undefined>
  /** Those that are kept, newest first. */
  versions(tenant: TenantId, id: string): Promise<KnowledgeDocument[]>
  /** By id, after `after`; begin with the empty text. */
  list(tenant: TenantId, after: string, limit: number): Promise<KnowledgeDocument[]>

  /** Inserts or replaces, by document. */
  saveVectors(tenant: TenantId, vectors: DocumentVectors): Promise<void>
  /** By document, after `after`. */
  listVectors(tenant: TenantId, after: string, limit: number): Promise<DocumentVectors[]>
  deleteVectors(tenant: TenantId, documentId: string): Promise<void>

  /** Inserts or replaces, by incident. */
  saveProfile(tenant: TenantId, profile: StoredProfile): Promise<void>
  /** By incident, after `after`. */
  listProfiles(tenant: TenantId, after: string, limit: number): Promise<StoredProfile[]>
  deleteProfile(tenant: TenantId, incidentId: string): Promise<void>
}
