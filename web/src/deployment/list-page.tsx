import { getRouteApi, Link } from '@tanstack/react-router'
import { GitPullRequest } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { ControlTab } from './control-tab.tsx'
import type { DeploymentSearchChange } from './deployment-filter.tsx'
import type { DeploymentSearch } from './deployment-search.ts'
import { DriftTab } from './drift-tab.tsx'
import { HoldBanner } from './hold-banner.tsx'
import { ListTab } from './list-tab.tsx'
import { PolicyTab } from './policy-tab.tsx'

const route = getRouteApi('/deployments')

/** Changes through Git, and all that rules them. */
export function DeploymentListPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  /** Any change of the filter starts at the first page again. */
  const change: DeploymentSearchChange = (part, replace = false) =>
    void navigate({
      search: (old) => ({ ...old, page: undefined, ...part }) as DeploymentSearch,
      replace,
      resetScroll: false,
    })
  const tab = search.tab ?? 'list'
  return (
    <>
      <PageTitle title="Deployments">
        <Link to="/merge-requests" className={buttonStyle({ className: 'ml-auto' })}>
          <GitPullRequest aria-hidden /> Merge requests
        </Link>
      </PageTitle>
      {tab !== 'control' && <HoldBanner />}
      <TabList
        label="Views"
        value={tab}
        onChange={(next) => void navigate({ search: next === 'list' ? {} : { tab: next } })}
        tabs={[
          { value: 'list', label: 'Deployments', content: <ListTab search={search} onChange={change} /> },
          { value: 'drift', label: 'Drift', content: <DriftTab /> },
          { value: 'policy', label: 'Policy', content: <PolicyTab /> },
          { value: 'control', label: 'Control', content: <ControlTab /> },
        ]}
      />
    </>
  )
}
