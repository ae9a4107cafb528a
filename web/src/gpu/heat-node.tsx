import type { Gpu } from '@aiops/contract/model/gpu'
import { memo } from 'react'
import { className } from '../ui/class-name.ts'
import { gpuKey, type NodeGroup, vanishedOf } from './gpu-row.ts'
import { hatch, type Paint } from './heat-paint.ts'

type HeatNodeProps = NodeGroup & { paint: Paint; chosen: number | undefined; onNode: (name: string) => void }

/** The GPUs of one node, a cell each. Drawn anew only when its node changes: others tell of themselves many times a second. */
export const HeatNode = memo(function HeatNode({ node, gpus, paint, chosen, onNode }: HeatNodeProps) {
  const vanished = gpus === node.gpus ? Math.min(vanishedOf(node), 16) : 0
  return (
    <div className="min-w-0">
      <button
        type="button"
        tabIndex={-1}
        title={`Show ${node.node_name} alone${node.stale ? '; its readings are stale' : ''}`}
        onClick={() => onNode(node.node_name)}
        className={className(
          'block max-w-full truncate text-[0.6875rem] text-ink-mute leading-4 hover:text-ink hover:underline',
          node.stale && 'italic',
        )}
      >
        {node.node_name}
        {node.stale && ' (stale)'}
      </button>
      <div className="flex flex-wrap gap-[3px]">
        {gpus.map((gpu) => (
          <HeatCell key={gpu.uuid} gpu={gpu} node={node} paint={paint} chosen={chosen} />
        ))}
        {Array.from({ length: vanished }, (_, i) => i).map((i) => (
          <span
            key={`vanished ${i}`}
            role="img"
            aria-label="A GPU that the node offers and nobody tells of"
            title="The node offers this GPU to pods (nvidia.com/gpu), and nobody tells of it."
            className="size-4 rounded-[3px] pointer-coarse:size-6 border border-critical border-dashed"
          />
        ))}
      </div>
    </div>
  )
})

function HeatCell({
  gpu,
  node,
  paint,
  chosen,
}: { gpu: Gpu } & Pick<HeatNodeProps, 'node' | 'paint' | 'chosen'>) {
  const bin = paint.binOf(node, gpu)
  const ring = paint.measure !== 'health' && gpu.health === 'CRITICAL' && !node.stale
  return (
    <button
      type="button"
      tabIndex={-1}
      data-gpu={gpuKey(node, gpu)}
      aria-label={`${node.node_name} GPU ${gpu.index}: ${paint.textOf(node, gpu)}${ring ? ', critical finding' : ''}`}
      className={className(
        'size-4 rounded-[3px] pointer-coarse:size-6 border border-ink/10',
        ring && 'ring-2 ring-critical',
        node.stale && 'opacity-55',
        chosen !== undefined && chosen !== bin && 'opacity-15',
      )}
      style={{ background: bin < 0 ? hatch : paint.bins[bin]?.fill }}
    />
  )
}
