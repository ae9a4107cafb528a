import type { Series } from '@aiops/contract/model/series'
import { useMemo } from 'react'
import { linesOf, pointCount } from '../series/lines-of.ts'
import { selectorOfSeries } from '../series/selector.ts'
import { useSeriesRange } from '../series/use-range.ts'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'
import { QueryNote } from '../ui/query-note.tsx'

const range = { duration: '5m' } as const
/** More lines than this cannot be told apart; the query note leads to all of them. */
const seriesMax = 8

export function HostChart({ label, series }: { label: string; series: readonly Series[] }) {
  const shown = series.slice(0, seriesMax)
  const data = useSeriesRange(
    shown.map((one) => one.id),
    range,
    true,
  )
  const lines = useMemo(() => linesOf(data.results), [data.results])
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-center justify-between">
        <span className="font-medium">
          {label}
          {series.length > seriesMax && (
            <span className="ml-2 font-normal text-ink-mute text-xs">
              {seriesMax} of {series.length} series
            </span>
          )}
        </span>
        <QueryNote
          selectors={series.map(selectorOfSeries)}
          from={data.from}
          to={data.to}
          points={pointCount(lines)}
        />
      </figcaption>
      {data.error ? (
        <Failure error={data.error} onRetry={data.retry} />
      ) : (
        <Chart
          label={`${label}, last five minutes`}
          lines={lines}
          from={data.from}
          to={data.to}
          height={120}
          syncKey="host"
          loading={data.loading}
        />
      )}
    </figure>
  )
}
