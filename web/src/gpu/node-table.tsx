import type { Gpu } from '@aiops/contract/model/gpu'
import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { formatPercent } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { counted } from '../ui/words.ts'
import { NotTold, UnitCell } from './gpu-cells.tsx'
import { healthOf, type NodeGroup, vanishedOf } from './gpu-row.ts'
import { gpuHealths } from './gpu-search.ts'
import { GpuHealthMark, StaleMark } from './health-mark.tsx'
import { memoryPercent } from './measure.ts'

/** A row a node, with the GPUs of it that fit the filter. */
export function NodeTable({ groups }: { groups: readonly NodeGroup[] }) {
  return (
    <ScrollRegion label="Table of nodes">
      <table className="w-full min-w-[58rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="pl-4">Node</TableHead>
            <TableHead>GPUs</TableHead>
            <TableHead>Health</TableHead>
            <TableHead className="text-right">Mean utilisation</TableHead>
            <TableHead className="text-right">Memory</TableHead>
            <TableHead className="text-right">Hottest</TableHead>
            <TableHead className="text-right">Power</TableHead>
            <TableHead>Source</TableHead>
            <TableHead>Last told</TableHead>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Row key={`${group.node.cluster_id}/${group.node.node_name}`} {...group} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function Row({ node, gpus }: NodeGroup) {
  const vanished = vanishedOf(node)
  const types = [...new Set(gpus.map(({ name }) => name))]
  return (
    <tr className="border-t hover:bg-sunken/60">
      <td className="whitespace-nowrap py-1.5 pr-4 pl-4">
        <Link
          from="/gpu"
          to="/gpu"
          search={(old) => ({
            ...old,
            node: node.node_name,
            cluster: [node.cluster_id],
            view: 'gpus' as const,
            page: undefined,
          })}
          className="font-medium hover:underline"
        >
          {node.node_name}
        </Link>
        <p className="text-ink-mute text-xs">{node.cluster_name}</p>
      </td>
      <td className="pr-4">
        {gpus.length} × {types.join(', ')}{' '}
        {vanished > 0 && (
          <Badge tone="critical" title="nvidia.com/gpu of the node, less the GPUs that are told of">
            {counted(vanished, 'GPU')} vanished
          </Badge>
        )}
      </td>
      <td className="pr-4">
        <span className="flex gap-1">
          {gpuHealths.map((health) => {
            const count = gpus.filter((gpu) => healthOf(node, gpu) === health).length
            return count > 0 ? <GpuHealthMark key={health} health={health} count={count} /> : null
          })}
        </span>
      </td>
      <td className="pr-4 text-right">
        <Share percent={mean(gpus, ({ utilization_gpu_percent }) => utilization_gpu_percent)} />
      </td>
      <td className="pr-4 text-right">
        <Share percent={mean(gpus, memoryPercent)} />
      </td>
      <td className="pr-4 text-right">
        <UnitCell value={most(gpus, ({ temperature_celsius }) => temperature_celsius)} unit="°C" />
      </td>
      <td className="pr-4 text-right">
        <UnitCell value={sum(gpus, ({ power_draw_watts }) => power_draw_watts)} unit="W" />
      </td>
      <td className="pr-4">{node.source === 'DCGM' ? 'DCGM' : 'nvidia-smi'}</td>
      <td className="whitespace-nowrap pr-4">
        <Moment at={node.last_updated} form="ago" /> <StaleMark stale={node.stale} />
      </td>
    </tr>
  )
}

const Share = ({ percent }: { percent: number | null }) =>
  percent === null ? <NotTold /> : formatPercent(percent / 100)

const told = (gpus: readonly Gpu[], of: (gpu: Gpu) => number | null): number[] =>
  gpus.flatMap((gpu) => of(gpu) ?? [])
const sum = (gpus: readonly Gpu[], of: (gpu: Gpu) => number | null): number | null => {
  const values = told(gpus, of)
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
}
const mean = (gpus: readonly Gpu[], of: (gpu: Gpu) => number | null): number | null => {
  const total = sum(gpus, of)
  return total === null ? null : total / told(gpus, of).length
}
const most = (gpus: readonly Gpu[], of: (gpu: Gpu) => number | null): number | null => {
  const values = told(gpus, of)
  return values.length === 0 ? null : Math.max(...values)
}
