import type { SloInput } from '@aiops/contract/model/slo'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { pageSize, usePagedList } from '../shell/use-paged-list.ts'
import { type SloSearch, sloQuery } from './slo-search.ts'

/** They are counted by the minute; more often there is nothing new. */
const everyMs = 30_000

export function useSlos(search: SloSearch) {
  const query = sloQuery(search)
  return usePagedList(
    ['slos', query],
    (page) => client.listSlos({ query: { ...query, page, page_size: pageSize } }),
    everyMs,
  )
}

export const useSlo = (id: string) =>
  useQuery({
    queryKey: ['slos', 'one', id],
    queryFn: () => client.getSlo({ params: { id } }),
    refetchInterval: everyMs,
  })

export function useSloActions() {
  const cache = useQueryClient()
  const onSuccess = (): Promise<void> => cache.invalidateQueries({ queryKey: ['slos'] })
  return {
    check: useMutation({ mutationFn: (body: SloInput) => client.checkSlo({ body }) }),
    save: useMutation({
      mutationFn: ({ id, body }: { id: string | undefined; body: SloInput }) =>
        id === undefined ? client.createSlo({ body }) : client.updateSlo({ params: { id }, body }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => client.deleteSlo({ params: { id } }),
      // The page of what is gone is still there for a moment, and would ask for it.
      onSuccess: (_, id) =>
        cache.invalidateQueries({ queryKey: ['slos'], predicate: ({ queryKey }) => queryKey[2] !== id }),
    }),
  }
}
