import type { AlertDeed } from '@aiops/contract/api/alert-deed'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../shell/api.ts'
import { type AlertSearch, filterOf } from './alert-search.ts'

/** Chosen ones, or all that a search finds. */
export type DeedTarget = { ids: readonly string[] } | { search: AlertSearch }
export type WantedDeed = { action: AlertDeed; target: DeedTarget; into?: string }

const bodyOf = ({ action, target, into }: WantedDeed) => ({
  action,
  ...('ids' in target ? { ids: [...target.ids] } : { filter: filterOf(target.search) }),
  ...(into === undefined ? {} : { into }),
})

/** What would become of them; asked for again when the dialog is looked at again. */
export const useDeedCount = (wanted: WantedDeed, enabled: boolean) =>
  useQuery({
    queryKey: ['alerts', 'deed', wanted],
    queryFn: () => client.actOnAlerts({ body: { ...bodyOf(wanted), dry_run: true } }),
    enabled,
    placeholderData: keepPreviousData,
  })

export function useDeed() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ countMax, comment, ...wanted }: WantedDeed & { countMax: number; comment?: string }) =>
      client.actOnAlerts({
        body: {
          ...bodyOf(wanted),
          ...('search' in wanted.target && { count_max: countMax }),
          ...(comment !== undefined && { comment }),
        },
      }),
    onSuccess: () => {
      for (const key of ['alerts', 'incidents', 'incident'])
        void cache.invalidateQueries({ queryKey: [key], predicate: ({ queryKey }) => queryKey[1] !== 'deed' })
    },
  })
}

export type DeedAnswer = NonNullable<ReturnType<typeof useDeed>['data']>
