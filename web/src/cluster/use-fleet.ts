import type { Cluster } from '@aiops/contract/model/cluster'
import { severities } from '@aiops/contract/model/severity'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../shell/api.ts'
import { type Fleet, joinHealth } from './cluster-live.ts'
import type { FindingCounts } from './fleet-list.ts'

const pageSize = 200
/** A fleet of the registry's greatest size, twice. */
const pagesMax = 100

/** Every cluster of the tenant, as it was read and as events changed it. */
export function useFleetList() {
  return useQuery({ queryKey: ['clusters'], queryFn: readFleet, staleTime: 60_000, refetchInterval: 300_000 })
}

/** Every cluster of the tenant, kept by events; what no event tells (the last check) comes with everybody's health. */
export function useFleet() {
  const list = useFleetList()
  const health = useQuery({
    queryKey: ['fleet-health'],
    queryFn: () => client.getFleetHealth(),
    refetchInterval: 10_000,
    enabled: list.data !== undefined,
  })
  const clusters = useMemo(() => list.data && joinHealth(list.data, health.data), [list.data, health.data])
  return { clusters, error: list.error ?? (list.data ? health.error : null), refetch: list.refetch }
}

async function readFleet(): Promise<Fleet> {
  const page = (n: number) => client.listClusters({ query: { page: n, page_size: pageSize } })
  const first = await page(1)
  const count = Math.min(first.total_pages, pagesMax)
  const rest = await Promise.all(Array.from({ length: Math.max(0, count - 1) }, (_, i) => page(i + 2)))
  // A cluster that was added between two answers may be in both.
  const all = new Map<string, Cluster>()
  for (const { items } of [first, ...rest]) for (const one of items) all.set(one.id, one)
  return [...all.values()]
}

/** Open findings of each cluster by severity; undefined until they are known. */
export function useFindingCounts(): FindingCounts | undefined {
  const { data } = useQuery({
    queryKey: ['finding-counts'],
    queryFn: readCounts,
    refetchInterval: 15_000,
    retry: false,
  })
  return data
}

async function readCounts(): Promise<FindingCounts> {
  const counts = new Map<string, Partial<Record<(typeof severities)[number], number>>>()
  await Promise.all(
    severities.map(async (severity) => {
      const { by_cluster } = await client.listFindings({ query: { severity: [severity], page_size: 1 } })
      for (const [id, n] of Object.entries(by_cluster)) counts.set(id, { ...counts.get(id), [severity]: n })
    }),
  )
  return counts
}
