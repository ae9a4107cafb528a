import type { QueryCluster } from '@aiops/contract/model/query'
import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** Clusters that can be asked for a kind of signal; empty until it is known. */
export function useQueryClusters(signal: QueryCluster['signals'][number]): QueryCluster[] {
  const { data } = useQuery({ queryKey: ['query-clusters'], queryFn: () => client.listQueryClusters() })
  return (data?.clusters ?? []).filter(({ signals }) => signals.includes(signal))
}
