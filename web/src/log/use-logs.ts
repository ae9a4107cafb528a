import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Range, rangeQuery } from '../series/range.ts'
import { client } from '../shell/api.ts'

export type LogFilter = {
  service?: string | undefined
  contains?: string | undefined
  traceId?: string | undefined
}

export const logsListed = 300

/** Newest first; live, the search is run again every two seconds. */
export function useLogs(filter: LogFilter, range: Range, live: boolean) {
  const query = {
    ...rangeQuery(range),
    ...(filter.service ? { service_name: filter.service } : {}),
    ...(filter.contains ? { contains: filter.contains } : {}),
    ...(filter.traceId ? { trace_id: filter.traceId } : {}),
    limit: logsListed,
  }
  return useQuery({
    queryKey: ['logs', query],
    queryFn: () => client.searchLogs({ query }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? 2_000 : false,
    gcTime: 15_000,
  })
}
