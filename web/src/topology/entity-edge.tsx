import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { className } from '../ui/class-name.ts'
import { edgePath } from './edge-path.ts'
import { type EntityEdge as EntityEdgeType, nodeSize } from './flow-of.ts'

export function EntityEdge({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  markerEnd,
  style,
}: EdgeProps<EntityEdgeType>) {
  const { path, at } = edgePath(
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
    data?.route ?? [],
    nodeSize.nodeWidth,
  )
  const figures = data?.figures ?? []
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        {...(style === undefined ? {} : { style })}
      />
      {figures.length > 0 && (
        <EdgeLabelRenderer>
          <div
            style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
            className={className(
              'pointer-events-none absolute rounded bg-surface/90 px-1 text-center text-[11px] leading-[13px]',
              data?.failing ? 'font-medium text-critical' : 'text-ink-soft',
            )}
          >
            {figures.map((figure) => (
              <div key={figure} className="whitespace-nowrap">
                {figure}
              </div>
            ))}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
}
