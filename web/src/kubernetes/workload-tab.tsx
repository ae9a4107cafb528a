import { Layers } from 'lucide-react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { counted } from '../ui/words.ts'
import { OneOfField } from './one-of-field.tsx'
import { PlaceFilter } from './place-filter.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { useWorkloads } from './use-inside.ts'
import { useTabSearch } from './use-tab-search.ts'
import { WorkloadTable } from './workload-table.tsx'

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet']

export function WorkloadTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const list = useWorkloads(cluster.id, search)
  const { namespace, kind, text, problems } = search
  const filtered = Boolean(namespace || kind || text || problems)
  const filter = (
    <>
      <PlaceFilter clusterId={cluster.id} label="Search workloads by name" search={search} change={change} />
      <OneOfField
        label="Kind"
        all="All kinds"
        values={kinds}
        value={kind}
        onChange={(next) => change({ kind: next })}
      />
      <SwitchButton on={problems === true} onChange={(next) => change({ problems: next })}>
        Problems only
      </SwitchButton>
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {list.answer && counted(list.total, 'workload')}
      </p>
    </>
  )
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Workloads">
      <LoadNote error={list.error} loading={!list.answer} onRetry={list.refetch} />
      {list.answer && list.total > 0 && (
        <WorkloadTable
          {...list}
          change={change}
          resetKey={JSON.stringify([namespace, kind, text, problems])}
        />
      )}
      {list.answer && list.total === 0 && (
        <Empty
          icon={Layers}
          title={filtered ? 'No workload fits this filter' : 'There is no workload in this cluster'}
        >
          {filtered && (
            <Button
              onClick={() =>
                change({ namespace: undefined, kind: undefined, text: undefined, problems: undefined })
              }
            >
              Clear the filter
            </Button>
          )}
        </Empty>
      )}
    </TabFrame>
  )
}
