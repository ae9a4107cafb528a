import type { Cluster, FleetCapabilities, FleetHealth, FleetSummary } from '@aiops/contract/model/cluster'
import type { ClusterFilter } from './index.ts'

/** Whether a cluster fits every condition. */
export function fits(cluster: Cluster, filter: ClusterFilter): boolean {
  const name = filter.name.toLowerCase()
  const { capabilities } = cluster
  return (
    (cluster.name.includes(name) || (cluster.display_name ?? '').toLowerCase().includes(name)) &&
    oneOf(filter.cluster_type, cluster.cluster_type) &&
    oneOf(filter.environment, cluster.environment) &&
    oneOf(filter.state, cluster.status.state) &&
    (filter.region === '' || cluster.region === filter.region) &&
    (filter.has_gpu === undefined || (capabilities?.has_gpu_nodes ?? false) === filter.has_gpu) &&
    (filter.has_cnf === undefined || (capabilities?.has_cnf_workloads ?? false) === filter.has_cnf) &&
    filter.label.every((label) => {
      const at = label.indexOf('=')
      const key = label.slice(0, at)
      return Object.hasOwn(cluster.labels, key) && cluster.labels[key] === label.slice(at + 1)
    })
  )
}

const oneOf = <T>(wanted: readonly T[], value: T): boolean => wanted.length === 0 || wanted.includes(value)

/** `groupBy` as the operation takes it. */
export const summarize = (clusters: readonly Cluster[], groupBy?: string): FleetSummary => ({
  total_clusters: clusters.length,
  by_state: counts(clusters, ({ status }) => status.state),
  by_type: counts(clusters, (one) => one.cluster_type),
  by_environment: counts(clusters, (one) => one.environment),
  total_gpu_count: sum(clusters, (one) => one.capabilities?.gpu_count ?? 0),
  clusters_with_cnf: sum(clusters, (one) => Number(one.capabilities?.has_cnf_workloads ?? false)),
  avg_health_score: averageScore(clusters),
  groups: groupBy === undefined ? [] : groupsOf(clusters, groupBy),
})

function groupsOf(clusters: readonly Cluster[], groupBy: string): FleetSummary['groups'] {
  const groups = Map.groupBy(clusters, (one) => groupOf(one, groupBy))
  return [...groups]
    .map(([name, members]) => ({
      ...{ name, total_clusters: members.length, by_state: counts(members, ({ status }) => status.state) },
      total_gpu_count: sum(members, (one) => one.capabilities?.gpu_count ?? 0),
      avg_health_score: averageScore(members),
    }))
    .sort((a, b) => b.total_clusters - a.total_clusters || (a.name < b.name ? -1 : 1))
}

function groupOf(cluster: Cluster, groupBy: string): string {
  if (groupBy.startsWith('label:')) {
    const name = groupBy.slice('label:'.length)
    return Object.hasOwn(cluster.labels, name) ? (cluster.labels[name] ?? '') : ''
  }
  if (groupBy === 'state') return cluster.status.state
  return cluster[groupBy as 'region' | 'cluster_type' | 'environment' | 'platform'] ?? ''
}

export const healthOfFleet = (clusters: readonly Cluster[]): FleetHealth => ({
  total_clusters: clusters.length,
  by_state: counts(clusters, ({ status }) => status.state),
  by_connectivity: counts(clusters, ({ status }) => status.connectivity),
  avg_health_score: averageScore(clusters),
  stale_clusters: sum(clusters, ({ status }) => Number(status.stale)),
  clusters: clusters
    .toSorted((a, b) => a.status.health_score - b.status.health_score)
    .map(({ id, name, status }) => ({
      ...{ cluster_id: id, cluster_name: name, state: status.state, health_score: status.health_score },
      ...{ connectivity: status.connectivity, last_error: status.last_error },
      ...{ checked_at: status.checked_at, stale: status.stale },
    })),
})

export function capabilitiesOfFleet(clusters: readonly Cluster[]): FleetCapabilities {
  const known = clusters.flatMap(({ id, name, capabilities }) =>
    capabilities ? [{ cluster_id: id, cluster_name: name, capabilities }] : [],
  )
  const all = known.map(({ capabilities }) => capabilities)
  const having = (has: (one: (typeof all)[number]) => boolean): number => all.filter(has).length
  return {
    known_clusters: known.length,
    clusters_with_gpu: having((one) => one.has_gpu_nodes),
    total_gpu_count: sum(all, (one) => one.gpu_count),
    gpu_types: [...new Set(all.flatMap((one) => one.gpu_types))].sort(),
    clusters_with_cnf: having((one) => one.has_cnf_workloads),
    cnf_types: [...new Set(all.flatMap((one) => one.cnf_types))].sort(),
    clusters_with_prometheus: having((one) => one.has_prometheus),
    clusters_with_thanos: having((one) => one.has_thanos),
    clusters_with_tempo: having((one) => one.has_tempo),
    clusters_with_loki: having((one) => one.has_loki),
    clusters_with_service_mesh: having((one) => one.has_service_mesh),
    clusters: known,
  }
}

function counts(clusters: readonly Cluster[], of: (cluster: Cluster) => string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const cluster of clusters) found[of(cluster)] = (found[of(cluster)] ?? 0) + 1
  return found
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

/** One that was never checked has no score to count. */
function averageScore(clusters: readonly Cluster[]): number | null {
  const checked = clusters.filter(({ status }) => status.checked_at !== null && status.state !== 'UNKNOWN')
  if (checked.length === 0) return null
  return Math.round((sum(checked, ({ status }) => status.health_score) / checked.length) * 10) / 10
}
