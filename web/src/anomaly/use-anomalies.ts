import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type AnomalySearch, anomalyQuery } from './anomaly-search.ts'

/** Read again when an anomaly begins, changes or ends; the slow rhythm is for what a lost event would have said. */
export function useAnomalies(search: AnomalySearch) {
  const query = anomalyQuery(search)
  return usePagedList(
    ['anomalies', query],
    (page) => client.listAnomalies({ query: { ...query, page, page_size: pageSize } }),
    30_000,
  )
}

export const useAnomaly = (id: string) =>
  useQuery({ queryKey: ['anomalies', 'one', id], queryFn: () => client.getAnomaly({ params: { id } }) })
