import { useMemo } from 'react'
import { ExportMenu } from '../query/export-menu.tsx'
import { csvOf } from '../query/export-text.ts'
import { linesOf, seriesOf } from '../query/result-line.ts'
import { ResultTable } from '../query/result-table.tsx'
import { zoomed } from '../series/range.ts'
import { useExploreSearch } from '../series/use-explore-search.ts'
import { Chart } from '../ui/chart.tsx'
import { Panel } from '../ui/panel.tsx'
import type { LogAnswer } from './log-entry.ts'

const linesMax = 100

/** What a metric query of LogQL gives: a chart and a table. */
export function LogNumbers({
  answer,
  query,
}: {
  answer: LogAnswer & { stepSeconds: number; from: number; to: number }
  query: string
}) {
  const [, change] = useExploreSearch()
  const found = useMemo(() => seriesOf(answer.results), [answer])
  const lines = useMemo(
    () => linesOf(found.slice(0, linesMax), answer.stepSeconds),
    [found, answer.stepSeconds],
  )
  return (
    <>
      <Panel
        title="Chart"
        note={found.length > linesMax ? `the first ${linesMax} of ${found.length} series` : undefined}
        actions={<ExportMenu name="log-metrics" csv={() => csvOf(found)} json={() => answer} />}
      >
        <Chart
          label={query}
          lines={lines}
          from={answer.from}
          to={answer.to}
          height={320}
          legend={lines.length > 20 ? 'none' : 'below'}
          syncKey="explore"
          onZoom={(from, to) => change(zoomed(from, to, Date.now()))}
          emptyText="The query has no result in this range."
        />
      </Panel>
      {found.length > 0 && <ResultTable found={found} />}
    </>
  )
}
