import { useExploreSearch } from '../series/use-explore-search.ts'
import { LogQueryView } from './log-query-view.tsx'
import { LogSimpleView } from './log-simple-view.tsx'

/** A query in the address is LogQL; without one there is the simple search. */
export function LogTab() {
  const [search] = useExploreSearch()
  return search.q === undefined ? <LogSimpleView /> : <LogQueryView query={search.q} />
}
