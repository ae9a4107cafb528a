import { ClusterCapabilities } from '@aiops/contract/model/cluster'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { ClusterRecord } from '../../../port/cluster-repository.ts'
import { capabilitiesOf, platformOf } from './capability.ts'
import { gatherEvidence } from './evidence.ts'

export type Discovered = Pick<ClusterRecord, 'platform' | 'platform_version'> & {
  capabilities: ClusterCapabilities
}

/** Length of `platform_version`. */
const versionMax = 20

/** Platform, version and capabilities of a cluster, as it shows them. Throws DISCOVERY_FAILED where it does not tell its version. */
export async function discover(
  api: ClusterApi,
  cluster: ClusterRecord,
  signal: AbortSignal,
): Promise<Discovered> {
  const seen = await gatherEvidence(api, cluster.name, signal)
  const version = seen.openshiftVersion ?? seen.gitVersion.replace(/^v/, '')
  const { prometheus_url, tempo_url, loki_url } = cluster.endpoints
  return {
    platform: platformOf(seen),
    platform_version: version.slice(0, versionMax),
    capabilities: capabilitiesOf(seen, ClusterCapabilities.parse(cluster.capabilities ?? {}), {
      prometheus: prometheus_url !== undefined,
      tempo: tempo_url !== undefined,
      loki: loki_url !== undefined,
    }),
  }
}
