import { EntityKind, entityKind } from '@aiops/contract/model/entity'
import type { TopologyInput } from '@aiops/contract/model/topology'
import { Fault } from '../../kernel/fault.ts'
import type { KnowledgeConfig } from './config.ts'
import type { TopologyGraph } from './graph.ts'

/** All or nothing: throws VALIDATION_FAILED naming every kind or reference that nobody knows, or the limit that would be passed. */
export function refuseUnknown(graph: TopologyGraph, input: TopologyInput, config: KnowledgeConfig): void {
  const given = new Set(input.entities.map((entity) => entity.id))
  const details: { path: string; message: string }[] = []
  input.entities.forEach((entity, index) => {
    if (!EntityKind.safeParse(entityKind(entity.id)).success)
      details.push({ path: `entities.${index}.id`, message: `${entity.id} is of a kind nobody knows` })
  })
  input.edges.forEach((edge, index) => {
    for (const end of ['source', 'target'] as const) {
      const id = edge[end]
      if (!given.has(id) && !graph.has(id))
        details.push({ path: `edges.${index}.${end}`, message: `${id} is not a known entity` })
    }
  })
  const fresh = [...given].filter((id) => !graph.has(id)).length
  if (graph.entityCount + fresh > config.entities_max)
    details.push({
      path: 'entities',
      message: `the topology would hold more than ${config.entities_max} entities`,
    })
  const freshEdges = input.edges.filter((edge) => !graph.hasEdge(edge.source, edge.target, edge.type)).length
  if (graph.edgeCount + freshEdges > config.edges_max)
    details.push({ path: 'edges', message: `the topology would hold more than ${config.edges_max} edges` })
  if (details.length === 0) return
  const named = details
    .slice(0, 5)
    .map((detail) => detail.message)
    .join('; ')
  throw new Fault(
    'VALIDATION_FAILED',
    `The topology was not taken: ${named}${details.length > 5 ? ` and ${details.length - 5} more` : ''}.`,
    { details: details.slice(0, 100) },
  )
}
