import { CapabilityPanel } from './capability-panel.tsx'
import { CheckPanel } from './check-panel.tsx'
import type { ClusterPanelProps } from './cluster-tab.ts'
import { CopyPanel } from './copy-panel.tsx'
import { CountPanel } from './count-panel.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { WatchPanel } from './watch-panel.tsx'

/** How the cluster is, was, and what is known of it. */
export function OverviewTab({ cluster }: ClusterPanelProps) {
  return (
    <div className="space-y-4">
      <CountPanel cluster={cluster} />
      <HistoryPanel cluster={cluster} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <CheckPanel cluster={cluster} />
          <CapabilityPanel cluster={cluster} />
          <CopyPanel cluster={cluster} />
        </div>
        <WatchPanel cluster={cluster} />
      </div>
    </div>
  )
}
