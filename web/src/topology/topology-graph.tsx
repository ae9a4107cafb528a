import type { EntityId } from '@aiops/contract/model/entity'
import type { Topology } from '@aiops/contract/model/topology'
import { useMemo } from 'react'
import { EntityEdge } from './entity-edge.tsx'
import { EntityNode } from './entity-node.tsx'
import { FlowCanvas } from './flow-canvas.tsx'
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
export function TopologyGraph({ topology, roles, chosen, onChoose, label }: TopologyGraphProps) {
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
  return (
    <FlowCanvas
      {...{ nodes, edges, nodeTypes, edgeTypes, label, shape, fit }}
      minZoom={0.15}
      nodesFocusable={onChoose !== undefined}
      onChoose={(id) => onChoose?.(id)}
    />
  )
}
