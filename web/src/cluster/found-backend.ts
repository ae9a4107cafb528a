import type { Cluster, ClusterCapabilities, ClusterEndpoints } from '@aiops/contract/model/cluster'

export type FoundBackend = ClusterCapabilities['found_backends'][number]

/** The setting that takes a backend's address. Thanos is asked as Prometheus is. */
export const endpointOf: Record<FoundBackend['target'], keyof ClusterEndpoints> = {
  PROMETHEUS: 'prometheus_url',
  THANOS: 'prometheus_url',
  TEMPO: 'tempo_url',
  LOKI: 'loki_url',
  ALERTMANAGER: 'alertmanager_url',
}

export const foundWords: Record<FoundBackend['target'], string> = {
  PROMETHEUS: 'Prometheus',
  THANOS: 'Thanos',
  TEMPO: 'Tempo',
  LOKI: 'Loki',
  ALERTMANAGER: 'Alertmanager',
}

/** IN_USE: the cluster's address of it. FREE: there is none yet. OTHER: another one is in use. INSIDE: it is not reached from outside. */
export function standingOf(
  found: FoundBackend,
  { endpoints }: Pick<Cluster, 'endpoints'>,
): 'IN_USE' | 'FREE' | 'OTHER' | 'INSIDE' {
  const now = endpoints[endpointOf[found.target]]
  if (found.url === null) return now ? 'OTHER' : 'INSIDE'
  if (now === undefined) return 'FREE'
  return now.replace(/\/+$/, '') === found.url.replace(/\/+$/, '') ? 'IN_USE' : 'OTHER'
}
