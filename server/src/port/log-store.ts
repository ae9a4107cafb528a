import type { Labels } from '@aiops/contract/model/label'
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

/** Log records by stream and time. Same durability as MetricStore: seen at once, rebuilt from the log after a crash. */
export interface LogStore {
  append(batch: LogBatch, position: Position): void
  /** Newest first, at most `limit`; `truncated` when there was more. */
  search(query: LogQuery): Promise<{ records: StoredLog[]; truncated: boolean }>
  checkpoint(): Promise<Position>
  checkpointed(): Position
  /** Drops whole data older than this, of a tenant or of all. */
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void>
  stats(): { records: number; bytesOnDisk: number }
  close(): Promise<void>
}
