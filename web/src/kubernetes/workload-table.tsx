import type { WorkloadSummary } from '@aiops/contract/model/kubernetes'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { imageName } from './image-name.ts'
import { ObjectButton } from './object-button.tsx'
import { StatusText } from './status-text.tsx'
import type { TabChange } from './use-tab-search.ts'

type WorkloadTableProps = {
  total: number
  itemAt: (index: number) => WorkloadSummary | undefined
  onSight: (first: number, end: number) => void
  isOld: boolean
  resetKey: string
  change: TabChange
}

export function WorkloadTable({ total, itemAt, onSight, isOld, resetKey, change }: WorkloadTableProps) {
  const height = useNarrow() ? 64 : 40
  return (
    <VirtualTable
      {...{ onSight, resetKey }}
      label={`${total} workloads`}
      count={total}
      rowHeight={height}
      className={isOld ? 'opacity-60' : ''}
      head={
        <tr>
          <TableHead className="w-28 pl-4">Kind</TableHead>
          <TableHead>Workload</TableHead>
          <TableHead className="hidden w-40 lg:table-cell">Namespace</TableHead>
          <TableHead className="w-32">Status</TableHead>
          <TableHead className="w-20 text-right">Ready</TableHead>
          <TableHead className="hidden w-64 xl:table-cell">Images</TableHead>
          <TableHead className="w-24 text-right">Created</TableHead>
        </tr>
      }
      row={(index) => {
        const one = itemAt(index)
        return one ? (
          <WorkloadRow
            key={`${one.kind} ${one.namespace}/${one.name}`}
            {...{ height, change }}
            workload={one}
          />
        ) : (
          <tr key={`row ${index}`} style={{ height }} className="border-b max-md:block">
            <td colSpan={7} className="px-4 max-md:block max-md:pt-4">
              <Skeleton className="h-4" />
            </td>
          </tr>
        )
      }}
    />
  )
}

type WorkloadRowProps = { workload: WorkloadSummary; height: number; change: TabChange }

function WorkloadRow({ workload, height, change }: WorkloadRowProps) {
  const { kind, namespace, name, ready, desired, images } = workload
  const short = ready < desired && kind !== 'Job' && kind !== 'CronJob'
  return (
    <tr
      style={{ height }}
      className="overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row"
    >
      <td className="truncate text-ink-mute max-md:hidden md:pl-4">{kind}</td>
      <td className="min-w-0 truncate md:pr-4">
        <ObjectButton object={{ kind, namespace, name }} change={change} />
      </td>
      <td className="hidden truncate pr-4 text-ink-soft lg:table-cell" title={namespace}>
        {namespace}
      </td>
      <td className="min-w-0 md:pr-4">
        <StatusText status={workload.status} />
      </td>
      <td
        className={className(
          'whitespace-nowrap text-right max-md:hidden md:pr-4',
          short && 'font-medium text-critical',
        )}
      >
        {ready}/{desired}
      </td>
      <td
        className="hidden truncate pr-4 font-mono text-ink-soft text-xs xl:table-cell"
        title={images.join('\n')}
      >
        {images.map(imageName).join(', ')}
      </td>
      <td className="whitespace-nowrap text-right text-ink-soft max-md:hidden md:pr-4">
        <Moment at={workload.created_at} form="ago" />
      </td>
      <td className="min-w-0 truncate text-ink-mute text-xs md:hidden">
        {kind} · {namespace} · {ready}/{desired} ready
      </td>
    </tr>
  )
}
