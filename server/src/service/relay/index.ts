/** Relay: takes what senders send where the hub cannot always be reached, keeps it on disk, and sends it on in order. */
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { DeadLetters, RelayEntry, RelayLog, RelayLoss } from '../../port/relay-log.ts'
import type { SecretSource } from '../../port/secret-source.ts'

export type RelayState = {
  bufferedBytes: number
  bufferBytesMax: number
  /** When the oldest that waits was received, ms; null where nothing waits. */
  oldestMs: number | null
  /** Why the hub did not take the last request; empty where it did, or none was sent yet. */
  problem: string
  /** Since when that is so. */
  problemSinceMs: number | null
  dropped: RelayLoss
  damaged: RelayLoss
  /** Since the start. */
  deadLetters: number
}

export interface Relay extends Lifecycle {
  /** Resolves once it is on disk. Throws QUEUE_FULL, STORAGE_UNAVAILABLE, NOT_READY. */
  keep(entry: RelayEntry): Promise<void>
  state(): RelayState
}

export type RelayDeps = {
  relayLog: RelayLog
  deadLetters: DeadLetters
  http: HttpClient
  secrets: SecretSource
  /** Certificates of `tls.ca_file`. */
  ca: string | undefined
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { RelayConfig } from './config.ts'
export { createRelay } from './relay.ts'
