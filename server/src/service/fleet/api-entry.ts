import type { ClusterType } from '@aiops/contract/model/cluster'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { CredentialVault } from './credential-vault.ts'
import type { Entry } from './entry.ts'
import type { FleetDeps } from './index.ts'
import { reachOf } from './reach.ts'

/** A cluster by its API server. Where `api` is undefined, `reason` says what is missing. */
export type ApiEntry = {
  id: string
  name: string
  type: ClusterType
  api: ClusterApi | undefined
  reason: string
  /** Changes whenever the address, what goes with it, or the credentials do. */
  version: string
}

/** What the API server of a cluster is asked through, made once for each address. It must have one. */
export function openedApi(
  entry: Entry,
  vault: CredentialVault,
  open: FleetDeps['openApi'],
): Promise<ClusterApi> {
  const version = entry.record.api_server_url ?? ''
  if (entry.api?.version !== version) entry.api = { version, opened: open(reachOf(entry, vault)) }
  return entry.api.opened
}

export async function apiEntryOf(
  entry: Entry,
  vault: CredentialVault,
  open: FleetDeps['openApi'],
): Promise<ApiEntry> {
  const { id, name, cluster_type, api_server_url, tls } = entry.record
  const reason = missingOf(entry)
  return {
    ...{ id, name, type: cluster_type, reason },
    api: reason === '' ? await openedApi(entry, vault, open) : undefined,
    version: JSON.stringify([api_server_url, tls, entry.credential?.summary.stored_at ?? null]),
  }
}

function missingOf({ record, file, credential }: Entry): string {
  if (record.api_server_url === null) return 'It has no address of an API server.'
  if (file || credential) return ''
  return 'No credentials are stored for its API server; upload a kubeconfig or a token.'
}
