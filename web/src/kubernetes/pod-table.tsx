import type { PodSummary } from '@aiops/contract/model/kubernetes'
import { memo } from 'react'
import { className } from '../ui/class-name.ts'
import { formatBytes, formatNumber } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { ObjectButton } from './object-button.tsx'
import { StatusText } from './status-text.tsx'
import type { TabChange } from './use-tab-search.ts'

type PodTableProps = {
  total: number
  itemAt: (index: number) => PodSummary | undefined
  onSight: (first: number, end: number) => void
  isOld: boolean
  resetKey: string
  change: TabChange
}

export function PodTable({ total, itemAt, onSight, isOld, resetKey, change }: PodTableProps) {
  const height = useNarrow() ? 64 : 40
  return (
    <VirtualTable
      {...{ onSight, resetKey }}
      label={`${total} pods`}
      count={total}
      rowHeight={height}
      className={isOld ? 'opacity-60' : ''}
      head={
        <tr>
          <TableHead className="pl-4">Pod</TableHead>
          <TableHead className="hidden w-36 lg:table-cell">Namespace</TableHead>
          <TableHead className="w-40">Status</TableHead>
          <TableHead className="w-16 text-right">Ready</TableHead>
          <TableHead className="w-20 text-right">Restarts</TableHead>
          <TableHead className="hidden w-32 xl:table-cell">Node</TableHead>
          <TableHead className="hidden w-20 text-right xl:table-cell">CPU</TableHead>
          <TableHead className="hidden w-24 text-right xl:table-cell">Memory</TableHead>
          <TableHead className="w-24 text-right">Created</TableHead>
        </tr>
      }
      row={(index) => {
        const pod = itemAt(index)
        return pod ? (
          <PodRow key={`${pod.namespace}/${pod.name}`} {...{ pod, height, change }} />
        ) : (
          <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
            <td colSpan={9} className="px-4 max-md:block max-md:pt-4">
              <Skeleton className="h-4" />
            </td>
          </tr>
        )
      }}
    />
  )
}

type PodRowProps = { pod: PodSummary; height: number; change: TabChange }

const PodRow = memo(
  function PodRow({ pod, height, change }: PodRowProps) {
    const { namespace, name, usage } = pod
    const ended = pod.phase === 'Succeeded'
    return (
      <tr
        style={{ height }}
        className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row"
      >
        <td className="min-w-0 truncate md:pr-4 md:pl-4">
          <ObjectButton object={{ kind: 'Pod', namespace, name }} change={change} />
        </td>
        <td className="hidden truncate pr-4 text-ink-soft lg:table-cell" title={namespace}>
          {namespace}
        </td>
        <td className="min-w-0 md:pr-4">
          <StatusText status={pod.status} />
        </td>
        <td
          className={className(
            'whitespace-nowrap text-right max-md:hidden md:pr-4',
            pod.ready < pod.total && !ended && 'font-medium text-critical',
          )}
        >
          {pod.ready}/{pod.total}
        </td>
        <td
          className={className(
            'text-right max-md:hidden md:pr-4',
            pod.restarts > 0 && 'font-medium text-high',
          )}
        >
          {pod.restarts}
        </td>
        <td className="hidden truncate pr-4 text-ink-soft xl:table-cell" title={pod.node ?? undefined}>
          {pod.node ?? <span className="text-ink-mute">none yet</span>}
        </td>
        <td className="hidden whitespace-nowrap pr-4 text-right xl:table-cell">
          {formatNumber(usage?.cpu_cores)}
        </td>
        <td className="hidden whitespace-nowrap pr-4 text-right xl:table-cell">
          {formatBytes(usage?.memory_bytes)}
        </td>
        <td className="whitespace-nowrap text-right text-ink-soft max-md:hidden md:pr-4">
          <Moment at={pod.created_at} form="ago" />
        </td>
        <td className="min-w-0 truncate text-ink-mute text-xs md:hidden">
          {namespace} · {pod.ready}/{pod.total} ready · {pod.restarts} restarts
        </td>
      </tr>
    )
  },
  // `change` navigates the same whichever one it is.
  (a, b) => a.pod === b.pod && a.height === b.height,
)
