import { Link } from '@tanstack/react-router'
import { className } from '../ui/class-name.ts'
import { missing } from '../ui/format.ts'
import { SortHead, TableHead } from '../ui/table-head.tsx'
import { NotTold, PercentCell, UnitCell } from './gpu-cells.tsx'
import { type GpuRow, healthOf } from './gpu-row.ts'
import type { GpuSort } from './gpu-search.ts'
import { GpuHealthMark, StaleMark } from './health-mark.tsx'
import { measureOf } from './measure.ts'
import type { GpuThresholds } from './threshold.ts'

type GpuTableProps = {
  rows: readonly GpuRow[]
  sort: GpuSort
  thresholds: GpuThresholds
  onSort: (sort: GpuSort) => void
}

const columns: readonly { sort: GpuSort; word: string; className: string }[] = [
  { sort: 'health', word: 'Health', className: 'pl-4' },
  { sort: 'name', word: 'GPU', className: '' },
  { sort: 'utilisation', word: 'Utilisation', className: '' },
  { sort: 'sm', word: 'SM activity', className: '' },
  { sort: 'memory', word: 'Memory', className: '' },
  { sort: 'temperature', word: 'Temperature', className: '' },
  { sort: 'power', word: 'Power', className: '' },
]

/** A row a GPU. Wider than a phone: it scrolls sideways there. */
export function GpuTable({ rows, sort, thresholds, onSort }: GpuTableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[62rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            {columns.map((column) => (
              <SortHead
                key={column.sort}
                active={sort === column.sort}
                ascending={column.sort === 'name'}
                onSort={() => onSort(column.sort)}
                className={column.className}
              >
                {column.word}
              </SortHead>
            ))}
            <TableHead>Pod</TableHead>
            <TableHead className="whitespace-nowrap">Last XID</TableHead>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} thresholds={thresholds} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ row: { key, node, gpu }, thresholds }: { row: GpuRow; thresholds: GpuThresholds }) {
  const name = `GPU ${gpu.index} of ${node.node_name}`
  const heat = gpu.temperature_celsius ?? 0
  const [slice, ...more] = gpu.mig_instances.filter(({ pod }) => pod !== null)
  const pod = gpu.pod ?? slice?.pod ?? null
  return (
    <tr className="border-t hover:bg-sunken/60">
      <td className="whitespace-nowrap py-1.5 pr-4 pl-4">
        <span className="flex gap-1">
          <GpuHealthMark health={healthOf(node, gpu)} />
          <StaleMark stale={node.stale} />
        </span>
      </td>
      <td className="whitespace-nowrap py-1.5 pr-4">
        <Link
          from="/gpu"
          to="/gpu"
          search={(old) => ({ ...old, gpu: key })}
          resetScroll={false}
          className="font-medium hover:underline"
        >
          {node.node_name} <span className="text-ink-mute">GPU</span> {gpu.index}
        </Link>
        <p className="text-ink-mute text-xs">
          {gpu.name} · {node.cluster_name}
        </p>
      </td>
      <td className="pr-4">
        <PercentCell value={gpu.utilization_gpu_percent} label={`Utilisation of ${name}`} />
      </td>
      <td className="pr-4">
        <PercentCell value={measureOf(gpu, 'sm')} label={`SM activity of ${name}`} />
      </td>
      <td className="pr-4">
        <PercentCell value={measureOf(gpu, 'memory')} label={`Memory of ${name}`} />
      </td>
      <td
        className={className(
          'whitespace-nowrap pr-4',
          heat >= thresholds.temperatureWarning && 'font-medium text-medium',
          heat >= thresholds.temperatureCritical && 'text-critical',
        )}
      >
        <UnitCell value={gpu.temperature_celsius} unit="°C" />
      </td>
      <td className="whitespace-nowrap pr-4">
        <UnitCell value={gpu.power_draw_watts} unit="W" />
      </td>
      <td className="max-w-48 truncate pr-4" title={pod ?? undefined}>
        {pod === null ? (
          <span className="text-ink-mute">{missing}</span>
        ) : (
          <>
            <span className="text-ink-mute">{gpu.namespace ?? slice?.namespace}/</span>
            {pod}
            {gpu.pod === null && more.length > 0 && ` and ${more.length} more`}
          </>
        )}
      </td>
      <td className="whitespace-nowrap pr-4">
        {gpu.last_xid === null ? <NoXid source={node.source} /> : gpu.last_xid}
      </td>
    </tr>
  )
}

function NoXid({ source }: { source: 'DCGM' | 'NVIDIA_SMI' }) {
  return source === 'DCGM' ? (
    <span className="text-ink-mute">none</span>
  ) : (
    <NotTold title="nvidia-smi does not tell XIDs" />
  )
}
