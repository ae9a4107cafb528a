import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { AnalysisTab } from './analysis-tab.tsx'
import { BudgetTab } from './budget-tab.tsx'
import type { CostPartProps, CostSearch, CostSearchChange, CostTab } from './cost-search.ts'
import { DecisionDrawer } from './decision-drawer.tsx'
import { DecisionTab } from './decision-tab.tsx'
import { FeedTab } from './feed-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { SavingTab } from './saving-tab.tsx'
import { TelemetryTab } from './telemetry-tab.tsx'

const route = getRouteApi('/cost')

const parts: readonly { value: CostTab; label: string; part: (props: CostPartProps) => React.ReactNode }[] = [
  { value: 'overview', label: 'Overview', part: OverviewTab },
  { value: 'decisions', label: 'Decisions', part: DecisionTab },
  { value: 'analysis', label: 'Cost analysis', part: AnalysisTab },
  { value: 'telemetry', label: 'Telemetry', part: TelemetryTab },
  { value: 'feed', label: 'Live feed', part: FeedTab },
  { value: 'budgets', label: 'Budgets', part: BudgetTab },
  { value: 'savings', label: 'Savings', part: SavingTab },
]

/** What is spent, what is decided about it, and what came of that. */
export function CostPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change: CostSearchChange = useCallback(
    (part, replace = false) =>
      void navigate({
        search: (old) => ({ ...old, page: undefined, ...part }) as CostSearch,
        replace,
        resetScroll: false,
      }),
    [navigate],
  )
  const close = useCallback(() => change({ decision: undefined }, true), [change])
  return (
    <>
      <PageTitle title="Cost" />
      <TabList
        label="Parts"
        value={search.tab ?? 'overview'}
        onChange={(tab) => change({ tab: tab === 'overview' ? undefined : tab })}
        tabs={parts.map(({ value, label, part: Part }) => ({
          ...{ value, label },
          content: <Part search={search} onChange={change} />,
        }))}
      />
      {search.decision !== undefined && <DecisionDrawer id={search.decision} onClose={close} />}
    </>
  )
}
