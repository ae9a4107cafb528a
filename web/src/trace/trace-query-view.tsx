import { Network, Search, Waypoints } from 'lucide-react'
import { useState } from 'react'
import { ClusterPicker } from '../query/cluster-picker.tsx'
import { ExportMenu } from '../query/export-menu.tsx'
import { MissingNote } from '../query/missing-note.tsx'
import { QueryBar } from '../query/query-bar.tsx'
import { useQueryClusters } from '../query/use-query-clusters.ts'
import { isLive, rangeOf } from '../series/explore-search.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { csvOfTraces } from './trace-export.ts'
import { TraceList } from './trace-list.tsx'
import { type ListedTrace, useTraceQuery } from './use-trace-query.ts'

const limits = [20, 100] as const

/** Traces that fit a TraceQL query, each with the spans that made it fit. */
export function TraceQueryView({ query }: { query: string }) {
  const [search, change] = useExploreSearch()
  const [limit, setLimit] = useState<number>(limits[0])
  const clusters = search.clusters ?? []
  const known = useQueryClusters('TRACES')
  const { data, error, isFetching, refetch } = useTraceQuery(
    { query, clusters, fleet: known.length > 1 || clusters.length > 0, limit },
    rangeOf(search),
    isLive(search),
  )
  const more = data && data.traces.length >= limit ? limits.find((one) => one > limit) : undefined
  return (
    <div className="space-y-4">
      <section aria-label="Query" className="space-y-2 rounded-lg border bg-surface p-3">
        <QueryBar
          language="traceql"
          query={query}
          busy={isFetching}
          onRun={(q) => (q === query ? void refetch() : change({ q: q || undefined }))}
        />
        <div className="flex flex-wrap items-center gap-2">
          <ClusterPicker clusters={known} chosen={clusters} onChange={(ids) => change({ clusters: ids })} />
          <Button look="quiet" onClick={() => change({ q: undefined })}>
            <Search aria-hidden />
            Simple search
          </Button>
          <Button look="quiet" onClick={() => change({ view: 'graph' })}>
            <Network aria-hidden />
            Service graph
          </Button>
        </div>
      </section>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && !error && <MissingNote answer={data} />}
      {data && !error && (
        <section aria-label="Traces" className="rounded-lg border bg-surface">
          <div className="flex items-center gap-2 border-b px-3 py-1">
            <p className="text-ink-mute text-xs" aria-live="polite">
              {counted(data.traces.length, 'trace')}
              {more !== undefined && ', the newest'}
            </p>
            <span className="ml-auto">
              <ExportMenu name="traces" csv={() => csvOfTraces(data.traces)} json={() => data} />
            </span>
          </div>
          {!data.complete && (
            <p className="border-b bg-medium-soft px-3 py-2 text-medium text-sm">
              Older traces of this range were not all looked at. Narrow the range or the query to be sure of
              them.
            </p>
          )}
          {data.traces.length === 0 ? (
            <Empty icon={Waypoints} title="No trace fits in this range">
              Choose a longer range, or take a condition out of the query.
            </Empty>
          ) : (
            <TraceList
              traces={data.traces}
              onOpen={(id) => change({ trace: id })}
              below={(one) => (
                <MatchedSpans trace={one} onOpen={(span) => change({ trace: one.trace_id, span })} />
              )}
            />
          )}
          {more !== undefined && (
            <Button size="small" className="m-3" onClick={() => setLimit(more)}>
              Show up to {more}
            </Button>
          )}
        </section>
      )}
    </div>
  )
}

/** At most so many spans of a trace are named in the list; the trace has them all. */
const spansNamed = 3

function MatchedSpans({
  trace: { span_sets = [] },
  onOpen,
}: {
  trace: ListedTrace
  onOpen: (spanId: string) => void
}) {
  const spans = span_sets.flatMap((set) => set.spans)
  const matched = span_sets.reduce((sum, set) => sum + set.matched, 0)
  if (spans.length === 0) return null
  const said = span_sets.flatMap((set) => Object.entries(set.attributes))
  return (
    <ul className="flex flex-wrap items-center gap-1.5 px-4 pb-2 text-xs">
      {spans.slice(0, spansNamed).map((span) => (
        <li key={span.span_id} className="min-w-0">
          <button
            type="button"
            onClick={() => onOpen(span.span_id)}
            className="max-w-full truncate rounded border border-line-strong bg-surface px-1.5 py-0.5 text-left hover:bg-sunken"
          >
            {span.service_name} <span className="text-ink-soft">{span.operation_name}</span>{' '}
            {formatDuration(span.duration_ms)}
            {Object.entries(span.fields).map(([name, value]) => (
              <span key={name} className="ml-1.5 font-mono text-ink-mute">
                {name}={value}
              </span>
            ))}
          </button>
        </li>
      ))}
      {said.map(([name, value]) => (
        <li key={name} className="font-mono text-ink-soft">
          {name}={value}
        </li>
      ))}
      <li className="text-ink-mute">{counted(matched, 'span')} fit</li>
    </ul>
  )
}
