import type { FleetAnswer } from '@aiops/contract/model/query'
import type { Trace } from '@aiops/contract/model/span'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Range, rangeQuery } from '../series/range.ts'
import { client } from '../shell/api.ts'

export type TraceFilter = {
  service?: string | undefined
  operation?: string | undefined
  slowMs?: number | undefined
  errorsOnly?: boolean | undefined
}

export function useTraces(filter: TraceFilter, range: Range, live: boolean) {
  const query = {
    ...rangeQuery(range),
    ...(filter.service ? { service_name: filter.service } : {}),
    ...(filter.operation ? { operation_name: filter.operation } : {}),
    ...(filter.slowMs ? { min_duration_ms: filter.slowMs } : {}),
    ...(filter.errorsOnly ? { errors_only: 'true' } : {}),
    limit: 50,
  }
  return useQuery({
    queryKey: ['traces', query],
    queryFn: () => client.searchTraces({ query }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? 5_000 : false,
    gcTime: 15_000,
  })
}

/** One trace; `fleet`: put together from what every cluster has of it. */
export function useTrace(id: string, fleet: boolean) {
  return useQuery({
    queryKey: ['trace', id, fleet],
    queryFn: async (): Promise<TraceAnswer> =>
      fleet
        ? client.getClusterTrace({ params: { trace_id: id }, query: { cluster_ids: [] } })
        : {
            ...{ missing: [], clusters_queried: 1, cluster_names: {} },
            trace: await client.getTrace({ params: { trace_id: id } }),
          },
    gcTime: 15_000,
  })
}

export type TraceAnswer = Pick<FleetAnswer, 'missing' | 'clusters_queried'> & {
  trace: Trace
  /** By span id; empty where no other cluster was asked. */
  cluster_names: Record<string, string>
}
