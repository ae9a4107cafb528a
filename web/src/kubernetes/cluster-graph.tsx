import { MarkerType, Position } from '@xyflow/react'
import { useMemo } from 'react'
import { EntityEdge } from '../topology/entity-edge.tsx'
import { FlowCanvas } from '../topology/flow-canvas.tsx'
import { type EntityEdge as Edge, nodeSize } from '../topology/flow-of.ts'
import { edgeKey, layerLayout } from '../topology/layer-layout.ts'
import { type BoxNode, ClusterGraphBox } from './cluster-graph-box.tsx'
import type { FoldedGraph, GraphItem } from './graph-fold.ts'

const nodeTypes = { box: ClusterGraphBox }
const edgeTypes = { entity: EntityEdge }
const fit = {
  padding: { top: '52px', right: '20px', bottom: '24px', left: '20px' },
  minZoom: 0.6,
  maxZoom: 1,
} as const

export type ClusterGraphViewProps = { graph: FoldedGraph; label: string; onChoose: (item: GraphItem) => void }

/** What hangs together in a namespace, left to right. Places depend on what there is alone: a status moves nothing. */
export function ClusterGraphView({ graph, label, onChoose }: ClusterGraphViewProps) {
  const shape = JSON.stringify([graph.items.map(({ id }) => id).sort(), graph.edges.map(edgeKey).sort()])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is all that the layout depends on
  const layout = useMemo(
    () =>
      layerLayout(
        graph.items.map(({ id }) => id),
        graph.edges,
        { ...nodeSize, gapX: 72, gapY: 20 },
      ),
    [shape],
  )
  const nodes = useMemo(
    () =>
      graph.items.map<BoxNode>((item) => ({
        id: item.id,
        type: 'box',
        position: layout.places.get(item.id) ?? { x: 0, y: 0 },
        width: nodeSize.nodeWidth,
        height: nodeSize.nodeHeight,
        sourcePosition: Position.Right,
        targetPosition: Position.Left,
        ariaLabel: `${item.object.kind} ${item.object.name}, ${item.status}`,
        data: { item },
      })),
    [graph, layout],
  )
  const edges = useMemo(
    () =>
      graph.edges.map<Edge>((edge) => ({
        id: `${edgeKey(edge)}\n${edge.relation}`,
        type: 'entity',
        source: edge.source,
        target: edge.target,
        focusable: false,
        data: { figures: [], failing: false, route: layout.routes.get(edgeKey(edge)) ?? [] },
        style: {
          stroke: 'var(--line-strong)',
          ...(edge.relation === 'APPLIES_TO' ? { strokeDasharray: '4 4' } : {}),
        },
        markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--line-strong)', width: 14, height: 14 },
      })),
    [graph, layout],
  )
  const choose = (id: string): void => {
    const item = graph.items.find((one) => one.id === id)
    if (item) onChoose(item)
  }
  return (
    <FlowCanvas
      {...{ nodes, edges, nodeTypes, edgeTypes, label, shape, fit }}
      minZoom={0.1}
      onlyRenderVisibleElements
      onChoose={choose}
    />
  )
}
