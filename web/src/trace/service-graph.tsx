import type { ServiceGraphEdge } from '@aiops/contract/model/trace-analysis'
import { useMemo } from 'react'
import { edgePath } from '../topology/edge-path.ts'
import { edgeKey } from '../topology/layer-layout.ts'
import { className } from '../ui/class-name.ts'
import { formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { sentenceCase } from '../ui/words.ts'
import { type GraphNode, graphOf, graphSize } from './service-edges.ts'

/** From here on an edge is drawn as failing: one call in a hundred. */
const failingRatio = 0.01
const air = 12
/** With more edges than this their figures would cover each other; the table has them. */
const labelledMax = 40

/** Services left to right in the order they call each other; the table under it says the same. */
export function ServiceGraph({
  edges,
  chosen,
  onChoose,
}: {
  edges: readonly ServiceGraphEdge[]
  chosen: string | undefined
  onChoose: (service: string) => void
}) {
  const { nodes, layout, width, height } = useMemo(() => graphOf(edges), [edges])
  const at = new Map(nodes.map((node) => [node.name, node]))
  return (
    <div className="max-h-[60dvh] overflow-auto p-3">
      <div
        className="relative mx-auto"
        style={{ width: width + 2 * air, height: height + 2 * air, padding: air }}
      >
        <svg aria-hidden className="absolute inset-0 size-full overflow-visible">
          <defs>
            {['line', 'bad'].map((id) => (
              <marker
                key={id}
                id={`graph-${id}`}
                viewBox="0 0 8 8"
                refX="8"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" fill={id === 'bad' ? 'var(--critical)' : 'var(--ink-mute)'} />
              </marker>
            ))}
          </defs>
          <g transform={`translate(${air} ${air})`}>
            {edges.map((edge) => {
              const [from, to] = [at.get(edge.client), at.get(edge.server)]
              if (!from || !to) return null
              const bad = edge.error_ratio >= failingRatio
              return (
                <path
                  key={edgeKey({ source: edge.client, target: edge.server })}
                  d={wayOf(edge, from, to, layout).path}
                  fill="none"
                  stroke={bad ? 'var(--critical)' : 'var(--ink-mute)'}
                  strokeWidth={bad ? 2 : 1.25}
                  markerEnd={`url(#graph-${bad ? 'bad' : 'line'})`}
                />
              )
            })}
          </g>
        </svg>
        {edges.length <= labelledMax &&
          edges.map((edge) => {
            const [from, to] = [at.get(edge.client), at.get(edge.server)]
            if (!from || !to) return null
            const { x, y } = wayOf(edge, from, to, layout).at
            return (
              <div
                key={edgeKey({ source: edge.client, target: edge.server })}
                aria-hidden
                style={{ left: x + air, top: y + air }}
                className={className(
                  '-translate-x-1/2 -translate-y-1/2 pointer-events-none absolute whitespace-nowrap rounded bg-surface/90 px-1 text-center text-[11px] leading-[13px]',
                  edge.error_ratio >= failingRatio ? 'font-medium text-critical' : 'text-ink-soft',
                )}
              >
                {formatNumber(edge.calls_per_second)}/s
                <div>p95 {formatDuration(edge.p95_ms)}</div>
                {edge.errors > 0 && <div>{formatPercent(edge.error_ratio)} err</div>}
              </div>
            )
          })}
        {nodes.map((node) => (
          <Node key={node.name} node={node} chosen={node.name === chosen} onChoose={onChoose} />
        ))}
      </div>
    </div>
  )
}

function Node({
  node,
  chosen,
  onChoose,
}: {
  node: GraphNode
  chosen: boolean
  onChoose: (service: string) => void
}) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      title={node.name}
      onClick={() => onChoose(node.name)}
      style={{
        ...{ left: node.x + air, top: node.y + air },
        ...{ width: graphSize.nodeWidth, height: graphSize.nodeHeight },
      }}
      className={className(
        'absolute flex flex-col justify-center rounded-md border bg-raised px-3 text-left hover:border-accent',
        chosen ? 'border-accent ring-2 ring-accent' : 'border-line-strong',
      )}
    >
      <span className="truncate font-medium">{node.name}</span>
      <span className="text-ink-mute text-xs">{sentenceCase(node.kind)}</span>
    </button>
  )
}

function wayOf(
  edge: ServiceGraphEdge,
  from: GraphNode,
  to: GraphNode,
  layout: ReturnType<typeof graphOf>['layout'],
) {
  const route = layout.routes.get(edgeKey({ source: edge.client, target: edge.server })) ?? []
  const middle = graphSize.nodeHeight / 2
  return edgePath(
    { x: from.x + graphSize.nodeWidth, y: from.y + middle },
    { x: to.x, y: to.y + middle },
    route,
    graphSize.nodeWidth,
  )
}
