import type { OperationOutput } from '@aiops/contract/api/operation'
import type { trace } from '@aiops/contract/api/trace'
import type { FleetAnswer } from '@aiops/contract/model/query'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Range, rangeBounds, rangeQuery } from '../series/range.ts'
import { client } from '../shell/api.ts'

export type TraceQuery = {
  query: string
  clusters: readonly string[]
  /** Whether other clusters than this server itself are asked; of theirs no more than a summary is told. */
  fleet: boolean
  limit: number
}

/** Traces by TraceQL, newest first. */
export function useTraceQuery({ query, clusters, fleet, limit }: TraceQuery, range: Range, live: boolean) {
  return useQuery({
    queryKey: ['traceql', query, clusters, fleet, limit, range],
    placeholderData: keepPreviousData,
    refetchInterval: live && 'duration' in range ? 10_000 : false,
    retry: false,
    gcTime: 15_000,
    queryFn: async (): Promise<TraceQueryAnswer> => {
      const { from, to } = rangeBounds(range, Date.now())
      const asked = {
        ...{ start_time: new Date(from).toISOString(), end_time: new Date(to).toISOString() },
        ...{ query, limit },
      }
      if (!fleet) return { ...whole, ...(await client.findTraces({ body: asked })) }
      return {
        complete: true,
        ...(await client.queryTraces({ body: { ...asked, cluster_ids: [...clusters] } })),
      }
    },
  })
}

type FoundTrace = OperationOutput<(typeof trace)['findTraces']>['traces'][number]
export type ListedTrace = Pick<
  FoundTrace,
  'trace_id' | 'root_service' | 'root_operation' | 'start_time' | 'duration_ms'
> &
  Partial<FoundTrace> & { cluster_id?: string; cluster_name?: string }

export type TraceQueryAnswer = Pick<FleetAnswer, 'missing' | 'clusters_queried'> & {
  traces: ListedTrace[]
  complete: boolean
}

const whole = { missing: [], clusters_queried: 1 }

export function useTraceAnalysis(id: string) {
  return useQuery({
    queryKey: ['trace-analysis', id],
    queryFn: () => client.analyzeTrace({ params: { trace_id: id } }),
    retry: false,
    gcTime: 15_000,
  })
}

export function useServiceGraph(service: string | undefined, range: Range, live: boolean) {
  return useQuery({
    queryKey: ['service-graph', service, range],
    queryFn: () =>
      client.getServiceGraph({
        query: { ...rangeQuery(range), ...(service ? { service_name: service } : {}) },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: live && 'duration' in range ? 15_000 : false,
    retry: false,
    gcTime: 15_000,
  })
}
