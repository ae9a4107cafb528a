import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type ForecastSearch, limitOf } from './forecast-search.ts'

/** A plan serves for a few minutes. */
const planMs = 120_000

export const useCapacity = ({ kinds = [] }: ForecastSearch) =>
  useQuery({
    queryKey: ['forecasts', 'capacity', kinds],
    queryFn: () => client.getCapacityPlan({ query: { kinds: [...kinds], page_size: 200 } }),
    placeholderData: keepPreviousData,
    refetchInterval: planMs,
  })

export const usePredictions = ({ states = [], watch }: ForecastSearch) =>
  usePagedList(
    ['forecasts', 'predictions', states, watch],
    (page) =>
      client.listPredictions({
        query: { states: [...states], ...(watch && { watch }), page, page_size: pageSize },
      }),
    60_000,
  )

/** Asked when the address says so, and again only by hand: it reads much. */
export const useForecast = ({ q = '', horizon = '1d', above, below }: ForecastSearch) =>
  useQuery({
    queryKey: ['forecasts', 'query', q, horizon, above, below],
    queryFn: () => {
      const [high, low] = [limitOf(above), limitOf(below)]
      return client.createForecast({
        body: {
          ...{ query: q, horizon },
          ...(high !== undefined && { above: high }),
          ...(low !== undefined && { below: low }),
        },
      })
    },
    enabled: q !== '',
    retry: false,
    staleTime: 60_000,
  })
