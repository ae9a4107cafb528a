import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import type { DetectionSearch } from './detection-search.ts'
import { DetectorTab } from './detector-tab.tsx'
import { LearningTab } from './learning-tab.tsx'
import { SettingTab } from './setting-tab.tsx'

const route = getRouteApi('/detection')

export function DetectionPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onChange = (part: Partial<Record<keyof DetectionSearch, unknown>>, replace = false): void => {
    void navigate({ search: (old) => ({ ...old, ...part }) as DetectionSearch, replace, resetScroll: false })
  }
  return (
    <>
      <PageTitle title="Detection">
        <p className="text-ink-mute">
          How{' '}
          <Link to="/anomalies" className="text-accent hover:underline">
            anomalies
          </Link>{' '}
          are found, series by series.
        </p>
      </PageTitle>
      <TabList
        label="Detection"
        value={search.tab ?? 'detectors'}
        onChange={(tab) => onChange({ tab })}
        tabs={[
          { value: 'detectors', label: 'Detectors', content: <DetectorTab {...{ search, onChange }} /> },
          { value: 'settings', label: 'Settings', content: <SettingTab /> },
          { value: 'learning', label: 'Learning', content: <LearningTab /> },
        ]}
      />
    </>
  )
}
