import {
  Background,
  BackgroundVariant,
  Controls,
  MarkerType,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useEffect, useMemo } from 'react'
import { EntityEdge } from '../topology/entity-edge.tsx'
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
export function ClusterGraphView(props: ClusterGraphViewProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

function Drawing({ graph, label, onChoose }: ClusterGraphViewProps) {
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
  const flow = useReactFlow()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another shape is looked at anew
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fit))
    return () => cancelAnimationFrame(frame)
  }, [shape, flow])
  const choose = (id: string): void => {
    const item = graph.items.find((one) => one.id === id)
    if (item) onChoose(item)
  }
  return (
    <div
      className="h-full w-full"
      role="application"
      aria-label={label}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id')
        if (id && (event.key === 'Enter' || event.key === ' ')) choose(id)
      }}
    >
      <ReactFlow
        {...{ nodes, edges, nodeTypes, edgeTypes }}
        onNodeClick={(_, node) => choose(node.id)}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        edgesFocusable={false}
        onlyRenderVisibleElements
        fitView
        fitViewOptions={fit}
        minZoom={0.1}
        maxZoom={2}
        preventScrolling={false}
        zoomOnScroll={false}
        zoomActivationKeyCode={['Control', 'Meta']}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} color="var(--line)" />
        <Controls showInteractive={false} orientation="horizontal" position="top-right" />
      </ReactFlow>
    </div>
  )
}
