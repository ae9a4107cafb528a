/** Federation: one question to the whole fleet, and what is missing from its answer. */

import type { Labels } from '@aiops/contract/model/label'
import type { AggregationMode, QueryCluster } from '@aiops/contract/model/query'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type {
  AskedRange,
  ClusterBackends,
  LogAsk,
  RemoteAlert,
  RemoteTrace,
  TraceAsk,
} from '../../../port/cluster-backend.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { ClusterDocument } from './cluster-document.ts'
import type { LogFederationAnswer } from './log-federation.ts'
import type { MetricFederationAnswer, When } from './metric-federation.ts'
import type { Outcome } from './outcome.ts'
import type { FleetTrace } from './trace-federation.ts'

/** Whom to ask and how long to wait: no ids means all that can be asked; 0 waits as configured. */
export type FleetQuestion = {
  tenant: string
  clusterIds: readonly string[]
  timeoutMs: number
  signal?: AbortSignal
}
export type MetricMetadata = Record<string, { type: string; help: string; unit: string }[]>

/** Throws CLUSTER_NOT_FOUND; QUERY_TIMEOUT or CLUSTER_UNREACHABLE where none answered; the question's own faults where it cannot be asked. */
export interface Federation extends Lifecycle {
  clusters(tenant: string): {
    clusters: QueryCluster[]
    problems: readonly { file: string; message: string }[]
  }
  /** Every cluster of the tenant that questions may go to, this program's own stores among them. */
  backends(tenant: string): readonly ClusterBackends[]
  /** Clusters as documents name them now. */
  documents(): readonly ClusterDocument[]
  metrics(
    question: FleetQuestion & { query: string; when: When; mode: AggregationMode },
  ): Promise<MetricFederationAnswer>
  series(
    question: FleetQuestion & { matchers: readonly string[]; range: AskedRange },
  ): Promise<Outcome<Labels[]>[]>
  metadata(question: FleetQuestion): Promise<Outcome<MetricMetadata>[]>
  alerts(question: FleetQuestion): Promise<Outcome<RemoteAlert[]>[]>
  logs(
    question: FleetQuestion & { query: string; when: { timeMs: number; limit: number } | LogAsk },
  ): Promise<LogFederationAnswer>
  searchTraces(
    question: FleetQuestion & TraceAsk,
  ): Promise<{ outcomes: Outcome<RemoteTrace[]>[]; traces: FleetTrace[] }>
  /** Throws NOT_FOUND where no cluster that answered has a span of it. */
  trace(question: FleetQuestion & { traceId: string }): Promise<{
    outcomes: Outcome<StoredSpan[]>[]
    spans: StoredSpan[]
    /** Names of clusters by span id. */
    clusterOf: ReadonlyMap<string, string>
  }>
  logLabels(question: FleetQuestion & { range: AskedRange }): Promise<Outcome<string[]>[]>
  logLabelValues(question: FleetQuestion & { name: string; range: AskedRange }): Promise<Outcome<string[]>[]>
}

export type { BackendDocument, ClusterDocument } from './cluster-document.ts'
export { FederationConfig } from './config.ts'
export { copiedMetrics, notCopied } from './copied-metrics.ts'
export { createFederation, type FederationDeps } from './federation.ts'
export { localLogs } from './local-logs.ts'
export { localMetrics } from './local-metrics.ts'
export { localTraces } from './local-traces.ts'
export type { When } from './metric-federation.ts'
export { fleetAnswer, type Outcome, rounded } from './outcome.ts'
