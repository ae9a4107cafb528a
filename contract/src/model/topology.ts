import { z } from 'zod'
import { EntityId, EntityKind } from './entity.ts'
import { Labels } from './label.ts'
import { Duration, Time } from './time.ts'

/** SELECTS: a Kubernetes Service and its pods. MOUNTS: a pod and the volume, config map or secret that it reads. */
export const EdgeType = z.enum(['CALLS', 'RUNS_ON', 'OWNS', 'DEPENDS', 'SELECTS', 'MOUNTS'])
export type EdgeType = z.infer<typeof EdgeType>

/** Who says so. MESH: metrics of a service mesh; FLOW: metrics of network flows; BACKSTAGE: an imported software catalogue. */
export const EdgeOrigin = z.enum([
  'SPANS',
  'FILE',
  'API',
  'LABELS',
  'KUBERNETES',
  'MESH',
  'FLOW',
  'BACKSTAGE',
])
export type EdgeOrigin = z.infer<typeof EdgeOrigin>

/** What one origin knows of an edge; `ends` is how many ends of the connection spoke of it, 0 where none did but somebody declared it. */
export const EdgeEvidence = z.object({
  origin: EdgeOrigin,
  ends: z.number().int().min(0).max(2),
  last_seen: Time,
})
export type EdgeEvidence = z.infer<typeof EdgeEvidence>

/**
 * `source` needs `target`: the caller and the called, the pod and its node. `origin` is who
 * declared it, else who saw it first. Rates are of the last
 * minute (spans) or the last five (meshes and flows), absent where unknown. `confidence` that the edge is there falls as `last_seen` ages.
 */
export const Edge = z.object({
  source: EntityId,
  target: EntityId,
  type: EdgeType,
  origin: EdgeOrigin,
  first_seen: Time,
  last_seen: Time,
  confidence: z.number().min(0).max(1),
  /** Given around one entity, not in the whole graph. */
  evidence: z.array(EdgeEvidence).optional(),
  calls_per_second: z.number().optional(),
  error_ratio: z.number().optional(),
  mean_ms: z.number().optional(),
  /** Of network flows, which count bytes rather than calls. */
  bytes_per_second: z.number().optional(),
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

/**
 * What is known of the graph at a time. RECORDED: it was watched then. GAP: nothing watched (the program did not run), so it is shown as it was
 * last known before. NOT_KEPT: before the first record that is still kept, so nothing is shown.
 */
export const AsOf = z.object({
  at: Time,
  known: z.enum(['RECORDED', 'GAP', 'NOT_KEPT']),
  /** For a person, where `known` is not RECORDED; else null. */
  sentence: z.string().nullable(),
})
export type AsOf = z.infer<typeof AsOf>

export const Topology = z.object({
  entities: z.array(Entity),
  edges: z.array(Edge),
  /** Where a time was asked for. */
  as_of: AsOf.optional(),
})
export type Topology = z.infer<typeof Topology>

export const EdgeKey = Edge.pick({ source: true, target: true, type: true })
export type EdgeKey = z.infer<typeof EdgeKey>

/** What was there at `to` and not at `from`, the other way round, and what was there at both but not alike. Lists end at `limit`. */
export const TopologyDiff = z.object({
  from: AsOf,
  to: AsOf,
  added: z.object({ entities: z.array(Entity), edges: z.array(Edge) }),
  removed: z.object({ entities: z.array(Entity), edges: z.array(Edge) }),
  /** Rate, errors, origin or confidence moved by a class or more. */
  changed: z.array(z.object({ edge: EdgeKey, before: Edge, after: Edge })),
  /** How many there are of each, those beyond `limit` too. */
  totals: z.object({
    added_entities: z.number().int(),
    added_edges: z.number().int(),
    removed_entities: z.number().int(),
    removed_edges: z.number().int(),
    changed: z.number().int(),
  }),
})
export type TopologyDiff = z.infer<typeof TopologyDiff>

/** What is kept of the past, for a slider. */
export const TopologyTimes = z.object({
  /** The first time that can be asked for; null before anything is kept. */
  kept_from: Time.nullable(),
  kept_until: Time.nullable(),
  retention: Duration,
  /** When nothing watched. */
  gaps: z.array(z.object({ start: Time, end: Time })),
  /** Steps of equal length in which something changed, oldest first; `at` is the time of the last change in it. */
  moments: z.array(
    z.object({ at: Time, added: z.number().int(), removed: z.number().int(), changed: z.number().int() }),
  ),
  step_seconds: z.number(),
})
export type TopologyTimes = z.infer<typeof TopologyTimes>

/** Nearest first. */
export const Neighbours = z.object({
  entity: EntityId,
  depth: z.number().int(),
  neighbours: z.array(
    Entity.pick({ id: true, kind: true, name: true, health: true }).extend({ distance: z.number().int() }),
  ),
  total: z.number().int(),
  as_of: AsOf.optional(),
})
export type Neighbours = z.infer<typeof Neighbours>

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

/** Catalogue entities of Backstage, one YAML document each, as in `catalog-info.yaml`. */
export const BackstageInput = z.object({
  yaml: z.string().min(1).max(4_000_000),
  /** Nothing is taken; what would be is answered. */
  dry_run: z.boolean().default(false),
  /** What an earlier import said and this one does not is withdrawn. */
  replace: z.boolean().default(false),
})
export type BackstageInput = z.infer<typeof BackstageInput>

export const BackstageResult = z.object({
  dry_run: z.boolean(),
  entities: z.number().int(),
  edges: z.number().int(),
  /** Edges of earlier imports that went. */
  withdrawn: z.number().int(),
  /** Which catalogue entity became which entity here; null where it became labels of others. */
  mapped: z.array(z.object({ ref: z.string(), entity: EntityId.nullable() })),
  /** The edges that it declares, at most 2,000 of `edges`. */
  relations: z.array(EdgeKey),
  /** Documents and relations that were not taken, and why. `document` counts from 1. */
  refused: z.array(z.object({ document: z.number().int(), ref: z.string().nullable(), reason: z.string() })),
})
export type BackstageResult = z.infer<typeof BackstageResult>
