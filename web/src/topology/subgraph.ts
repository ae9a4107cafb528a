import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge, Entity, Topology } from '@aiops/contract/model/topology'

/** Whether an edge says who needs whose answers, rather than where something runs or to what it belongs. */
export const isFlow = (edge: Edge): boolean =>
  edge.type === 'CALLS' || edge.type === 'DEPENDS' || edge.type === 'SELECTS'

/**
 * These entities, their direct neighbours along the edges followed, and the edges among all of them; named ones that
 * the graph lacks are left out.
 */
export function subgraphAround(
  topology: Topology,
  ids: readonly EntityId[],
  follows: (edge: Edge) => boolean = () => true,
): Topology {
  const core = new Set(ids)
  const kept = new Set(ids)
  for (const edge of topology.edges) {
    if (!follows(edge)) continue
    if (core.has(edge.source)) kept.add(edge.target)
    if (core.has(edge.target)) kept.add(edge.source)
  }
  return within(topology, kept)
}

/** Entities whose id or labels hold the text, with their direct neighbours, so that a match is seen in its place. */
export function filterTopology(topology: Topology, text: string): Topology {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return topology
  const fits = (entity: Entity): boolean =>
    [entity.id, ...Object.values(entity.labels)].some((one) => one.toLowerCase().includes(wanted))
  return subgraphAround(
    topology,
    topology.entities.filter(fits).map((entity) => entity.id),
  )
}

function within(topology: Topology, kept: ReadonlySet<EntityId>): Topology {
  return {
    entities: topology.entities.filter((entity) => kept.has(entity.id)),
    edges: topology.edges.filter((edge) => kept.has(edge.source) && kept.has(edge.target)),
  }
}
