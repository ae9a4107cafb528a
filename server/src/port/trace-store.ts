import type { Labels } from '@aiops/contract/model/label'
import type { Span } from '@aiops/contract/model/span'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Position } from './telemetry-log.ts'

export type StoredSpan = {
  /** Lower-case hex, 32 and 16 digits; empty parent for a root. */
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  service: string
  kind: Span['kind']
  startMs: number
  durationMs: number
  status: Span['status']
  statusMessage: string
  /** Resource, scope and span attributes; a span's own win. */
  attributes: Labels
  /** Moments within the span, and spans it is connected to; absent for none. */
  events?: readonly SpanEvent[]
  links?: readonly SpanLink[]
}
export type SpanEvent = { timeMs: number; name: string; attributes: Labels }
export type SpanLink = { traceId: string; spanId: string; attributes: Labels }
export type SpanBatch = { tenant: TenantId; spans: readonly StoredSpan[] }

export type TraceQuery = {
  tenant: TenantId
  service: string
  operation: string
  durationMsMin: number
  errorsOnly: boolean
  startMs: number
  endMs: number
  limit: number
}

/** Spans by trace and time. Same durability as MetricStore. The same span again is ignored. */
export interface TraceStore {
  append(batch: SpanBatch, position: Position): void
  /** All spans of one trace, by start; empty when unknown. */
  trace(tenant: TenantId, traceId: string): Promise<StoredSpan[]>
  /** Traces with at least one span that fits, newest first, each with all its spans. */
  search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]>
  checkpoint(): Promise<Position>
  checkpointed(): Position
  /** Drops whole data older than this, of a tenant or of all. */
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void>
  stats(): { spans: number; bytesOnDisk: number }
  close(): Promise<void>
}
