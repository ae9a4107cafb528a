import type { Cluster } from '@aiops/contract/model/cluster'
import type { ReactNode } from 'react'
import { ObjectDrawer } from './object-drawer.tsx'
import type { TabSearch } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'
import { WatchGate } from './watch-gate.tsx'

type TabFrameProps = {
  cluster: Cluster
  label: string
  search: TabSearch
  change: TabChange
  filter: ReactNode
  children: ReactNode
}

/** What all tabs of the inside have: whether it is watched, a row of filters, and one thing in full. */
export function TabFrame({ cluster, label, search, change, filter, children }: TabFrameProps) {
  return (
    <WatchGate cluster={cluster}>
      <section aria-label={label} className="min-w-0 rounded-lg border bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b p-3">{filter}</div>
        {children}
      </section>
      <ObjectDrawer {...{ search, change }} clusterId={cluster.id} />
    </WatchGate>
  )
}
