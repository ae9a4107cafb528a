import type { EntityId } from '@aiops/contract/model/entity'
import type { Topology } from '@aiops/contract/model/topology'
import {
  Background,
  BackgroundVariant,
  Controls,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useEffect, useMemo } from 'react'
import { EntityEdge } from './entity-edge.tsx'
import { EntityNode } from './entity-node.tsx'
import { flowOf, nodeSize, type Role } from './flow-of.ts'
import { edgeKey, layerLayout } from './layer-layout.ts'
import { isFlow } from './subgraph.ts'

export type TopologyGraphProps = {
  topology: Topology
  roles?: ReadonlyMap<EntityId, Role>
  chosen?: EntityId | undefined
  onChoose?: (id: EntityId) => void
  label: string
}

const nodeTypes = { entity: EntityNode }
const edgeTypes = { entity: EntityEdge }
/** With more edges than this their labels would hide the graph. */
const labelledEdgesMax = 40
/** Room above is for the controls. Below half size nothing can be read: then a part is shown, to be dragged. */
const fit = {
  padding: { top: '52px', right: '20px', bottom: '24px', left: '20px' },
  minZoom: 0.5,
  maxZoom: 1.1,
} as const

/** Entities and who needs whom, left to right. Places depend on ids and edges alone, so that live figures move nothing. */
export function TopologyGraph(props: TopologyGraphProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  )
}

function Graph({ topology, roles, chosen, onChoose, label }: TopologyGraphProps) {
  const shape = JSON.stringify([
    topology.entities.map((entity) => entity.id).sort(),
    topology.edges.filter(isFlow).map(edgeKey).sort(),
  ])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is all of the topology that the layout depends on
  const layout = useMemo(
    () =>
      layerLayout(
        topology.entities.map((entity) => entity.id),
        topology.edges.filter(isFlow),
        nodeSize,
      ),
    [shape],
  )
  const { nodes, edges } = useMemo(() => {
    const few = topology.edges.length <= labelledEdgesMax
    return flowOf(topology, layout, {
      roles,
      chosen,
      labelled: (edge) => few || edge.source === chosen || edge.target === chosen,
    })
  }, [topology, layout, roles, chosen])
  const flow = useReactFlow()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another shape is looked at anew
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fit))
    return () => cancelAnimationFrame(frame)
  }, [shape, flow])
  const choose = (id: string): void => onChoose?.(id)
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
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodeClick={(_, node) => choose(node.id)}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        nodesFocusable={onChoose !== undefined}
        edgesFocusable={false}
        fitView
        fitViewOptions={fit}
        minZoom={0.15}
        maxZoom={2}
        preventScrolling={false}
        zoomOnScroll={false}
        panOnScroll={false}
        zoomActivationKeyCode={['Control', 'Meta']}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} color="var(--line)" />
        <Controls showInteractive={false} orientation="horizontal" position="top-right" />
      </ReactFlow>
    </div>
  )
}
