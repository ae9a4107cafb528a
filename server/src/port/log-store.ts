import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { LogRecord } from '@aiops/contract/model/log'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Position } from './telemetry-log.ts'

export type StoredLog = {
  timeMs: number
  severity: LogRecord['severity']
  message: string
  /** The stream: resource attributes that name where it came from. Few distinct sets. */
  labels: Labels
  attributes: Labels
  traceId: string
  spanId: string
}
export type LogBatch = { tenant: TenantId; records: readonly StoredLog[] }

export type LogQuery = {
  tenant: TenantId
  labels: Labels
  /** Case-sensitive part of the message; empty for all. */
  contains: string
  traceId: string
  startMs: number
  endMs: number
  limit: number
}

/** A part of the message that must be there, or must not. Case-sensitive, never empty. */
export type LineCondition = { text: string; present: boolean }

/** Streams by their labels, under the names `streamLabels` gives them; a stream without a label has it empty. Both times inclusive. */
export type StreamQuery = { tenant: TenantId; matchers: readonly Matcher[]; startMs: number; endMs: number }
export type LogScan = StreamQuery & {
  lines: readonly LineCondition[]
  /** ANY leaves the order to the store: what is quickest. */
  direction: 'FORWARD' | 'BACKWARD' | 'ANY'
  signal?: AbortSignal
}
/** A stream with what its stored pieces that touch the range hold, wholly counted; absent where the store cannot tell. */
export type LogStream = { labels: Labels; records?: number; bytes?: number }

/** Log records by stream and time. Same durability as MetricStore: seen at once, rebuilt from the log after a crash. */
export interface LogStore {
  append(batch: LogBatch, position: Position): void
  /** Newest first, at most `limit`; `truncated` when there was more. */
  search(query: LogQuery): Promise<{ records: StoredLog[]; truncated: boolean }>
  /**
   * All records that fit, in batches small enough to hold, in order of time within and between them. Lazy: what is not asked for is
   * not read. Throws QUERY_TOO_LARGE where more would have to be held to bring them in order than a store may.
   */
  scan(query: LogScan): AsyncIterable<StoredLog[]>
  /** Distinct streams, with labels as stored, that may have records in the range. */
  streams(query: StreamQuery): Promise<LogStream[]>
  checkpoint(): Promise<Position>
  checkpointed(): Position
  /** Drops whole data older than this, of a tenant or of all. */
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void>
  stats(): { records: number; bytesOnDisk: number }
  close(): Promise<void>
}
