import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { gpuNodesKey } from './gpu-live.ts'

/** All nodes, whatever the filter: it is applied here, and events keep the list fresh. Read again for nodes that left, of which no event tells. */
export const useGpuNodes = () =>
  useQuery({
    queryKey: gpuNodesKey,
    queryFn: () => client.listGpuNodes({ query: { cluster_ids: [] } }),
    refetchInterval: 30_000,
  })

export const useGpuSummary = (clusters: readonly string[]) =>
  useQuery({
    queryKey: ['gpu-summary', clusters],
    queryFn: () => client.getGpuSummary({ query: { cluster_ids: [...clusters] } }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
