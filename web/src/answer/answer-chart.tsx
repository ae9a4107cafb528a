import type { AnswerChart as Spec } from '@aiops/contract/model/answer'
import { Link } from '@tanstack/react-router'
import { ChartSpline } from 'lucide-react'
import { useMemo } from 'react'
import { linesOf } from '../query/result-line.ts'
import { useMetricQueries } from '../query/use-metric-query.ts'
import { buttonStyle } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Failure } from '../ui/failure.tsx'
import { counted } from '../ui/words.ts'
import { Citations } from './citation-button.tsx'
import { QueryLine } from './evidence-card.tsx'

/** More lines than this are not told apart. */
const linesMax = 20

/** The chart of an answer, drawn from its query as it is now; Explore goes on from there. */
export function AnswerChart({ spec }: { spec: Spec }) {
  const range = useMemo(
    () => ({ from: Date.parse(spec.start), to: Date.parse(spec.end) }),
    [spec.start, spec.end],
  )
  const ask = { clusters: spec.cluster_ids, mode: 'MERGE' as const, range, live: false }
  const { asked, answer } = useMetricQueries([spec.query], ask)
  const [query] = asked
  const lines = useMemo(() => {
    const drawn = linesOf(answer?.found.slice(0, linesMax) ?? [], answer?.stepSeconds ?? 60)
    const unit = spec.unit ?? undefined
    return drawn.map((line) => ({ ...line, unit, ...(drawn.length === 1 ? { label: spec.title } : {}) }))
  }, [answer, spec.unit, spec.title])
  const marks = useMemo(
    () => spec.marks.map(({ at, text }) => ({ at: Date.parse(at), label: text })),
    [spec.marks],
  )
  return (
    <figure className="min-w-0 rounded-lg border bg-surface">
      <figcaption className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b py-1 pr-1 pl-3">
        <span className="min-w-0 font-medium wrap-anywhere">{spec.title}</span>
        <Citations cites={spec.cites} />
        {answer && answer.found.length > linesMax && (
          <span className="text-ink-mute text-xs">
            {linesMax} of {counted(answer.found.length, 'series', 'series')}
          </span>
        )}
        <Link
          to="/explore"
          search={{ tab: 'metrics', q: spec.query, clusters: spec.cluster_ids, ...range }}
          className={buttonStyle({ look: 'quiet', size: 'small', className: 'ml-auto' })}
        >
          <ChartSpline aria-hidden /> Explore
        </Link>
      </figcaption>
      <div className="space-y-2 p-2">
        {query?.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Chart
            label={spec.title}
            lines={lines}
            {...range}
            height={160}
            marks={marks}
            legend={lines.length > 1 ? 'below' : 'none'}
            loading={answer === undefined}
            emptyText="The query has no points in this range."
          />
        )}
        <QueryLine query={spec.query} />
      </div>
    </figure>
  )
}
