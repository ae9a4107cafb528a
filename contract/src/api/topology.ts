import { z } from 'zod'
import { EntityId } from '../model/entity.ts'
import { Time } from '../model/time.ts'
import {
  BackstageInput,
  BackstageResult,
  Neighbours,
  Topology,
  TopologyDiff,
  TopologyInput,
  TopologyTimes,
} from '../model/topology.ts'
import { operations } from './operation.ts'

const depth = z.coerce.number().int().min(1).max(10)

export const topology = operations({
  getTopology: {
    method: 'GET',
    path: '/api/v1/topology',
    tag: 'topology',
    permission: 'topology:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'The graph of entities, whole or around one of them, as it is or as it was at a time.',
    query: z.object({ entity: EntityId.optional(), depth: depth.default(3), at: Time.optional() }),
    response: Topology,
  },
  diffTopology: {
    method: 'GET',
    path: '/api/v1/topology/diff',
    tag: 'topology',
    permission: 'topology:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'What came, went and changed in the graph between two times; `to` is now unless given.',
    query: z.object({
      from: Time,
      to: Time.optional(),
      entity: EntityId.optional(),
      depth: depth.default(3),
      limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
    }),
    response: TopologyDiff,
  },
  getTopologyTimes: {
    method: 'GET',
    path: '/api/v1/topology/times',
    tag: 'topology',
    permission: 'topology:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'How far back the graph is kept, when nothing watched, and when something changed.',
    query: z.object({
      start: Time.optional(),
      end: Time.optional(),
      /** Steps the time is cut into. */
      steps: z.coerce.number().int().min(1).max(1_000).default(200),
    }),
    response: TopologyTimes,
  },
  listNeighbours: {
    method: 'GET',
    path: '/api/v1/topology/neighbours',
    tag: 'topology',
    permission: 'topology:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'Entities up to so many edges away from one, nearest first, as it is or as it was at a time.',
    query: z.object({
      entity: EntityId,
      depth: depth.default(3),
      at: Time.optional(),
      limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
    }),
    response: Neighbours,
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
  importBackstage: {
    method: 'POST',
    path: '/api/v1/config/topology/backstage',
    tag: 'topology',
    permission: 'topology:write',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Take over entities and relations of a Backstage software catalogue; what cannot be taken is listed.',
    body: BackstageInput,
    response: BackstageResult,
  },
})
