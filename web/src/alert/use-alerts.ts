import type { Matcher } from '@aiops/contract/model/label'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type AlertSearch, alertQuery } from './alert-search.ts'

/** Read again when an alert fires or resolves; the slow rhythm is for what a lost event would have said. */
export function useAlerts(search: AlertSearch) {
  const query = alertQuery(search)
  return usePagedList(
    ['alerts', 'search', query],
    (page) =>
      client.searchAlerts({
        query: { ...query, page, page_size: pageSize, facets: page === 1 ? 'yes' : 'no' },
      }),
    30_000,
  )
}

/** The times that one alert fired, the last first. */
export const useAlertHistory = (fingerprint: string) =>
  useQuery({
    queryKey: ['alerts', 'history', fingerprint],
    queryFn: () =>
      client.searchAlerts({
        query: { ...alertQuery({}), fingerprint, facets: 'no', page_size: 50 },
      }),
  })

/** How many firing alerts fit all of these. */
export const useCovered = (matchers: readonly Matcher[]) => {
  const label = matchers.map(({ name, value }) => `${name}=${value}`)
  return useQuery({
    queryKey: ['alerts', 'covered', label],
    queryFn: () =>
      client.searchAlerts({
        query: { ...alertQuery({ state: ['FIRING'], label }), facets: 'no', page_size: 1 },
      }),
    enabled: label.length > 0,
    placeholderData: keepPreviousData,
  })
}

export const useRuleNoise = (duration: string) =>
  useQuery({
    queryKey: ['alert-noise', duration],
    queryFn: () => client.listRuleNoise({ query: { duration, source: [] } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
