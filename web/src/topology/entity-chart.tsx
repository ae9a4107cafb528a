import type { Series } from '@aiops/contract/model/series'
import { useMemo } from 'react'
import { linesOf, pointCount } from '../series/lines-of.ts'
import { labelText, selectorOfSeries } from '../series/selector.ts'
import { useSeriesRange } from '../series/use-range.ts'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatValue } from '../ui/format.ts'
import { QueryNote } from '../ui/query-note.tsx'

const range = { duration: '15m' } as const

export function EntityChart({ series }: { series: Series }) {
  const ids = useMemo(() => [series.id], [series.id])
  const data = useSeriesRange(ids, range, true)
  const lines = useMemo(() => linesOf(data.results), [data.results])
  const last = lines[0]?.points.at(-1)?.[1]
  return (
    <figure>
      <figcaption className="mb-1 flex items-center gap-2">
        <span
          className="min-w-0 flex-1 truncate font-mono text-xs"
          title={`${series.name} ${labelText(series.labels)}`}
        >
          {series.name}
        </span>
        <span className="font-medium text-xs">{formatValue(last, series.unit, series.name)}</span>
        <QueryNote
          selectors={[selectorOfSeries(series)]}
          from={data.from}
          to={data.to}
          points={pointCount(lines)}
        />
      </figcaption>
      {data.error ? (
        <Failure error={data.error} onRetry={data.retry} />
      ) : (
        <Chart
          label={`${series.name}, last 15 minutes`}
          lines={lines}
          from={data.from}
          to={data.to}
          height={96}
          legend="none"
          syncKey="entity"
          loading={data.loading}
        />
      )}
    </figure>
  )
}
