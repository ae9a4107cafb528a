import type {
  Cluster,
  ClusterHealthPeriod,
  ClusterStatus,
  CredentialSummary,
} from '@aiops/contract/model/cluster'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SealedSecret } from './secret-store.ts'

/** A registered cluster without what follows from its health, its credentials or the time. */
export type ClusterRecord = Omit<Cluster, 'status' | 'source' | 'credentials' | 'warnings'>
export type StoredStatus = Omit<ClusterStatus, 'stale'>

/** Credentials of one cluster. Only `sealed` holds anything secret, and it is encrypted. */
export type StoredCredential = {
  cluster_id: string
  tenant_id: TenantId
  sealed: SealedSecret
  summary: CredentialSummary
}

/** A stretch of equal checks, known by its cluster and `from`. */
export type StoredPeriod = ClusterHealthPeriod & { cluster_id: string }

/** Registered clusters, their credentials and their health. All tenants lie together; ids are unique among them. */
export interface ClusterRepository {
  /** Throws CLUSTER_ALREADY_EXISTS where the tenant has one of this name. */
  insert(record: ClusterRecord, status: StoredStatus): Promise<void>
  /** Changes the record alone. Throws CLUSTER_ALREADY_EXISTS as `insert`; one that is gone stays gone. */
  update(record: ClusterRecord): Promise<void>
  /** With its credentials and history. */
  delete(id: string): Promise<void>
  all(): Promise<{ record: ClusterRecord; status: StoredStatus }[]>
  /** All or none. Periods are inserted or lengthened; what belongs to a cluster that is gone is left out. */
  saveHealth(
    statuses: readonly { id: string; status: StoredStatus; last_seen_at: string | null }[],
    periods: readonly StoredPeriod[],
  ): Promise<void>
  /** Those that overlap the range, both ends inclusive, newest first. */
  history(
    id: string,
    range: { startMs: number; endMs: number; limit: number },
  ): Promise<ClusterHealthPeriod[]>
  /** Periods that ended before. Returns how many went. */
  deleteHistory(beforeMs: number): Promise<number>
  /** Inserts or replaces. Throws CLUSTER_NOT_FOUND. */
  saveCredential(credential: StoredCredential): Promise<void>
  /** Compare and swap on the sealed text: false, and nothing changed, when it is no longer `before`. */
  replaceSealed(clusterId: string, before: SealedSecret, after: SealedSecret): Promise<boolean>
  deleteCredential(clusterId: string): Promise<void>
  credentials(): Promise<StoredCredential[]>
  /** What is remembered of copying a cluster, whatever its form; inserts or replaces. Goes with the cluster. */
  saveCopy(clusterId: string, body: unknown): Promise<void>
  copies(): Promise<{ cluster_id: string; body: unknown }[]>
}

/** Where sealed credentials lie, where that is not the record store. Whether there is such a cluster is for others to know. */
export type CredentialStore = Pick<
  ClusterRepository,
  'saveCredential' | 'replaceSealed' | 'deleteCredential' | 'credentials'
>
