import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** Renewed by TOPOLOGY_CHANGED, and every 10 s for the edges' rates; what was, is not. */
export function useTopology(at?: string) {
  return useQuery({
    queryKey: ['topology', at ?? 'now'],
    queryFn: () => client.getTopology({ query: at === undefined ? {} : { at } }),
    refetchInterval: at === undefined ? 10_000 : false,
    placeholderData: keepPreviousData,
  })
}

const steps = 200

/** What is kept of the past. */
export function useTopologyTimes() {
  return useQuery({
    queryKey: ['topology-times'],
    queryFn: () => client.getTopologyTimes({ query: { steps } }),
    refetchInterval: 60_000,
  })
}

/** What came, went and changed since a time. */
export function useTopologyDiff(from: string) {
  return useQuery({
    queryKey: ['topology-diff', from],
    queryFn: () => client.diffTopology({ query: { from, limit: 200 } }),
    placeholderData: keepPreviousData,
  })
}
