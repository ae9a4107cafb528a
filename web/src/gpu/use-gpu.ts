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

export const findingPageSize = 50

export const useGpuFindings = (clusters: readonly string[], search: string, page: number, enabled = true) =>
  useQuery({
    queryKey: ['findings', 'gpu', clusters, search, page],
    queryFn: () =>
      client.listFindings({
        query: {
          ...{ cluster_ids: [...clusters], area: ['GPU'], severity: [], analyzer: [], rule: [] },
          ...{ search, page, page_size: findingPageSize },
        },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    enabled,
  })
