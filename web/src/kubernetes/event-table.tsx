import type { KubernetesEvent } from '@aiops/contract/model/kubernetes'
import { Badge } from '../ui/badge.tsx'
import { formatCount } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { ObjectButton } from './object-button.tsx'
import type { TabChange } from './use-tab-search.ts'

type EventTableProps = {
  events: readonly KubernetesEvent[]
  change: TabChange
  resetKey: string
  dim: boolean
}

export function EventTable({ events, change, resetKey, dim }: EventTableProps) {
  const height = useNarrow() ? 104 : 56
  return (
    <VirtualTable
      label={`${events.length} events`}
      count={events.length}
      rowHeight={height}
      resetKey={resetKey}
      className={dim ? 'opacity-60' : ''}
      head={
        <tr>
          <TableHead className="w-28 pl-4">Last seen</TableHead>
          <TableHead className="w-44">Reason</TableHead>
          <TableHead className="w-72">Object</TableHead>
          <TableHead>Message</TableHead>
          <TableHead className="w-20 text-right">Count</TableHead>
        </tr>
      }
      row={(index) => {
        const event = events[index]
        return event && <EventRow key={`${event.namespace}/${event.name}`} {...{ event, height, change }} />
      }}
    />
  )
}

type EventRowProps = { event: KubernetesEvent; height: number; change: TabChange }

function EventRow({ event, height, change }: EventRowProps) {
  const { object, message } = event
  return (
    <tr
      style={{ height }}
      className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row"
    >
      <td className="whitespace-nowrap text-ink-soft max-md:order-2 max-md:text-right md:pr-4 md:pl-4">
        <Moment at={event.last_at} form="ago" />
      </td>
      <td className="min-w-0 truncate max-md:order-1 md:pr-4">
        <Badge tone={event.type === 'Warning' ? 'high' : 'outline'}>{event.reason}</Badge>
      </td>
      <td className="min-w-0 truncate max-md:order-3 max-md:col-span-2 md:pr-4">
        <span className="text-ink-mute text-xs">
          {object.kind} {object.namespace}
        </span>
        <br className="max-md:hidden" /> <ObjectButton object={object} change={change} className="md:-mt-1" />
      </td>
      <td className="min-w-0 max-md:order-4 max-md:col-span-2 md:pr-4">
        <p title={message} className="line-clamp-2 break-words">
          {message}
        </p>
      </td>
      <td className="text-right max-md:hidden md:pr-4">{formatCount(event.count)}</td>
    </tr>
  )
}
