import type { Anomaly } from '@aiops/contract/model/anomaly'
import { useMemo } from 'react'
import { linesOf, pointCount } from '../series/lines-of.ts'
import { selectorOfSeries } from '../series/selector.ts'
import { useSelectorRange } from '../series/use-range.ts'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'
import { QueryNote } from '../ui/query-note.tsx'
import { anomalySpan } from './anomaly-span.ts'

/** The series around the anomaly, with the band that was expected and when it began, was noticed and ended. */
export function AnomalyChart({ anomaly }: { anomaly: Anomaly }) {
  const { series, expected, started_at, detected_at, ended_at } = anomaly
  const selectors = useMemo(() => [selectorOfSeries(series)], [series])
  const range = useMemo(
    () => anomalySpan({ started_at, detected_at, ended_at }, Date.now()),
    [started_at, detected_at, ended_at],
  )
  const data = useSelectorRange(selectors, range, false)
  const lines = useMemo(() => linesOf(data.results), [data.results])
  const marks = useMemo(
    () => [
      { at: Date.parse(started_at), label: 'began' },
      ...(isApart(started_at, detected_at, range) ? [{ at: Date.parse(detected_at), label: 'noticed' }] : []),
      ...(ended_at ? [{ at: Date.parse(ended_at), label: 'ended' }] : []),
    ],
    [started_at, detected_at, ended_at, range],
  )
  const levels = useMemo(
    () =>
      expected.low === expected.high
        ? []
        : [
            {
              value: expected.high,
              label: 'expected at most',
              tone: 'medium' as const,
              side: 'above' as const,
            },
            { value: expected.low, label: 'expected at least', tone: 'medium' as const },
          ],
    [expected.low, expected.high],
  )
  if (data.error) return <Failure error={data.error} onRetry={data.retry} />
  return (
    <div className="rounded-md border py-1 pr-2 pl-1">
      <div className="flex items-center gap-2 pl-2">
        <span className="min-w-0 flex-1 truncate font-mono text-ink-mute text-xs" title={selectors[0]}>
          {selectors[0]}
        </span>
        <QueryNote selectors={selectors} from={range.from} to={range.to} points={pointCount(lines)} />
      </div>
      <Chart
        label={`${series.name}: ${anomaly.sentence}`}
        {...{ lines, marks, levels }}
        from={range.from}
        to={range.to}
        height={180}
        baseline={expected.mid}
        legend={lines.length > 1 ? 'below' : 'none'}
        loading={data.loading}
        emptyText="The points of this time are past their retention, or were never stored."
      />
    </div>
  )
}

/** Far enough from one another on the axis that both words can be read. */
const isApart = (began: string, noticed: string, { from, to }: { from: number; to: number }): boolean =>
  Date.parse(noticed) - Date.parse(began) > (to - from) / 8
