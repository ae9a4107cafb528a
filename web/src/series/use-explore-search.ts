import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { ExploreSearch } from './explore-search.ts'

const route = getRouteApi('/explore')

/** The address is the state: `change` writes part of it; `replace` keeps typing out of the history. */
export function useExploreSearch(): [
  ExploreSearch,
  (change: Partial<Record<keyof ExploreSearch, unknown>>, replace?: boolean) => void,
] {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = useCallback(
    (part: Partial<Record<keyof ExploreSearch, unknown>>, replace = false) => {
      const merge = (old: ExploreSearch): ExploreSearch => ({ ...old, ...part }) as ExploreSearch
      void navigate({ search: merge, replace, resetScroll: false })
    },
    [navigate],
  )
  return [search, change]
}
