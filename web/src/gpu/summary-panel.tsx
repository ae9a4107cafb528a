import type { GpuSummary } from '@aiops/contract/model/gpu'
import { Link } from '@tanstack/react-router'
import { Failure } from '../ui/failure.tsx'
import { type Figure, FigureList } from '../ui/figure-list.tsx'
import { formatBytes, formatCount, formatNumber, formatPercent, missing } from '../ui/format.ts'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { gpuHealths } from './gpu-search.ts'
import { GpuHealthMark } from './health-mark.tsx'
import { useGpuSummary } from './use-gpu.ts'

/** The fleet, or the chosen clusters, in figures. */
export function SummaryPanel({ clusters }: { clusters: readonly string[] }) {
  const { data, error, refetch } = useGpuSummary(clusters)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={2} />
  if (data.total_gpus === 0) return null
  return (
    <div className="space-y-2">
      <FigureList
        label={clusters.length === 0 ? 'All GPUs' : 'GPUs of the chosen clusters'}
        figures={figuresOf(data)}
      />
      <TypeLine summary={data} />
    </div>
  )
}

const mebibyte = 1_048_576

function figuresOf(summary: GpuSummary): Figure[] {
  const { memory_total_mb: total, memory_used_mb: used, findings } = summary
  const open = Object.values(findings).reduce((sum, count) => sum + count, 0)
  const severe = (findings.CRITICAL ?? 0) + (findings.HIGH ?? 0)
  return [
    {
      ...{ label: 'GPUs', value: formatCount(summary.total_gpus) },
      note: `on ${counted(summary.total_nodes, 'node')}`,
    },
    {
      label: 'Health',
      value: (
        <span className="flex flex-wrap gap-1 pt-1">
          {gpuHealths.map((health) => {
            const count = summary.by_health[health] ?? 0
            return count > 0 ? <GpuHealthMark key={health} health={health} count={count} /> : null
          })}
        </span>
      ),
    },
    {
      label: 'Findings',
      value: (
        <Link
          from="/gpu"
          to="/gpu"
          search={(old) => ({ ...old, view: 'findings' as const, page: undefined })}
          className="hover:underline"
        >
          {formatCount(open)}
        </Link>
      ),
      note: `${formatCount(severe)} critical or high`,
      ...(severe > 0 ? { tone: 'critical' as const } : {}),
    },
    {
      ...{ label: 'Allocated', value: formatCount(summary.allocated_gpus) },
      note: `${formatPercent(summary.allocated_gpus / summary.total_gpus)} of all`,
      title: 'Given to a pod, whole or a slice of it',
    },
    {
      ...{ label: 'Allocated, idle', value: formatCount(summary.idle_allocated_gpus) },
      note: '30 min without work',
      title: 'Open findings of the rule gpu-idle-allocated',
      ...(summary.idle_allocated_gpus > 0 ? { tone: 'medium' as const } : {}),
    },
    {
      label: 'Mean utilisation',
      value:
        summary.avg_utilization_percent === null
          ? missing
          : formatPercent(summary.avg_utilization_percent / 100),
      note: summary.avg_utilization_percent === null ? 'none tells it' : 'of those that tell it',
    },
    {
      ...{ label: 'Memory used', value: total === 0 ? missing : formatPercent(used / total) },
      note: `${formatBytes(used * mebibyte)} of ${formatBytes(total * mebibyte)}`,
    },
    {
      label: 'Power',
      value: summary.power_draw_watts === null ? missing : `${formatNumber(summary.power_draw_watts)}W`,
      note: summary.power_draw_watts === null ? 'none tells it' : 'drawn now',
    },
  ]
}

function TypeLine({ summary }: { summary: GpuSummary }) {
  const types = Object.entries(summary.by_type).sort(([, a], [, b]) => b - a)
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 pointer-coarse:gap-y-3 px-1 text-ink-soft text-xs">
      <span className="text-ink-mute">By type</span>
      {types.map(([type, count]) => (
        <Link
          key={type}
          from="/gpu"
          to="/gpu"
          search={(old) => ({ ...old, type: [type], page: undefined })}
          className="hover:underline"
        >
          {type} <span className="font-semibold text-ink">{formatCount(count)}</span>
        </Link>
      ))}
    </p>
  )
}
