import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { Edge, Entity } from '@aiops/contract/model/topology'
import { isoTime } from '../../kernel/clock.ts'
import { confidenceOf, type Freshness } from './evidence.ts'
import type { GraphEdge, GraphEntity } from './graph-part.ts'

export const entityView = (entity: GraphEntity): Entity => ({
  id: entity.id,
  kind: entityKind(entity.id),
  name: entityName(entity.id),
  labels: entity.labels,
  first_seen: isoTime(entity.firstSeenMs),
  last_seen: isoTime(entity.lastSeenMs),
  health: entity.health,
})

export const edgeView = (edge: GraphEdge, nowMs: number, freshness: Freshness, evidence = false): Edge => ({
  source: edge.source,
  target: edge.target,
  type: edge.type,
  origin: edge.origin,
  first_seen: isoTime(edge.firstSeenMs),
  last_seen: isoTime(edge.lastSeenMs),
  confidence: confidenceOf(edge.evidence, nowMs, freshness),
  ...(evidence ? { evidence: edge.evidence.map(evidenceView) } : {}),
  ...edge.rate?.read(nowMs),
})

const evidenceView = ({ origin, ends, lastSeenMs }: GraphEdge['evidence'][number]) => ({
  ...{ origin, ends, last_seen: isoTime(lastSeenMs) },
})
