import { CalendarOff } from 'lucide-react'
import { useMemo } from 'react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import { EventTable } from './event-table.tsx'
import { PlaceFilter } from './place-filter.tsx'
import { SpanField } from './span-field.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { useKubernetesEvents } from './use-inside.ts'
import { useTabSearch } from './use-tab-search.ts'

export function EventTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const { namespace, reason, warnings, span, text } = search
  const asked = {
    ...(namespace && { namespace }),
    ...(reason && { reason }),
    ...(warnings && { type: 'Warning' as const }),
  }
  const { data, error, refetch, isPlaceholderData } = useKubernetesEvents(cluster.id, asked, span)
  const events = useMemo(() => {
    const words = (text ?? '').toLowerCase()
    return (data?.events ?? []).filter(({ message, object }) =>
      `${object.kind} ${object.name} ${message}`.toLowerCase().includes(words),
    )
  }, [data, text])
  const filter = (
    <>
      <PlaceFilter clusterId={cluster.id} label="Search object and message" search={search} change={change} />
      <SearchField
        label="Reason"
        placeholder="Reason: FailedScheduling"
        value={reason ?? ''}
        onChange={(next) => change({ reason: next || undefined }, true)}
        className="w-52"
      />
      <SwitchButton on={warnings === true} onChange={(next) => change({ warnings: next })}>
        Warnings only
      </SwitchButton>
      <SpanField value={span} onChange={(next) => change({ span: next })} />
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {data && `${data.truncated ? 'newest ' : ''}${counted(events.length, 'event')}`}
      </p>
    </>
  )
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Events">
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {events.length > 0 && (
        <EventTable
          {...{ events, change }}
          resetKey={JSON.stringify([asked, span, text])}
          dim={isPlaceholderData}
        />
      )}
      {data && events.length === 0 && (
        <Empty icon={CalendarOff} title="No event fits">
          Kubernetes keeps events for an hour by default; those seen here are remembered for two.
        </Empty>
      )}
    </TabFrame>
  )
}
