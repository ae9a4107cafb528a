import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** Renewed by TOPOLOGY_CHANGED, and every 10 s for the edges' rates. */
export function useTopology() {
  return useQuery({ queryKey: ['topology'], queryFn: () => client.getTopology(), refetchInterval: 10_000 })
}
