import { z } from 'zod'
import { EntityId, EntityKind } from './entity.ts'
import { Labels } from './label.ts'
import { Time } from './time.ts'

export const EdgeType = z.enum(['CALLS', 'RUNS_ON', 'OWNS', 'DEPENDS'])
export type EdgeType = z.infer<typeof EdgeType>

/** `source` needs `target`: the caller and the called, the pod and its node. Rates are of the last minute, absent where unknown. */
export const Edge = z.object({
  source: EntityId,
  target: EntityId,
  type: EdgeType,
  origin: z.enum(['SPANS', 'FILE', 'API', 'LABELS', 'KUBERNETES']),
  first_seen: Time,
  last_seen: Time,
  calls_per_second: z.number().optional(),
  error_ratio: z.number().optional(),
  mean_ms: z.number().optional(),
})
export type Edge = z.infer<typeof Edge>

export const Entity = z.object({
  id: EntityId,
  kind: EntityKind,
  name: z.string(),
  labels: Labels,
  first_seen: Time,
  last_seen: Time,
  health: z.enum(['HEALTHY', 'DEGRADED', 'FAILING', 'SILENT']),
})
export type Entity = z.infer<typeof Entity>

export const Topology = z.object({ entities: z.array(Entity), edges: z.array(Edge) })
export type Topology = z.infer<typeof Topology>

/** What a file or `PUT /config/topology` gives; the last wins, spans add to it. */
export const TopologyInput = z.object({
  entities: z
    .array(z.object({ id: EntityId, labels: Labels.default({}) }))
    .max(50_000)
    .default([]),
  edges: z
    .array(z.object({ source: EntityId, target: EntityId, type: EdgeType.default('CALLS') }))
    .max(200_000)
    .default([]),
})
export type TopologyInput = z.infer<typeof TopologyInput>
