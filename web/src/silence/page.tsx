import { getRouteApi } from '@tanstack/react-router'
import { MaintenanceTab } from '../maintenance/maintenance-tab.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { SilenceTab } from './silence-tab.tsx'

const route = getRouteApi('/silences')

/** What is not to be heard of for a while. */
export function SilencePage() {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <PageTitle title="Silences">
        <p className="text-ink-mute">What opens no incident for a while, once or again and again.</p>
      </PageTitle>
      <TabList
        label="Silences"
        value={tab ?? 'silences'}
        onChange={(next) => void navigate({ search: next === 'silences' ? {} : { tab: next } })}
        tabs={[
          { value: 'silences', label: 'Silences', content: <SilenceTab /> },
          { value: 'maintenance', label: 'Maintenance', content: <MaintenanceTab /> },
        ]}
      />
    </>
  )
}
