/** Loki: its query API over our logs, so that Grafana, logcli and whatever asks a Loki work with one URL changed. */
import type { Server } from 'node:http'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { Identity } from '../../service/identity/index.ts'
import type { Logql } from '../../service/telemetry/index.ts'

export interface LokiApi extends Lifecycle {
  /** For the gateway to mount. Pushing is a sender's affair and among the receivers of ingest. */
  readonly receivers: readonly Receiver[]
  /** Takes the upgrades of this server to `tail`; all others are left to whoever else listens. */
  attach(server: Server): void
}

export type LokiApiDeps = {
  logql: Logql
  bus: EventBus
  identity: Identity
  clock: Clock
  metrics: Metrics
  allowedHosts: readonly string[]
  version: string
}

export { createLokiApi } from './loki-api.ts'
export { tailPaths } from './tail.ts'
