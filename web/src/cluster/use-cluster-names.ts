import { useMemo } from 'react'
import { titleOf } from './cluster-look.ts'
import { useFleetList } from './use-fleet.ts'

/** What each cluster is called, by its id; empty until it is known. */
export function useClusterNames(): ReadonlyMap<string, string> {
  const { data } = useFleetList()
  return useMemo(() => new Map((data ?? []).map((cluster) => [cluster.id, titleOf(cluster)])), [data])
}
