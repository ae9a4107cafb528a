import { Handle, type NodeProps, Position } from '@xyflow/react'
import { className } from '../ui/class-name.ts'
import { HealthMark, healthLooks } from '../ui/health.tsx'
import type { EntityNode as EntityNodeType } from './flow-of.ts'

const handle = '!size-1 !min-w-0 !min-h-0 !border-0 !bg-transparent'

export function EntityNode({ data }: NodeProps<EntityNodeType>) {
  const { entity, role, chosen, dimmed } = data
  return (
    <div
      title={entity.id}
      className={className(
        'flex h-[52px] w-[176px] flex-col justify-center rounded-md border bg-raised px-3 text-ink',
        healthLooks[entity.health].border,
        role === 'cause' && 'border-2 border-critical bg-critical-soft',
        dimmed && 'opacity-70',
        chosen && 'ring-2 ring-accent',
      )}
    >
      <Handle type="target" position={Position.Left} className={handle} />
      <span className="truncate font-medium text-sm leading-5">{entity.name}</span>
      <span className="flex items-center justify-between gap-2">
        <HealthMark health={entity.health} />
        <span className={role === 'cause' ? 'font-semibold text-critical text-xs' : 'text-ink-mute text-xs'}>
          {role === 'cause' ? 'Cause' : entity.kind}
        </span>
      </span>
      <Handle type="source" position={Position.Right} className={handle} />
    </div>
  )
}
