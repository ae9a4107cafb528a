import type { Cardinality } from '@aiops/contract/model/cardinality'
import { formatCount, formatPercent } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useCardinality } from './use-source.ts'

/** Which metrics have most series, and the label that makes them many. */
export function CardinalityPanel() {
  const query = useCardinality()
  return (
    <QueryPanel
      title="Series"
      note={query.data ? `${formatCount(query.data.series_total)} in all` : undefined}
      query={query}
    >
      {({ metrics }) =>
        metrics.length === 0 ? (
          <p className="px-4 py-3 text-ink-mute">No series yet.</p>
        ) : (
          <section
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
            tabIndex={0}
            aria-label="Metrics by their series"
            className="overflow-x-auto"
          >
            <table className="w-full min-w-[40rem]">
              <thead className="text-ink-mute text-xs">
                <tr>
                  <TableHead className="pl-4">Metric</TableHead>
                  <TableHead className="w-24 text-right">Series</TableHead>
                  <TableHead className="w-40">Share</TableHead>
                  <TableHead>Label to blame</TableHead>
                </tr>
              </thead>
              <tbody className="divide-y border-t">
                {metrics.map((metric) => (
                  <MetricRow key={metric.name} metric={metric} />
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    </QueryPanel>
  )
}

function MetricRow({ metric }: { metric: Cardinality['metrics'][number] }) {
  const [worst] = metric.labels
  return (
    <tr className="align-top">
      <th scope="row" className="break-all py-2 pr-4 pl-4 text-left font-mono font-normal text-xs">
        {metric.name}
      </th>
      <td className="py-2 pr-4 text-right tabular-nums">{formatCount(metric.series)}</td>
      <td className="py-2 pr-4">
        <span className="flex items-center gap-2">
          <Meter share={metric.share} label={`share of ${metric.name}`} />
          <span className="w-14 text-right tabular-nums">{formatPercent(metric.share)}</span>
        </span>
      </td>
      <td className="py-2 pr-4 text-ink-soft">
        {worst ? (
          <>
            <span className="font-mono text-xs">{worst.name}</span>: {formatCount(worst.values)} values;
            without it {formatCount(worst.without)} series
          </>
        ) : (
          <span className="text-ink-mute">one series, no label that varies</span>
        )}
      </td>
    </tr>
  )
}
