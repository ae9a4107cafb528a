import { formatNumber, missing } from '../ui/format.ts'
import { type ClusterGroup, gpuKey, healthOf } from './gpu-row.ts'
import { gpuHealthLooks } from './health-mark.tsx'
import { type Measure, measureNames, measureOf, measures } from './measure.ts'

export type TipAt = { key: string; left: number; top: number; bottom: number }

const width = 256
const heightMax = 230

/** What a cell stands for, beside it. */
export function HeatTip({ at, groups }: { at: TipAt; groups: readonly ClusterGroup[] }) {
  const found = groups
    .flatMap(({ nodes }) => nodes)
    .flatMap(({ node, gpus }) => gpus.map((gpu) => ({ node, gpu })))
    .find(({ node, gpu }) => gpuKey(node, gpu) === at.key)
  if (!found) return null
  const { node, gpu } = found
  const below = at.bottom + heightMax < innerHeight
  const figures = measureNames.filter((name): name is Exclude<Measure, 'health'> => name !== 'health')
  return (
    <div
      role="tooltip"
      className="pointer-events-none fixed z-30 w-64 rounded-lg border border-line-strong bg-raised p-3 text-xs shadow-overlay"
      style={{
        left: Math.max(8, Math.min(at.left, innerWidth - width - 8)),
        ...(below ? { top: at.bottom + 6 } : { bottom: innerHeight - at.top + 6 }),
      }}
    >
      <p className="truncate font-semibold text-sm">
        GPU {gpu.index} · {node.node_name}
      </p>
      <p className="truncate text-ink-mute">
        {gpu.name} · {node.cluster_name}
      </p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3">
        <dt className="text-ink-mute">Health</dt>
        <dd className="text-right">
          {gpuHealthLooks[healthOf(node, gpu)].word}
          {node.stale && ', stale'}
        </dd>
        {figures.map((name) => (
          <TipLine
            key={name}
            name={measures[name].word}
            value={measureOf(gpu, name)}
            unit={measures[name].unit}
          />
        ))}
        <dt className="text-ink-mute">Pod</dt>
        <dd className="truncate text-right">{gpu.pod === null ? missing : `${gpu.namespace}/${gpu.pod}`}</dd>
        {gpu.mig_instances.length > 0 && (
          <>
            <dt className="text-ink-mute">MIG slices</dt>
            <dd className="text-right">{gpu.mig_instances.length}</dd>
          </>
        )}
      </dl>
    </div>
  )
}

function TipLine({ name, value, unit }: { name: string; value: number | null; unit: string }) {
  return (
    <>
      <dt className="text-ink-mute">{name}</dt>
      <dd className="text-right">
        {value === null ? 'not told' : `${formatNumber(Math.round(value))} ${unit}`}
      </dd>
    </>
  )
}
