import type { ClusterTarget } from '@aiops/contract/model/cluster'
import type { Labels } from '@aiops/contract/model/label'
import type { ClusterRecord } from '../../port/cluster-repository.ts'
import { accessTo, type TargetAccess } from './access.ts'
import type { CredentialVault } from './credential-vault.ts'
import type { Entry } from './entry.ts'

/** What is needed to ask a cluster: addresses, and what to show there, read anew for each request. */
export type Reach = {
  id: string
  name: string
  labels: Labels
  api_server_url: string | null
  endpoints: ClusterRecord['endpoints']
  access(target: ClusterTarget | 'ALERTMANAGER'): Promise<TargetAccess>
}

/** Credentials are opened for each request and kept open nowhere. */
export function reachOf(entry: Entry, vault: CredentialVault): Reach {
  const { id, name, labels, endpoints, api_server_url } = entry.record
  return {
    ...{ id, name, labels, endpoints, api_server_url },
    async access(target) {
      // Alertmanager has no token of its own.
      if (target === 'ALERTMANAGER')
        return entry.file
          ? { headers: {} }
          : { ...accessTo(undefined, entry.record, 'PROMETHEUS'), headers: {} }
      return entry.file ? entry.file.access(target) : accessTo(await vault.open(entry), entry.record, target)
    },
  }
}
