import { LogTab } from '../log/log-tab.tsx'
import { MetricTab } from '../query/metric-tab.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { TraceTab } from '../trace/trace-tab.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { RangePicker } from './range-picker.tsx'
import { SeriesTab } from './series-tab.tsx'
import { ShareButton } from './share-button.tsx'
import { useExploreSearch } from './use-explore-search.ts'

export function ExplorePage() {
  const [search, change] = useExploreSearch()
  return (
    <>
      <PageTitle title="Explore">
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <RangePicker />
          <ShareButton />
        </div>
      </PageTitle>
      <TabList
        label="Kind of signal"
        value={search.tab ?? 'series'}
        onChange={(tab) =>
          change({ tab: tab === 'series' ? undefined : tab, q: undefined, and: undefined, view: undefined })
        }
        tabs={[
          { value: 'series', label: 'Browse', content: <SeriesTab /> },
          { value: 'metrics', label: 'Metrics', content: <MetricTab /> },
          { value: 'logs', label: 'Logs', content: <LogTab /> },
          { value: 'traces', label: 'Traces', content: <TraceTab /> },
        ]}
      />
    </>
  )
}
