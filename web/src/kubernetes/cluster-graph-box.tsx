import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { className } from '../ui/class-name.ts'
import type { GraphItem } from './graph-fold.ts'
import { statusTone } from './status-tone.ts'

export type BoxNode = Node<{ item: GraphItem }, 'box'>

const handle = '!size-1 !min-w-0 !min-h-0 !border-0 !bg-transparent'
const borders = {
  critical: 'border-critical bg-critical-soft',
  medium: 'border-medium',
  ok: 'border-line-strong',
  info: 'border-line-strong border-dashed',
  outline: 'border-line-strong',
} as const
const words = {
  critical: 'text-critical',
  medium: 'text-medium',
  ok: 'text-ok',
  info: 'text-ink-mute',
  outline: 'text-ink-mute',
} as const

/** One thing of a cluster, or the pods of one workload together. */
export function ClusterGraphBox({ data: { item } }: NodeProps<BoxNode>) {
  const { object, status, pods, notWell } = item
  const tone = statusTone(status) as keyof typeof borders
  return (
    <div
      title={`${object.kind} ${object.name}${status && `: ${status}`}`}
      className={className(
        'flex h-[52px] w-[176px] cursor-pointer flex-col justify-center rounded-md border bg-raised px-3 text-ink',
        borders[tone],
        pods > 1 && 'shadow-[3px_3px_0_var(--line)]',
      )}
    >
      <Handle type="target" position={Position.Left} className={handle} />
      <span className="truncate font-medium text-sm leading-5">
        {pods > 1 ? `${pods} pods` : object.name}
      </span>
      <span className="flex items-center justify-between gap-2 text-xs">
        <span className={className('truncate', words[tone])}>
          {notWell > 0 && pods > 1 ? `${notWell} ${status}` : status}
        </span>
        <span className="shrink-0 text-ink-mute">{object.kind}</span>
      </span>
      <Handle type="source" position={Position.Right} className={handle} />
    </div>
  )
}
