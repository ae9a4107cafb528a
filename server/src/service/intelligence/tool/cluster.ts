import { getClusterStatus } from './cluster-status.ts'
import { getFleetSummary, listClusters } from './fleet.ts'

/** Clusters as the fleet knows them. */
export const clusterTools = {
  list_clusters: listClusters,
  get_cluster_status: getClusterStatus,
  get_fleet_summary: getFleetSummary,
} as const
