import type { DetectionModel, ModelVersion } from '@aiops/contract/model/detection-model'
import type { TenantId } from '@aiops/contract/model/tenant'

/** A model without what follows from its versions and from the time. */
export type StoredModel = Pick<
  DetectionModel,
  'id' | 'tenant_id' | 'kind' | 'champion' | 'candidate' | 'created_at' | 'updated_at'
>

/**
 * Versions of what detection has learned. A resolved write is on disk; who changes a model and its versions together does it in one
 * transaction of the store. Documents are kept by the SHA-256 of their text and never changed.
 */
export interface ModelRepository {
  saveModel(model: StoredModel): Promise<void>
  model(tenant: TenantId, id: string): Promise<StoredModel | undefined>
  models(tenant: TenantId): Promise<StoredModel[]>
  /** Inserts or replaces by number. */
  saveVersion(version: ModelVersion): Promise<void>
  version(tenant: TenantId, modelId: string, number: number): Promise<ModelVersion | undefined>
  /** Newest first. */
  versions(tenant: TenantId, modelId: string): Promise<ModelVersion[]>
  deleteVersions(tenant: TenantId, modelId: string, numbers: readonly number[]): Promise<void>
  /** The highest number ever given, also to versions that are gone; 0 for none. */
  lastNumber(tenant: TenantId, modelId: string): Promise<number>
  putDocument(tenant: TenantId, sha256: string, body: string): Promise<void>
  document(tenant: TenantId, sha256: string): Promise<string | undefined>
  /** Deletes the tenant's documents that none of `kept` names. */
  pruneDocuments(tenant: TenantId, kept: readonly string[]): Promise<void>
}
