import { getRouteApi, Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { HistoryTab } from './history-tab.tsx'
import type { ReportSearch } from './report-search.ts'
import { SchedulePanel } from './schedule-panel.tsx'

const route = getRouteApi('/reports')

export function ReportListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  /** Any change of the filter starts at the first page again. */
  const change = (part: Partial<Record<keyof ReportSearch, unknown>>, replace = false): void =>
    void navigate({
      search: (old) => ({ ...old, page: undefined, ...part }) as ReportSearch,
      replace,
      resetScroll: false,
    })
  return (
    <>
      <PageTitle title="Reports">
        <Link
          to="/reports/new"
          search={search.type ? { type: search.type } : {}}
          className={buttonStyle({ look: 'strong' })}
        >
          <Plus aria-hidden /> New report
        </Link>
      </PageTitle>
      <TabList
        label="Reports"
        value={search.tab ?? 'history'}
        onChange={(tab) => void navigate({ search: tab === 'history' ? {} : { tab } })}
        tabs={[
          {
            ...{ value: 'history', label: 'History' },
            content: <HistoryTab search={search} onChange={change} />,
          },
          { value: 'schedules', label: 'Schedules', content: <SchedulePanel /> },
        ]}
      />
    </>
  )
}
