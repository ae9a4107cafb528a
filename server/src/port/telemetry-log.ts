import type { TenantId } from '@aiops/contract/model/tenant'

/** What an entry's body is, so that replay finds the decoder. */
export type EntryKind =
  | 'remote-write'
  | 'remote-write-2'
  /** As remote write 1.0: samples fetched from a cluster that was cut off, however old. */
  | 'copied'
  | 'otlp-metrics'
  | 'otlp-logs'
  | 'otlp-traces'
  /** Prometheus exposition text as scraped, with its target's labels. */
  | 'exposition'
  | 'loki'
  | 'syslog'
  | 'zipkin'
  | 'plain-metrics'
  | 'plain-logs'
  | 'elasticsearch'
  /** What StatsD senders sent in one window, folded. */
  | 'statsd'
  /** Readings taken in this process: the host, pulled cloud metrics. */
  | 'points'
  /** Log records and spans as they are stored, where what arrived may not be kept as it was (redaction). */
  | 'records'
export type Entry = {
  kind: EntryKind
  tenant: TenantId
  /** As received, still compressed. */
  body: Uint8Array
  encoding: 'identity' | 'gzip' | 'snappy' | 'zstd'
  /** How the body inside is written. */
  format: 'protobuf' | 'json' | 'text'
  receivedMs: number
}
/** Grows by one with each entry; 0 stands for "before the first". */
export type Position = number

/**
 * The durable log between ingest and everything after it.
 * Order: positions follow the order of `append` calls. Durability: `append` resolves after the entry is on disk (fsynced,
 * many entries in one commit). Failure: rejects with STORAGE_UNAVAILABLE and the entry is not there; QUEUE_FULL when more than
 * its limit of bytes waits to be written. Idempotency: none, a sender that repeats is told apart by the stores.
 */
export interface TelemetryLog {
  append(entry: Entry): Promise<Position>
  /** Entries after `position`, oldest first, for replay after a restart. */
  read(after: Position): AsyncIterable<{ position: Position; entry: Entry }>
  /** Entries up to and including `position` are stored elsewhere and may be dropped. */
  truncate(upTo: Position): Promise<void>
  last(): Promise<Position>
  close(): Promise<void>
}
