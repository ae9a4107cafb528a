import { type EntityId, entityId } from '@aiops/contract/model/entity'
import { TopologyInput } from '@aiops/contract/model/topology'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { TopologyGraph } from './graph.ts'

/** A topology that does not change: for commands that read it from a file. */
export type FixedTopology = {
  neighbourhood(entity: EntityId, depth: number): ReadonlyMap<EntityId, number>
  dependencies(entity: EntityId): EntityId[]
  dependents(entity: EntityId): EntityId[]
}

/** The short form of data sets and call-graph exports: service names, `[caller, callee]`. */
const CallGraph = z.object({
  direction: z.literal('caller->callee').optional(),
  services: z.array(z.string().min(1)).default([]),
  edges: z.array(z.tuple([z.string().min(1), z.string().min(1)])),
})

/** From a `TopologyInput` or a call graph. Throws VALIDATION_FAILED when it is neither. */
export function fixedTopology(input: unknown): FixedTopology {
  const { entities, edges } = read(input)
  const graph = new TopologyGraph({ entitiesMax: 1_000_000, edgesMax: 4_000_000, depthKept: 3 })
  for (const id of entities) graph.addEntity(id, {}, 0)
  for (const edge of edges) {
    graph.addEntity(edge.source, {}, 0)
    graph.addEntity(edge.target, {}, 0)
    graph.addEdge(edge.source, edge.target, 'CALLS', 'FILE', 0)
  }
  return {
    neighbourhood: (entity, depth) => graph.neighbourhood(entity, depth),
    dependencies: (entity) => graph.dependencies(entity),
    dependents: (entity) => graph.dependents(entity),
  }
}

function read(input: unknown): { entities: EntityId[]; edges: { source: EntityId; target: EntityId }[] } {
  const callGraph = CallGraph.safeParse(input)
  if (callGraph.success) {
    const { services, edges } = callGraph.data
    const service = (name: string): EntityId => entityId('service', name)
    return {
      entities: services.map(service),
      edges: edges.map(([from, to]) => ({ source: service(from), target: service(to) })),
    }
  }
  const parsed = TopologyInput.safeParse(input)
  if (!parsed.success) {
    throw new Fault(
      'VALIDATION_FAILED',
      'The topology is neither {entities, edges: [{source, target}]} nor {services, edges: [[caller, callee]]}.',
    )
  }
  return { entities: parsed.data.entities.map((entity) => entity.id), edges: parsed.data.edges }
}
