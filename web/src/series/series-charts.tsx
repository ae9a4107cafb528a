import { ChartSpline, X } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { QueryNote } from '../ui/query-note.tsx'
import { isLive, rangeOf } from './explore-search.ts'
import { groupByUnit } from './group-by-unit.ts'
import { linesOf, pointCount } from './lines-of.ts'
import { zoomed } from './range.ts'
import { SelectionTable } from './selection-table.tsx'
import { useExploreSearch } from './use-explore-search.ts'
import { useSelectorRange } from './use-range.ts'

/** The charted selection: one chart for each unit, since values of different units share no axis. */
export function SeriesCharts() {
  const [search, change] = useExploreSearch()
  const selectors = search.s ?? []
  const data = useSelectorRange(selectors, rangeOf(search), isLive(search))
  const groups = useMemo(() => groupByUnit(data.results), [data.results])
  const zoom = (from: number, to: number): void => change(zoomed(from, to, Date.now()))

  if (selectors.length === 0)
    return (
      <div className="rounded-lg border border-dashed">
        <Empty icon={ChartSpline} title="Choose series to chart">
          Tick one or more in the list. The selection and the range are part of the address, so that you can
          share what you see.
        </Empty>
      </div>
    )
  const clear = (
    <Button look="quiet" size="small" onClick={() => change({ s: undefined })}>
      <X aria-hidden />
      Clear
    </Button>
  )
  return (
    <div className="min-w-0 space-y-4">
      {data.error ? <Failure error={data.error} onRetry={data.retry} /> : null}
      {groups.map((group) => {
        const lines = linesOf(group.results)
        return (
          <Panel
            key={group.key}
            title={group.title}
            actions={
              <QueryNote selectors={selectors} from={data.from} to={data.to} points={pointCount(lines)} />
            }
          >
            <Chart
              label={group.title}
              lines={lines}
              from={data.from}
              to={data.to}
              height={groups.length > 1 ? 200 : 300}
              syncKey="explore"
              onZoom={zoom}
            />
          </Panel>
        )
      })}
      {data.loading && groups.length === 0 && (
        <Chart label="Loading" lines={[]} from={data.from} to={data.to} height={300} loading />
      )}
      {!data.loading && !data.error && groups.length === 0 && (
        <div className="rounded-lg border border-dashed">
          <Empty icon={ChartSpline} title="No points in this range">
            Choose a longer range, or check that the sender still reports.
          </Empty>
        </div>
      )}
      <Panel title="Charted series" actions={clear} bodyClassName="p-0">
        <SelectionTable
          selectors={selectors}
          results={data.results}
          onRemove={(gone) => change({ s: selectors.filter((one) => one !== gone) })}
        />
      </Panel>
    </div>
  )
}
