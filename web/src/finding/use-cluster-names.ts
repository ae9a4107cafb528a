import { useMemo } from 'react'
import { useFleet } from '../cluster/use-fleet.ts'

/** Names of the clusters by id; empty until they are known. */
export function useClusterNames(): ReadonlyMap<string, string> {
  const { clusters } = useFleet()
  return useMemo(() => new Map(clusters?.map(({ id, name }) => [id, name])), [clusters])
}
