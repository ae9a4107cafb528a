import { Network, Waypoints } from 'lucide-react'
import { isLive, rangeOf } from '../series/explore-search.ts'
import { ServiceField } from '../series/service-field.tsx'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { utcText } from '../ui/clock-text.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { ServiceEdgeTable } from './service-edge-table.tsx'
import { drawnEdges } from './service-edges.ts'
import { ServiceGraph } from './service-graph.tsx'
import { useServiceGraph } from './use-trace-query.ts'

/** Who calls whom in the range, with rate, errors and durations of every edge. */
export function ServiceGraphView() {
  const [search, change] = useExploreSearch()
  const { data, error, refetch } = useServiceGraph(search.service, rangeOf(search), isLive(search))
  const drawn = data ? drawnEdges(data.edges) : []
  return (
    <div className="space-y-4">
      <section aria-label="Service graph" className="rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b p-3">
          <ServiceField
            value={search.service ?? ''}
            onChange={(service) => change({ service: service || undefined })}
          />
          <Button onClick={() => change({ view: undefined })}>
            <Waypoints aria-hidden />
            Traces
          </Button>
          <p
            className="text-ink-mute text-xs"
            aria-live="polite"
            title={data && `${utcText(Date.parse(data.start))} – ${utcText(Date.parse(data.end))}`}
          >
            {data &&
              `${counted(data.edges.length, 'edge')} from ${counted(data.span_count, 'span')}${data.unanswered > 0 ? `; ${counted(data.unanswered, 'call')} to nobody known left out` : ''}${drawn.length < data.edges.length ? `; the ${drawn.length} busiest are drawn` : ''}`}
          </p>
        </div>
        {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
        {!data && !error && <Skeleton className="m-3 h-72" />}
        {data && !error && data.edges.length === 0 && (
          <Empty icon={Network} title="No calls in this range">
            {search.service ? 'Choose a longer range or all services.' : <SendHelp only="traces" />}
          </Empty>
        )}
        {data && !error && drawn.length > 0 && (
          <ServiceGraph
            edges={drawn}
            chosen={search.service}
            onChoose={(service) => change({ service: service === search.service ? undefined : service })}
          />
        )}
      </section>
      {data && !error && data.edges.length > 0 && <ServiceEdgeTable edges={data.edges} />}
    </div>
  )
}
