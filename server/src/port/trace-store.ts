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
  /** Absent where all attributes were text. */
  types?: AttributeTypes
  /** Nanoseconds of the start beyond its whole millisecond, 1 to 999,999; absent for none or where it was not told. */
  startNanos?: number
  /**
   * Names of those `attributes` that are the resource's, besides `service.name`, which is `service`; the scope's begin with
   * `otel.scope.`. A name may be listed whose attribute was left out. Absent where it was not told.
   */
  resourceKeys?: readonly string[]
  /** Moments within the span, and spans it is connected to; absent for none. */
  events?: readonly SpanEvent[]
  links?: readonly SpanLink[]
}
export type SpanEvent = { timeMs: number; name: string; attributes: Labels; types?: AttributeTypes }
export type SpanLink = { traceId: string; spanId: string; attributes: Labels; types?: AttributeTypes }
/** What those attributes were before they became text that were none: as OpenTelemetry's AnyValue names it. Not told of lists and maps. */
export type AttributeTypes = Readonly<Record<string, 'int' | 'double' | 'bool' | 'bytes' | 'empty'>>
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

/** Conditions on one span that a store can tell early; those given must all hold. A list names what may be there. */
export type SpanFilter = {
  services?: readonly string[]
  names?: readonly string[]
  kinds?: readonly Span['kind'][]
  statuses?: readonly Span['status'][]
  /** Both inclusive. */
  durationMsMin?: number
  durationMsMax?: number
  attributes?: readonly { name: string; values: readonly string[] }[]
}
export type SpanScan = {
  tenant: TenantId
  /** Of a span's start, both inclusive. */
  startMs: number
  endMs: number
  /** A span is wanted where it fits one of these; all are where there is none. */
  anyOf: readonly SpanFilter[]
  signal?: AbortSignal
  /** Told of spans passed, looked at or ruled out together, as the scan comes to them; what it throws ends the scan. */
  onPassed?: (spans: number) => void
}
/** A whole trace and the start of its newest wanted span. */
export type ScannedTrace = { traceId: string; spans: StoredSpan[]; newestMs: number }

export const tagScopes = ['resource', 'span', 'event', 'link', 'instrumentation'] as const
export type TagScope = (typeof tagScopes)[number]
export type TagQuery = {
  tenant: TenantId
  startMs: number
  endMs: number
  /** Names of each scope, or values, that are enough. */
  limit: number
  signal?: AbortSignal
}
export type TagNames = Record<TagScope, string[]>
export type TagValueQuery = TagQuery & {
  /** Every scope where absent. */
  scope?: TagScope
  /** `service.name` is the span's service; scope and event names are `name`, a scope's version is `version`. */
  name: string
  anyOf: readonly SpanFilter[]
}

/** Spans by trace and time. Same durability as MetricStore. The same span again is ignored. */
export interface TraceStore {
  append(batch: SpanBatch, position: Position): void
  /** All spans of one trace, by start; empty when unknown. */
  trace(tenant: TenantId, traceId: string): Promise<StoredSpan[]>
  /** Traces with at least one span that fits, newest first, each with all its spans. */
  search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]>
  /**
   * Traces with at least one wanted span, whole, by their newest wanted span, newest first, each once; for as long as the caller reads.
   * Gives way between batches.
   */
  scan(query: SpanScan): AsyncIterable<ScannedTrace[]>
  /** Wanted spans by themselves, roughly newest first. One that was sent twice, long after, may come twice. */
  scanSpans(query: SpanScan): AsyncIterable<StoredSpan[]>
  /**
   * Spans a scan would pass at most, told by what is known of stored pieces without reading them; absent where a store cannot tell.
   * Stops counting beyond `enough`.
   */
  spansIn?(scan: SpanScan, enough: number): Promise<number>
  /** Names of attributes on the newest spans of the range, sorted; not all where there are very many spans. */
  tagNames(query: TagQuery): Promise<TagNames>
  /** Values of one attribute, the most frequent first; likewise. */
  tagValues(query: TagValueQuery): Promise<string[]>
  checkpoint(): Promise<Position>
  checkpointed(): Position
  /** Drops whole data older than this, of a tenant or of all. */
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void>
  stats(): { spans: number; bytesOnDisk: number }
  close(): Promise<void>
}
