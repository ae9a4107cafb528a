import type { ClusterTarget } from '@aiops/contract/model/cluster'
import type { Labels } from '@aiops/contract/model/label'
import type { ClusterRecord } from '../../port/cluster-repository.ts'
import type { TargetAccess } from './access.ts'

/** What is needed to ask a registered cluster: addresses, and what to show there, read anew for each request. */
export type Reach = {
  id: string
  name: string
  labels: Labels
  endpoints: ClusterRecord['endpoints']
  access(target: ClusterTarget | 'ALERTMANAGER'): Promise<TargetAccess>
}
