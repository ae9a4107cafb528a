import type { QueryCluster } from '@aiops/contract/model/query'

/**
 * Who is asked for the course of a GPU: its cluster, where its metrics can be asked for. Else everybody (none named): senders of many
 * clusters may push to one store, and a UUID is that of one board. The label `cluster` is no help there: to a query over clusters it
 * names the one that is asked.
 */
export function historyClusters(clusterId: string, known: readonly QueryCluster[]): string[] {
  const own = known.find(({ cluster_id }) => cluster_id === clusterId)
  return own && !own.signals.includes('METRICS') ? [] : [clusterId]
}
