import { SeriesCharts } from './series-charts.tsx'
import { SeriesList } from './series-list.tsx'

export function SeriesTab() {
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <SeriesList />
      <SeriesCharts />
    </div>
  )
}
