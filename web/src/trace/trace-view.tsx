import type { Trace } from '@aiops/contract/model/span'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useMemo } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { MissingNote } from '../query/missing-note.tsx'
import { useQueryClusters } from '../query/use-query-clusters.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { FlameGraph } from './flame-graph.tsx'
import { SpanWaterfall } from './span-waterfall.tsx'
import { TraceAnalysisView } from './trace-analysis-view.tsx'
import { TraceDoubts } from './trace-doubts.tsx'
import { csvOfSpans } from './trace-export.ts'
import { traceRange } from './trace-link.ts'
import { useTraceAnalysis } from './use-trace-query.ts'
import { type TraceAnswer, useTrace } from './use-traces.ts'
import { waterfall } from './waterfall.ts'

export function TraceView({ id, onBack }: { id: string; onBack: () => void }) {
  const fleet = useQueryClusters('TRACES').length > 1
  const { data, error, refetch } = useTrace(id, fleet)
  return (
    <section aria-label="Trace" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b p-3">
        <Button look="quiet" onClick={onBack}>
          <ArrowLeft aria-hidden />
          All traces
        </Button>
        {data && <TraceHeading trace={data.trace} />}
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {!data && !error && (
        <div className="p-3">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data && data.missing.length > 0 && (
        <div className="border-b p-3">
          <MissingNote answer={data} />
        </div>
      )}
      {data && <TraceBody trace={data.trace} clusters={data.cluster_names} />}
    </section>
  )
}

function TraceHeading({ trace }: { trace: Trace }) {
  return (
    <>
      <h2 className="font-semibold text-base">
        <span className="text-ink-mute">{trace.root_service || 'root not received'}</span>{' '}
        {trace.root_operation}
      </h2>
      <span className="text-ink-soft">
        {formatDuration(trace.duration_ms)} · {counted(trace.span_count, 'span')} ·{' '}
        {counted(trace.service_count, 'service')} · <Moment at={trace.start_time} form="precise" />
      </span>
      <span className="flex items-center font-mono text-ink-mute text-xs">
        {trace.trace_id.slice(0, 8)}…
        <CopyButton text={trace.trace_id} label="Copy the trace id" />
      </span>
      <span className="ml-auto flex items-center gap-3">
        <Link
          to="/explore"
          search={{ tab: 'logs', trace: trace.trace_id, ...traceRange(trace) }}
          className="font-medium text-accent hover:underline"
        >
          Logs of this trace
        </Link>
        <ExportMenu
          name={`trace-${trace.trace_id.slice(0, 8)}`}
          csv={() => csvOfSpans(trace.spans)}
          json={() => trace}
        />
      </span>
    </>
  )
}

const views = [
  { view: undefined, label: 'Waterfall' },
  { view: 'flame', label: 'Flame graph' },
  { view: 'analysis', label: 'Analysis' },
] as const

function TraceBody({ trace, clusters }: { trace: Trace; clusters: TraceAnswer['cluster_names'] }) {
  const [search, change] = useExploreSearch()
  const { rows, totalMs } = useMemo(() => waterfall(trace.spans), [trace.spans])
  const analysis = useTraceAnalysis(trace.trace_id)
  const services = useMemo(() => [...new Set(rows.map((row) => row.span.service_name))], [rows])
  const colorOf = (service: string): string => `var(--series-${(services.indexOf(service) % 8) + 1})`
  const open = (span: string | undefined): void => change({ span, view: undefined }, true)
  const view = search.view === 'flame' || search.view === 'analysis' ? search.view : undefined
  return (
    <>
      <fieldset className="flex gap-1 border-b px-3 py-1.5">
        <legend className="sr-only">View of the trace</legend>
        {views.map((one) => (
          <Button
            key={one.label}
            look="quiet"
            size="small"
            aria-pressed={view === one.view}
            onClick={() => change({ view: one.view }, true)}
            className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {one.label}
          </Button>
        ))}
      </fieldset>
      {analysis.data && <TraceDoubts analysis={analysis.data} all={view === 'analysis'} onOpen={open} />}
      {view === undefined && (
        <SpanWaterfall
          {...{ trace, clusters, rows, totalMs, colorOf }}
          analysis={analysis.data}
          open={search.span}
          onOpen={(span) => change({ span }, true)}
        />
      )}
      {view === 'flame' && <FlameGraph rows={rows} colorOf={colorOf} />}
      {view === 'analysis' && <TraceAnalysisView query={analysis} onOpen={open} />}
    </>
  )
}
