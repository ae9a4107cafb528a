import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { MetricRangeAnswer } from '../query/metric-range-answer.ts'
import { linesOf, seriesOf } from '../query/result-line.ts'
import { useMetricQueries } from '../query/use-metric-query.ts'
import { client } from '../shell/api.ts'
import { Chart } from '../ui/chart.tsx'
import type { ChartLine } from '../ui/chart-data.ts'
import { failureText } from '../ui/failure-text.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { GpuRow } from './gpu-row.ts'
import type { HistoryRange } from './gpu-search.ts'
import { type HistoryChart, historyCharts } from './history-chart.ts'
import { historyClusters } from './history-clusters.ts'
import { RangeChoice } from './range-choice.tsx'
import { useThresholds } from './threshold.ts'

type GpuHistoryProps = { row: GpuRow; range: HistoryRange; onRange: (range: HistoryRange) => void }

/** The course of one GPU, asked of its cluster's Prometheus. */
export function GpuHistory({ row, range, onRange }: GpuHistoryProps) {
  const { node } = row
  return (
    <section aria-label="History">
      <div className="mb-2 flex items-center gap-3">
        <h3 className="font-semibold">History</h3>
        {node.source === 'DCGM' && <RangeChoice range={range} onRange={onRange} />}
      </div>
      {node.source === 'NVIDIA_SMI' ? (
        <p className="rounded-md bg-sunken px-3 py-2 text-ink-soft">
          There is none: this node is told of by nvidia-smi, which is asked for the present alone. Once
          NVIDIA’s <code className="font-mono text-xs">dcgm-exporter</code> is scraped by the Prometheus of{' '}
          {node.cluster_name}, its course is shown here.
        </p>
      ) : (
        <Sourced row={row} range={range} />
      )}
    </section>
  )
}

/** Knows first who can be asked. */
function Sourced({ row, range }: { row: GpuRow; range: HistoryRange }) {
  const { data, error } = useQuery({
    queryKey: ['query-clusters'],
    queryFn: () => client.listQueryClusters(),
  })
  if (!data && !error) return <SkeletonRows rows={6} />
  return (
    <Charts row={row} range={range} clusters={historyClusters(row.node.cluster_id, data?.clusters ?? [])} />
  )
}

function Charts({ row, range, clusters }: { row: GpuRow; range: HistoryRange; clusters: string[] }) {
  const thresholds = useThresholds()
  const { uuid, mig_enabled, memory_total_mb, power_limit_watts } = row.gpu
  const charts = useMemo(
    () => historyCharts({ uuid, mig_enabled, memory_total_mb, power_limit_watts }, thresholds),
    [uuid, mig_enabled, memory_total_mb, power_limit_watts, thresholds],
  )
  const { asked } = useMetricQueries(
    charts.map(({ query }) => query),
    { clusters, mode: 'MERGE', range: { duration: range }, live: true },
  )
  return (
    <div className="grid gap-x-4 gap-y-3 md:grid-cols-2">
      {charts.map((chart, i) => (
        <OneChart
          key={chart.key}
          chart={chart}
          clusters={clusters}
          range={range}
          answer={asked[i]?.data}
          error={asked[i]?.error ?? null}
        />
      ))}
    </div>
  )
}

type OneChartProps = {
  chart: HistoryChart
  clusters: readonly string[]
  range: HistoryRange
  answer: MetricRangeAnswer | undefined
  error: Error | null
}

function OneChart({ chart, clusters, range, answer, error }: OneChartProps) {
  const lines = useMemo(() => (answer ? scaledLines(answer, chart) : []), [answer, chart])
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline gap-2 text-xs">
        <span className="font-medium">{chart.title}</span>
        <Link
          to="/explore"
          search={{
            tab: 'metrics' as const,
            q: chart.query,
            range,
            ...(clusters.length > 0 ? { clusters: [...clusters] } : {}),
          }}
          title={chart.query}
          className="ml-auto text-ink-mute hover:text-ink hover:underline"
        >
          Open the query
        </Link>
      </figcaption>
      <Chart
        label={`${chart.title} over ${range}`}
        lines={lines}
        from={answer?.from ?? 0}
        to={answer?.to ?? 1}
        height={128}
        levels={chart.levels}
        syncKey="gpu"
        loading={!answer && !error}
        emptyText={error ? failureText(error, location.origin).title : emptyText(answer)}
      />
    </figure>
  )
}

function emptyText(answer: MetricRangeAnswer | undefined): string {
  const [missing] = answer?.missing ?? []
  if (missing) return `${missing.cluster_name} did not answer: ${missing.reason}`
  return 'Nobody that was asked has points of this GPU in this range.'
}

function scaledLines(answer: MetricRangeAnswer, { title, unit, factor }: HistoryChart): ChartLine[] {
  return linesOf(seriesOf(answer.results), answer.stepSeconds).map((line) => ({
    ...line,
    ...{ label: title, unit },
    points:
      factor === 1
        ? line.points
        : line.points.map(([at, value]) => [at, value === null ? null : value * factor]),
  }))
}
