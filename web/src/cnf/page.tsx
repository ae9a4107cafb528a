import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { CnfFilter } from './cnf-filter.tsx'
import type { CnfPartProps, CnfSearchChange } from './cnf-part.ts'
import type { CnfSearch, CnfTab } from './cnf-search.ts'
import { CnfSummary } from './cnf-summary.tsx'
import { DpdkTab } from './dpdk-tab.tsx'
import { FindingTab } from './finding-tab.tsx'
import { KpiTab } from './kpi-tab.tsx'
import { PtpTab } from './ptp-tab.tsx'
import { SriovTab } from './sriov-tab.tsx'
import { WorkloadTab } from './workload-tab.tsx'

const route = getRouteApi('/cnf')

const parts: readonly { value: CnfTab; label: string; part: (props: CnfPartProps) => React.ReactNode }[] = [
  { value: 'workloads', label: 'Network functions', part: WorkloadTab },
  { value: 'ptp', label: 'PTP clocks', part: PtpTab },
  { value: 'sriov', label: 'SR-IOV', part: SriovTab },
  { value: 'dpdk', label: 'DPDK', part: DpdkTab },
  { value: 'kpis', label: '5G indicators', part: KpiTab },
  { value: 'findings', label: 'Findings', part: FindingTab },
]

/** Network functions of vRAN and 5G core, and what they stand on. */
export function CnfPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change: CnfSearchChange = useCallback(
    (part, replace = false) =>
      void navigate({
        search: (old) => ({ ...old, page: undefined, ...part }) as CnfSearch,
        replace,
        resetScroll: false,
      }),
    [navigate],
  )
  return (
    <>
      <PageTitle title="Network functions" tab="CNF" />
      <div className="space-y-4">
        <CnfSummary search={search} />
        {search.tab !== 'dpdk' && <CnfFilter search={search} onChange={change} />}
        <TabList
          label="Parts"
          value={search.tab ?? 'workloads'}
          onChange={(tab) => change({ tab: tab === 'workloads' ? undefined : tab })}
          tabs={parts.map(({ value, label, part: Part }) => ({
            ...{ value, label },
            content: (
              <div className="rounded-lg border bg-surface">
                <Part search={search} onChange={change} />
              </div>
            ),
          }))}
        />
      </div>
    </>
  )
}
