import type { ClusterTarget } from '@aiops/contract/model/cluster'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { ClusterRecord } from '../../port/cluster-repository.ts'
import type { TargetAccess } from './access.ts'

/** A cluster that a document names, with the credentials that the document names. */
export type FileCluster = Pick<
  ClusterRecord,
  | 'id'
  | 'name'
  | 'display_name'
  | 'api_server_url'
  | 'cluster_type'
  | 'platform'
  | 'region'
  | 'environment'
  | 'endpoints'
  | 'labels'
> & {
  /** Undefined: every tenant's. */
  tenant: TenantId | undefined
  access(target: ClusterTarget): Promise<TargetAccess>
}
