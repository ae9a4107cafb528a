import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { FindingFilter } from '../finding/finding-filter.tsx'
import type { FindingSearch } from '../finding/finding-search.ts'
import { FindingTable } from '../finding/finding-table.tsx'
import { useFindings } from '../finding/use-finding.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { DiagnosticPanel } from './diagnostic-panel.tsx'
import { WatchGate } from './watch-gate.tsx'

/** What is wrong in this cluster: the health checks in brief, then each finding. */
export function FindingTab({ cluster }: ClusterPanelProps) {
  const [filter, setFilter] = useState<FindingSearch>({})
  const search = { ...filter, cluster: [cluster.id] }
  const { answer, total, error, isOld, refetch, itemAt, onSight } = useFindings(search)
  return (
    <WatchGate cluster={cluster}>
      <DiagnosticPanel clusterId={cluster.id} />
      <section aria-label="Findings" className="rounded-lg border bg-surface">
        <FindingFilter
          search={filter}
          answer={answer}
          clusterName={() => cluster.name}
          onChange={(part) => setFilter((old) => ({ ...old, ...part }) as FindingSearch)}
          oneCluster
        />
        <LoadNote error={error} loading={!answer} onRetry={refetch} />
        {answer && total > 0 && (
          <FindingTable
            {...{ total, itemAt, onSight }}
            resetKey={JSON.stringify(filter)}
            onChoose={undefined}
            className={isOld ? 'opacity-60' : ''}
          />
        )}
        {answer && total === 0 && (
          <Empty icon={CircleCheck} title="No rule finds anything wrong that fits">
            Rules look again whenever the cluster changes.
          </Empty>
        )}
      </section>
    </WatchGate>
  )
}
