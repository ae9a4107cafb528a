import { getRouteApi } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { CapacityTab } from './capacity-tab.tsx'
import type { ForecastSearch } from './forecast-search.ts'
import { PredictionTab } from './prediction-tab.tsx'
import { QueryTab } from './query-tab.tsx'

const route = getRouteApi('/forecasts')

export function ForecastPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onChange = (part: Partial<ForecastSearch>): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...part }).filter(
        ([, value]) => value !== undefined && value !== '' && value.length > 0,
      ),
    )
    void navigate({ search: next as ForecastSearch, resetScroll: false })
  }
  const part = { search, onChange }
  return (
    <>
      <PageTitle title="Forecasts">
        <p className="text-ink-mute">Where series are heading, and when they reach a limit.</p>
      </PageTitle>
      <TabList
        label="Forecasts"
        value={search.tab ?? 'capacity'}
        onChange={(tab) => onChange({ tab })}
        tabs={[
          { value: 'capacity', label: 'Capacity', content: <CapacityTab {...part} /> },
          { value: 'predictions', label: 'Predictions', content: <PredictionTab {...part} /> },
          { value: 'query', label: 'Any series', content: <QueryTab {...part} /> },
        ]}
      />
    </>
  )
}
