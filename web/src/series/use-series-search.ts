import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { looksLikeSelector } from './selector.ts'

export const seriesListed = 200

/** Series that fit typed text: a selector if it has braces, otherwise words in names and labels. */
export function useSeriesSearch(text: string) {
  const query = looksLikeSelector(text) ? { match: [text] } : { match: [], ...(text === '' ? {} : { text }) }
  return useQuery({
    queryKey: ['series', query],
    queryFn: () => client.listSeries({ query: { ...query, limit: seriesListed } }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
}
