import { z } from 'zod'
import { EntityId } from '../model/entity.ts'
import { Topology, TopologyInput } from '../model/topology.ts'
import { operations } from './operation.ts'

export const topology = operations({
  getTopology: {
    method: 'GET',
    path: '/api/v1/topology',
    tag: 'topology',
    permission: 'topology:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'The graph of entities, whole or around one of them.',
    query: z.object({
      entity: EntityId.optional(),
      depth: z.coerce.number().int().min(1).max(10).default(3),
    }),
    response: Topology,
  },
  putTopology: {
    method: 'PUT',
    path: '/api/v1/config/topology',
    tag: 'topology',
    permission: 'topology:write',
    errors: ['VALIDATION_FAILED'],
    summary: 'Add or renew entities and edges; an edge to an entity nobody has named is refused.',
    body: TopologyInput,
    response: z.object({ entities: z.number().int(), edges: z.number().int() }),
  },
})
