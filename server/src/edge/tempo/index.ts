/** Tempo: its HTTP API over our spans, so that Grafana's Tempo data source and tempo-cli work with one URL changed. */
import type { Clock } from '../../kernel/clock.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { Traces } from '../../service/telemetry/index.ts'

export interface TempoApi {
  /** For the gateway to mount. Spans are received by ingest. */
  readonly receivers: readonly Receiver[]
}

export type TempoDeps = {
  traces: Traces
  clock: Clock
  version: string
}

export { createTempoApi } from './tempo-api.ts'
