import { Boxes } from 'lucide-react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import { MomentPicker } from './moment-picker.tsx'
import { OneOfField } from './one-of-field.tsx'
import { PlaceFilter } from './place-filter.tsx'
import { PodTable } from './pod-table.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { usePods } from './use-inside.ts'
import { useTabSearch } from './use-tab-search.ts'

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']
const cleared = {
  namespace: undefined,
  phase: undefined,
  node: undefined,
  text: undefined,
  problems: undefined,
}

export function PodTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const pods = usePods(cluster.id, search)
  const { namespace, phase, node, text, problems, at } = search
  const filter = (
    <>
      <PlaceFilter clusterId={cluster.id} label="Search pods by name" search={search} change={change} />
      <OneOfField
        label="Phase"
        all="All phases"
        values={phases}
        value={phase}
        onChange={(next) => change({ phase: next })}
      />
      <SearchField
        label="Node"
        placeholder="Node"
        value={node ?? ''}
        onChange={(next) => change({ node: next || undefined }, true)}
        className="w-36"
      />
      <SwitchButton on={problems === true} onChange={(next) => change({ problems: next })}>
        Problems only
      </SwitchButton>
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {pods.answer && counted(pods.total, 'pod')}
      </p>
      <MomentPicker
        clusterId={cluster.id}
        at={at}
        onChange={(next) => change({ at: next }, at !== undefined)}
      />
    </>
  )
  const filtered = Boolean(namespace || phase || node || text || problems)
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Pods">
      <LoadNote error={pods.error} loading={!pods.answer} onRetry={pods.refetch} />
      {pods.answer && pods.total > 0 && (
        <PodTable
          {...pods}
          change={change}
          resetKey={JSON.stringify([namespace, phase, node, text, problems])}
        />
      )}
      {pods.answer && pods.total === 0 && (
        <Empty icon={Boxes} title={filtered ? 'No pod fits this filter' : 'There is no pod in this cluster'}>
          {filtered && <Button onClick={() => change(cleared)}>Clear the filter</Button>}
        </Empty>
      )}
    </TabFrame>
  )
}
