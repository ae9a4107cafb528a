import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { fetchWithKey } from '../shell/session.ts'
import { type Exemplar, type ExemplarAnswer, exemplarsOf } from './exemplar.ts'

/** Exemplars of the series that a query reads, of this server's own store. They only add to a chart: without them it stands. */
export function useExemplars(query: string, from: number | undefined, to: number | undefined): Exemplar[] {
  const { data } = useQuery({
    queryKey: ['exemplars', query, from, to],
    enabled: query !== '' && from !== undefined && to !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 15_000,
    queryFn: async () => {
      const range = { start: String((from ?? 0) / 1_000), end: String((to ?? 0) / 1_000) }
      const response = await fetchWithKey(
        `/prometheus/api/v1/query_exemplars?${new URLSearchParams({ query, ...range })}`,
        { signal: AbortSignal.timeout(10_000) },
      )
      return response.ok ? exemplarsOf((await response.json()) as ExemplarAnswer) : []
    },
  })
  return data ?? none
}

const none: Exemplar[] = []
