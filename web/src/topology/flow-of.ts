import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge, Entity, Topology } from '@aiops/contract/model/topology'
import { type Edge as FlowEdge, MarkerType, type Node, Position } from '@xyflow/react'
import { edgeFigures } from './edge-text.ts'
import { edgeKey, type Layout, type Place, type Size } from './layer-layout.ts'
import { isFlow } from './subgraph.ts'

export const nodeSize: Size = { nodeWidth: 176, nodeHeight: 52, gapX: 108, gapY: 56 }

/** What an entity is in the story told; `plain` tells none. */
export type Role = 'cause' | 'affected' | 'plain'
export type EntityNode = Node<{ entity: Entity; role: Role; chosen: boolean; dimmed: boolean }, 'entity'>
export type EntityEdge = FlowEdge<{ figures: string[]; failing: boolean; route: readonly Place[] }, 'entity'>

export type FlowView = {
  roles?: ReadonlyMap<EntityId, Role> | undefined
  chosen?: EntityId | undefined
  /** Labels on all edges would cover each other in a large graph: then only the chosen entity's are shown. */
  labelled: (edge: Edge) => boolean
}

/** The graph as xyflow takes it. What runs where is drawn only for the chosen entity: all of it would bury the calls. */
export function flowOf(
  topology: Topology,
  layout: Layout,
  view: FlowView,
): { nodes: EntityNode[]; edges: EntityEdge[] } {
  const story = view.roles && [...view.roles.values()].some((role) => role !== 'plain')
  const nodes = topology.entities.map<EntityNode>((entity) => {
    const role = view.roles?.get(entity.id) ?? 'plain'
    return {
      id: entity.id,
      type: 'entity',
      position: layout.places.get(entity.id) ?? { x: 0, y: 0 },
      width: nodeSize.nodeWidth,
      height: nodeSize.nodeHeight,
      sourcePosition: Position.Right,
      targetPosition: Position.Left,
      draggable: false,
      connectable: false,
      ariaLabel: `${entity.id}, ${entity.health.toLowerCase()}${role === 'plain' ? '' : `, ${role}`}`,
      data: { entity, role, chosen: view.chosen === entity.id, dimmed: Boolean(story) && role === 'plain' },
    }
  })
  const shown = topology.edges.filter((edge) => isFlow(edge) || isNear(edge, view))
  return { nodes, edges: shown.map((edge) => flowEdge(edge, layout, view)) }
}

const isNear = (edge: Edge, { chosen }: FlowView): boolean => chosen === edge.source || chosen === edge.target

/** From here on an edge is drawn as failing: one call in a hundred. */
const failingRatio = 0.01

function flowEdge(edge: Edge, layout: Layout, view: FlowView): EntityEdge {
  const failing = (edge.error_ratio ?? 0) >= failingRatio
  const near = isNear(edge, view)
  const color = failing ? 'var(--critical)' : near ? 'var(--accent)' : 'var(--ink-mute)'
  return {
    id: `${edge.source}\n${edge.type}\n${edge.target}`,
    type: 'entity',
    source: edge.source,
    target: edge.target,
    focusable: false,
    selectable: false,
    data: {
      figures: view.labelled(edge) ? edgeFigures(edge) : [],
      failing,
      route: layout.routes.get(edgeKey(edge)) ?? [],
    },
    style: {
      stroke: color,
      strokeWidth: near || failing ? 2 : 1.25,
      ...(edge.type === 'CALLS' ? {} : { strokeDasharray: '4 4' }),
    },
    markerEnd: {
      type: MarkerType.ArrowClosed,
      color,
      width: near || failing ? 11 : 16,
      height: near || failing ? 11 : 16,
    },
  }
}
