/** Collector: telemetry that does not come over HTTP. Each listener is one socket and one line in the table of collector.ts. */
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import type { Identity } from '../../service/identity/index.ts'

/**
 * One socket that senders write to. `start` resolves when it listens. It rejects with a Fault CONFIG_INVALID where its settings
 * must not be used (that stops the start of everything), and with any other error where the address cannot be had: that is
 * noted, and the rest runs. `stop` is called only after a `start` that resolved.
 */
export type Listener = Lifecycle & {
  readonly name: string
  /** `host:port` it listens on, null while it does not. */
  readonly address: string | null
}
/** `problem`: one sentence on why it does not listen, null where it does. */
export type ListenerState = { name: string; address: string | null; problem: string | null }

export interface Collector extends Lifecycle {
  /** Those that are switched on, in the order of the table. */
  listeners(): ListenerState[]
}

export type CollectorDeps = {
  ingest: Pick<Ingest, 'deliver'>
  identity: Identity
  clock: Clock
  metrics: Metrics
  log: Log
}

export { createCollector } from './collector.ts'
export { CollectorConfig } from './config.ts'
