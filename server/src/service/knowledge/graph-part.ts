import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge, EdgeOrigin, Entity } from '@aiops/contract/model/topology'
import type { Evidence } from './evidence.ts'

export type Health = Entity['health']
export type GraphEntity = {
  id: EntityId
  labels: Record<string, string>
  firstSeenMs: number
  lastSeenMs: number
  /** When it was last told of, whenever that was seen. */
  heardMs: number
  health: Health
  /** Seen by telemetry alone: it may go when nobody sees it any more. */
  learned: boolean
}
export type Figures = Pick<Edge, 'calls_per_second' | 'error_ratio' | 'mean_ms' | 'bytes_per_second'>
export type GraphEdge = {
  source: EntityId
  target: EntityId
  type: Edge['type']
  origin: EdgeOrigin
  firstSeenMs: number
  lastSeenMs: number
  /** Of each origin that knows it; never empty. */
  evidence: Evidence[]
  rate: { read(nowMs: number): Figures | undefined } | undefined
}
