import { getRouteApi, Link } from '@tanstack/react-router'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { ImportTab } from './import-tab.tsx'
import { LessonTab } from './lesson-tab.tsx'
import { RuleTab } from './rule-tab.tsx'

const route = getRouteApi('/correlation')

/** How alerts and anomalies become incidents, beyond time and topology. */
export function CorrelationPage() {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <PageTitle title="Correlation">
        <p className="text-ink-mute">
          How alerts and anomalies become{' '}
          <Link to="/incidents" className="text-accent hover:underline">
            incidents
          </Link>
          : by time and topology, and by what is set and learned here.
        </p>
      </PageTitle>
      <TabList
        label="Correlation"
        value={tab ?? 'rules'}
        onChange={(next) => void navigate({ search: next === 'rules' ? {} : { tab: next } })}
        tabs={[
          { value: 'rules', label: 'Rules', content: <RuleTab /> },
          { value: 'lessons', label: 'Learned from people', content: <LessonTab /> },
          { value: 'import', label: 'From Alertmanager', content: <ImportTab /> },
        ]}
      />
    </>
  )
}
