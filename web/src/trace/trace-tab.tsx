import { useExploreSearch } from '../series/use-explore-search.ts'
import { ServiceGraphView } from './service-graph-view.tsx'
import { TraceQueryView } from './trace-query-view.tsx'
import { TraceSimpleView } from './trace-simple-view.tsx'
import { TraceView } from './trace-view.tsx'

/** One trace, the service graph, traces by TraceQL, or the simple search: as the address says. */
export function TraceTab() {
  const [search, change] = useExploreSearch()
  if (search.trace)
    return (
      <TraceView
        id={search.trace}
        onBack={() => change({ trace: undefined, span: undefined, view: undefined })}
      />
    )
  if (search.view === 'graph') return <ServiceGraphView />
  return search.q === undefined ? <TraceSimpleView /> : <TraceQueryView query={search.q} />
}
