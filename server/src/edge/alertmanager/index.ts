/** Alertmanager: its API v2 over our alerts and silences, so that amtool, Prometheus and dashboards work with one URL changed. */
import type { Clock } from '../../kernel/clock.ts'
import type { Silences } from '../../pipeline/correlate/index.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { AlertRepository } from '../../port/record-store.ts'
import type { Identity } from '../../service/identity/index.ts'

export interface AlertmanagerApi {
  /** For the gateway to mount. Posting alerts is a sender's affair and among the receivers of ingest. */
  readonly receivers: readonly Receiver[]
}

export type AlertmanagerDeps = {
  alerts: Pick<AlertRepository, 'list'>
  silences: Silences
  identity: Pick<Identity, 'audit'>
  clock: Clock
  version: string
  /** `ingest.alert_resolve_timeout`, shown in the status. */
  resolveTimeout: string
}

export { createAlertmanagerApi } from './alertmanager-api.ts'
