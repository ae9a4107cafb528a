import type { ServiceGraphEdge } from '@aiops/contract/model/trace-analysis'
import { type GraphEdge, type Layout, layerLayout, type Size } from '../topology/layer-layout.ts'

export const graphSize: Size = { nodeWidth: 150, nodeHeight: 44, gapX: 116, gapY: 44 }

export type GraphNode = { name: string; kind: ServiceGraphEdge['kind']; x: number; y: number }
export type ServiceGraph = { nodes: GraphNode[]; layout: Layout; width: number; height: number }

/** More calls than this are not drawn, the rarest first; the table has them all. */
export const drawnMax = 150

export const drawnEdges = (edges: readonly ServiceGraphEdge[]): ServiceGraphEdge[] =>
  edges.toSorted((a, b) => b.calls - a.calls).slice(0, drawnMax)

/** Where services and what they call stand, callers left. What only callers tell of is never drawn as a service that is one too. */
export function graphOf(edges: readonly ServiceGraphEdge[]): ServiceGraph {
  const kinds = new Map<string, ServiceGraphEdge['kind']>()
  for (const { client, server, kind } of edges) {
    kinds.set(client, 'SERVICE')
    if (kind === 'SERVICE' || !kinds.has(server)) kinds.set(server, kind)
  }
  const links: GraphEdge[] = edges.map(({ client, server }) => ({ source: client, target: server }))
  const layout = layerLayout([...kinds.keys()], links, graphSize)
  const nodes = [...kinds].map(([name, kind]) => ({
    name,
    kind,
    ...(layout.places.get(name) ?? { x: 0, y: 0 }),
  }))
  const right = Math.max(0, ...nodes.map(({ x }) => x)) + graphSize.nodeWidth
  const bottom = Math.max(0, ...nodes.map(({ y }) => y)) + graphSize.nodeHeight
  return { nodes, layout, width: right, height: bottom }
}

export type EdgeSort = 'calls_per_second' | 'error_ratio' | 'p95_ms'

export const sortedEdges = (edges: readonly ServiceGraphEdge[], by: EdgeSort): ServiceGraphEdge[] =>
  edges.toSorted((a, b) => b[by] - a[by] || b.calls - a.calls)
