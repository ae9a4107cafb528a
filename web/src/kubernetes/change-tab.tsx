import { History } from 'lucide-react'
import { useMemo } from 'react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import { groupChanges } from './change-group.ts'
import { ChangeList } from './change-list.tsx'
import { OneOfField } from './one-of-field.tsx'
import { PlaceFilter } from './place-filter.tsx'
import { SpanField } from './span-field.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { changesMax, useClusterChanges } from './use-inside.ts'
import { useTabSearch } from './use-tab-search.ts'

const kinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'Node',
  'ConfigMap',
  'Service',
  'PersistentVolumeClaim',
]

export function ChangeTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const { namespace, kind, causes = false, span, text } = search
  const asked = { ...(namespace && { namespace }), ...(kind && { kind }), causes }
  const { data, error, refetch, isPlaceholderData } = useClusterChanges(cluster.id, asked, span)
  const groups = useMemo(() => {
    const words = (text ?? '').toLowerCase()
    return groupChanges(
      (data?.changes ?? []).filter(({ summary, object, owner }) =>
        `${object.name} ${owner?.name ?? ''} ${summary}`.toLowerCase().includes(words),
      ),
    )
  }, [data, text])
  const filter = (
    <>
      <PlaceFilter clusterId={cluster.id} label="Search object and change" search={search} change={change} />
      <OneOfField
        label="Kind"
        all="All kinds"
        values={kinds}
        value={kind}
        onChange={(next) => change({ kind: next })}
      />
      <SwitchButton
        on={causes}
        onChange={(next) => change({ causes: next })}
        title="Without changes of status alone: what somebody or something did"
      >
        Causes only
      </SwitchButton>
      <SpanField value={span} onChange={(next) => change({ span: next })} />
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {data && (
          <>
            {data.truncated ? 'newest ' : ''}
            {counted(data.changes.length, 'change')} · remembered since <Moment at={data.since} form="both" />
          </>
        )}
      </p>
    </>
  )
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Changes">
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {groups.length > 0 && (
        <ChangeList {...{ groups, change }} clusterId={cluster.id} dim={isPlaceholderData} />
      )}
      {data?.truncated && (
        <p className="border-t px-4 py-2 text-ink-soft">
          There are more than these {changesMax}. Choose a namespace, a kind or a shorter range.
        </p>
      )}
      {data && groups.length === 0 && (
        <Empty icon={History} title="Nothing changed that fits">
          Changes are known since <Moment at={data.since} form="both" />.
        </Empty>
      )}
    </TabFrame>
  )
}
