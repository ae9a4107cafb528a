import type { FindingArea } from '@aiops/contract/model/finding'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type FindingSearch, findingQuery } from './finding-search.ts'

/** Read again when a finding opens or ends; the slow rhythm is for what a lost event would have said. */
export function useFindings(search: FindingSearch) {
  const query = findingQuery(search)
  return usePagedList(
    ['findings', query],
    (page) => client.listFindings({ query: { ...query, page, page_size: pageSize } }),
    30_000,
  )
}

export const useFinding = (id: string) =>
  useQuery({ queryKey: ['findings', 'one', id], queryFn: () => client.getFinding({ params: { id } }) })

/** The rules change with the program alone. */
export function useFindingRule(id: string) {
  const { data } = useQuery({
    queryKey: ['finding-rules'],
    queryFn: () => client.listFindingRules(),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data?.rules.find((rule) => rule.id === id)
}

export const areaPageSize = 50

/** Open findings of one area, most severe first. */
export const useAreaFindings = (
  area: FindingArea,
  clusters: readonly string[],
  search: string,
  page: number,
) =>
  useQuery({
    queryKey: ['findings', 'area', area, clusters, search, page],
    queryFn: () =>
      client.listFindings({
        query: {
          ...{ cluster_ids: [...clusters], area: [area], severity: [], analyzer: [], rule: [] },
          ...{ search, page, page_size: areaPageSize },
        },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })

/** Findings of one object, and of what belongs to it. */
export function useObjectFindings(
  clusterId: string,
  object: { kind: string; namespace: string; name: string },
) {
  const { kind, namespace, name } = object
  const query = { cluster_ids: [clusterId], namespace, page_size: pageSize }
  return useQuery({
    queryKey: ['findings', 'of', query],
    queryFn: () =>
      client.listFindings({ query: { severity: [], area: [], analyzer: [], rule: [], ...query } }),
    select: ({ items }) =>
      items.filter(({ object: of, parent }) =>
        [of, parent].some((one) => one?.kind === kind && one.namespace === namespace && one.name === name),
      ),
  })
}
