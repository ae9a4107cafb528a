import { useMemo } from 'react'
import { zoomed } from '../series/range.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Chart } from '../ui/chart.tsx'
import { Panel } from '../ui/panel.tsx'
import { spotsOf } from './exemplar.ts'
import { ExemplarList } from './exemplar-list.tsx'
import { ExportMenu } from './export-menu.tsx'
import { csvOf } from './export-text.ts'
import type { JoinedAnswer } from './joined-answer.ts'
import { linesOf } from './result-line.ts'
import { ResultTable } from './result-table.tsx'
import { useExemplars } from './use-exemplars.ts'

/** More lines than this are not told apart by an eye; the table has them all. */
const linesMax = 100

/** What queries gave: a chart with exemplars, and the newest values. */
export function MetricResultView({
  answer,
  queries,
  json,
}: {
  answer: JoinedAnswer
  queries: readonly string[]
  json: () => unknown
}) {
  const [, change] = useExploreSearch()
  const { found, stepSeconds } = answer
  const lines = useMemo(() => linesOf(found.slice(0, linesMax), stepSeconds), [found, stepSeconds])
  const exemplars = useExemplars(queries[0] ?? '', answer.from, answer.to)
  const spots = useMemo(() => spotsOf(exemplars), [exemplars])
  return (
    <>
      {[...answer.warnings, ...answer.infos].map((note) => (
        <p key={note} className="rounded-md bg-sunken px-3 py-2 text-ink-soft text-sm">
          {note}
        </p>
      ))}
      <Panel
        title="Chart"
        note={found.length > linesMax ? `the first ${linesMax} of ${found.length} series` : undefined}
        actions={<ExportMenu name="metrics" csv={() => csvOf(found)} json={json} />}
      >
        <Chart
          label={queries.join(', ')}
          lines={lines}
          spots={spots}
          onSpot={({ key }) => change({ tab: 'traces', trace: key, q: undefined, and: undefined })}
          from={answer.from}
          to={answer.to}
          height={320}
          legend={lines.length > 20 ? 'none' : 'below'}
          syncKey="explore"
          onZoom={(from, to) => change(zoomed(from, to, Date.now()))}
          emptyText="The query has no result in this range."
        />
        <ExemplarList exemplars={exemplars} />
      </Panel>
      {found.length > 0 && <ResultTable found={found} />}
    </>
  )
}
