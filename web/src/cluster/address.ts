import type { Cluster, ClusterTarget } from '@aiops/contract/model/cluster'

/** Where each part of a cluster is reached. */
export function addressesOf({ api_server_url, endpoints }: Cluster): Partial<Record<ClusterTarget, string>> {
  return {
    ...(api_server_url && { API_SERVER: api_server_url }),
    ...(endpoints.prometheus_url && { PROMETHEUS: endpoints.prometheus_url }),
    ...(endpoints.tempo_url && { TEMPO: endpoints.tempo_url }),
    ...(endpoints.loki_url && { LOKI: endpoints.loki_url }),
  }
}
