import type { ReportChart } from '@aiops/contract/model/report'
import { Link } from '@tanstack/react-router'
import { ChartSpline } from 'lucide-react'
import { useMemo } from 'react'
import { Citations } from '../answer/citation-button.tsx'
import { QueryLine } from '../answer/evidence-card.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { chartOf } from './report-chart.ts'

/** A chart as it was when the report was made; Explore draws its query anew. */
export function ReportChartView({ chart }: { chart: ReportChart }) {
  const { lines, marks, from, to, more } = useMemo(() => chartOf(chart), [chart])
  return (
    <figure className="min-w-0 rounded-lg border bg-surface">
      <figcaption className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b py-1 pr-1 pl-3">
        <span className="wrap-anywhere min-w-0 font-medium">{chart.title}</span>
        <Citations cites={chart.cites} />
        {more > 0 && <span className="text-ink-mute text-xs">{more} further series are not drawn</span>}
        {from < to && (
          <Link
            to="/explore"
            search={{ tab: 'metrics', q: chart.query, from, to }}
            className={buttonStyle({ look: 'quiet', size: 'small', className: 'ml-auto' })}
          >
            <ChartSpline aria-hidden /> Explore
          </Link>
        )}
      </figcaption>
      <div className="space-y-2 p-2">
        <Chart
          label={chart.title}
          {...{ lines, marks, from, to }}
          height={180}
          legend={lines.length > 1 ? 'below' : 'none'}
          emptyText="There were no points when the report was made."
        />
        <QueryLine query={chart.query} />
      </div>
    </figure>
  )
}
