/** Fleet: which clusters there are, whether they are well, and how to reach them. */

import type { ClusterChange, ClusterInput, CredentialInput } from '@aiops/contract/api/cluster'
import type {
  Cluster,
  ClusterCheck,
  ClusterCopy,
  ClusterEnvironment,
  ClusterHealthPeriod,
  ClusterState,
  ClusterStatus,
  ClusterType,
  FleetCapabilities,
  FleetHealth,
  FleetSummary,
} from '@aiops/contract/model/cluster'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { ClusterBackends, MetricBackend } from '../../port/cluster-backend.ts'
import type { ClusterRepository } from '../../port/cluster-repository.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import type { ApiEntry } from './api-entry.ts'
import type { CopiedSeries } from './copy/cluster-copy.ts'
import type { FileCluster } from './file-cluster.ts'
import type { Reach } from './reach.ts'

/** Every value of a list fits where the list is empty. */
export type ClusterFilter = {
  name: string
  cluster_type: readonly ClusterType[]
  environment: readonly ClusterEnvironment[]
  region: string
  state: readonly ClusterState[]
  has_gpu?: boolean | undefined
  has_cnf?: boolean | undefined
  /** `key=value` */
  label: readonly string[]
}
export type StoredAnswer = {
  status: 'stored'
  validation: Validation
  expires_at: string | null
  warnings: string[]
}
export type Validation = { api_server: boolean; prometheus: boolean | null }
export type ValidationAnswer = Omit<StoredAnswer, 'status'> & { valid: boolean; checks: ClusterCheck[] }
export type Signal = 'metrics' | 'logs' | 'traces' | 'alerts'

/** Throws CLUSTER_NOT_FOUND for an id that is unknown in the tenant, and CONFLICT where a cluster of a document would be changed. */
export interface FleetRegistry extends Lifecycle {
  /** Throws INVALID_CLUSTER_NAME and CLUSTER_ALREADY_EXISTS, as `update` does. */
  create(tenant: TenantId, input: ClusterInput): Promise<Cluster>
  update(tenant: TenantId, id: string, change: ClusterChange): Promise<Cluster>
  remove(tenant: TenantId, id: string): Promise<void>
  /** By name. */
  list(tenant: TenantId, filter: ClusterFilter): Cluster[]
  has(tenant: TenantId, id: string): boolean
  get(tenant: TenantId, id: string): Cluster
  getByName(tenant: TenantId, name: string): Cluster
  status(tenant: TenantId, id: string): ClusterStatus
  history(
    tenant: TenantId,
    id: string,
    range: { startMs: number; endMs: number; limit: number },
  ): Promise<ClusterHealthPeriod[]>
  /** How far its metrics were copied here. */
  copy(tenant: TenantId, id: string): ClusterCopy
  /** Health and discovery now. Throws DISCOVERY_FAILED. */
  refresh(tenant: TenantId, id: string): Promise<Cluster>

  /** Tried before they are stored. Throws CREDENTIALS_INVALID and CLUSTER_UNREACHABLE, and nothing changed. */
  putCredentials(tenant: TenantId, id: string, input: CredentialInput): Promise<StoredAnswer>
  /** Without an input the cluster is asked for a new token of the stored service account. Throws CREDENTIALS_NOT_FOUND too. */
  rotateCredentials(tenant: TenantId, id: string, input: CredentialInput | undefined): Promise<StoredAnswer>
  validateCredentials(tenant: TenantId, id: string): Promise<ValidationAnswer>
  deleteCredentials(tenant: TenantId, id: string): Promise<void>
  /** Moves every stored credential, of all tenants, to a new master key. Throws CONFLICT while that goes on. */
  rotateKey(): Promise<{ key_id: string; rewrapped: number; unreadable: number }>

  summary(tenant: TenantId, groupBy?: string): FleetSummary
  health(tenant: TenantId): FleetHealth
  capabilities(tenant: TenantId): FleetCapabilities

  /** Registered clusters as queries see them; those of documents are not among them. */
  backends(tenant: TenantId): readonly ClusterBackends[]
  /** What queries of a cluster of a document go through: what was copied of it answers for it while it is away. */
  orCopied(tenant: TenantId, cluster: ClusterBackends): ClusterBackends
  /** Every cluster, those of documents among them, with what its API server is asked through. */
  apis(tenant: TenantId): Promise<readonly ApiEntry[]>
  /** Why a query that names no clusters leaves this one out; undefined where it does not, or nothing is known. */
  resting(tenant: TenantId, id: string, signal: Signal): string | undefined
}

export type FleetDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: Pick<EventBus, 'publish'>
  clusters: ClusterRepository
  secrets: SecretStore
  /** For checks: many addresses, few requests to each. */
  http: HttpClient
  tenants: readonly TenantId[]
  /** Names that clusters may not have: what this program itself is called. */
  taken: readonly string[]
  /** Clusters that documents name, as they are now. */
  documented(): readonly FileCluster[]
  /** Makes what queries of a registered cluster go through. */
  connect(reach: Reach): Promise<ClusterBackends>
  /** Makes what its API server is asked through; called for those alone that have an address of it. */
  openApi(reach: Reach): Promise<ClusterApi>
  /** What was copied of a cluster, asked as that cluster would be. */
  copied(tenant: TenantId, name: string): MetricBackend
  /** Takes copied samples, whatever their age; resolves once they are durable. */
  storeCopy(
    tenant: TenantId,
    series: readonly CopiedSeries[],
  ): Promise<{ accepted: number; rejected: number; reason: string }>
}

export type { TargetAccess } from './access.ts'
export type { ApiEntry } from './api-entry.ts'
export { FleetConfig } from './config.ts'
export type { CopiedSeries } from './copy/cluster-copy.ts'
export type { FileCluster } from './file-cluster.ts'
export { type Kubeconfig, parseKubeconfig } from './kubeconfig.ts'
export type { Reach } from './reach.ts'
export { createFleetRegistry } from './registry.ts'
