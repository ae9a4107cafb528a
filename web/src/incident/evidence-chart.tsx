import type { Evidence } from '@aiops/contract/model/diagnosis'
import { useMemo } from 'react'
import { linesOf, pointCount } from '../series/lines-of.ts'
import { selectorOf } from '../series/selector.ts'
import { useSelectorRange } from '../series/use-range.ts'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'
import { QueryNote } from '../ui/query-note.tsx'
import { counted } from '../ui/words.ts'

type EvidenceChartProps = {
  evidence: Evidence
  query: NonNullable<Evidence['query']>
  span: { from: number; to: number } | undefined
  onset: string
}

/** What the evidence was seen in, on the time axis it shares with all other evidence of the incident. */
export function EvidenceChart({ evidence, query, span, onset }: EvidenceChartProps) {
  const selectors = useMemo(() => [selectorOf(query.matchers)], [query.matchers])
  const range = span ?? { from: Date.parse(query.start), to: Date.parse(query.end) }
  const data = useSelectorRange(selectors, range, false)
  const lines = useMemo(() => linesOf(data.results), [data.results])
  const onsetMs = Date.parse(evidence.at ?? onset)
  const marks = useMemo(() => [{ at: onsetMs, label: 'onset' }], [onsetMs])
  return (
    <div className="mt-1.5 rounded-md border bg-surface py-1 pr-2 pl-1">
      <div className="flex items-center gap-2 pl-2">
        <span className="min-w-0 flex-1 truncate font-mono text-ink-mute text-xs" title={selectors[0]}>
          {selectors[0]}
        </span>
        {data.total > data.results.length && (
          <span className="text-ink-mute text-xs">
            {data.results.length} of {counted(data.total, 'series', 'series')}
          </span>
        )}
        <QueryNote selectors={selectors} from={range.from} to={range.to} points={pointCount(lines)} />
      </div>
      {data.error ? (
        <Failure error={data.error} onRetry={data.retry} />
      ) : (
        <Chart
          label={`${evidence.metric ?? 'Series'}: ${evidence.sentence}`}
          lines={lines}
          from={range.from}
          to={range.to}
          height={110}
          marks={marks}
          baseline={evidence.baseline}
          syncKey="evidence"
          legend={lines.length > 1 ? 'below' : 'none'}
          loading={data.loading}
          emptyText="The points of this evidence are past their retention."
        />
      )}
    </div>
  )
}
