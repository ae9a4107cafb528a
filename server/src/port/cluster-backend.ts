import type { Labels } from '@aiops/contract/model/label'
import type { NativeHistogram } from './metric-store.ts'
import type { StoredSpan } from './trace-store.ts'

/** How long an answer may take, and who may call it off. */
export type Ask = { timeoutMs: number; signal?: AbortSignal }
/** Both ends inclusive, ms. */
export type AskedRange = { startMs: number; endMs: number }

/** Points of one series, times ascending. */
export type RemotePoints = {
  labels: Labels
  timesMs: number[]
  values: number[]
  histograms: { timeMs: number; histogram: NativeHistogram }[]
}
export type RemoteSample = { labels: Labels; timeMs: number; value: number; histogram?: NativeHistogram }
export type RemoteValue =
  | { type: 'matrix'; series: RemotePoints[] }
  | { type: 'vector'; samples: RemoteSample[] }
  | { type: 'scalar'; timeMs: number; value: number }
  | { type: 'string'; timeMs: number; value: string }
/** `partial`: the backend itself says that something is missing. */
export type RemoteAnswer<T> = { value: T; warnings: string[]; infos: string[]; partial: boolean }

/**
 * What answers PromQL for one cluster: a Prometheus, a Thanos, a VictoriaMetrics. What it says is checked before it is believed:
 * form, times within the range asked for, ascending and unique. Throws UPSTREAM_FAILED (not reached, or an answer that is none), TIMEOUT,
 * BODY_TOO_LARGE, INVALID_PROMQL and QUERY_FAILED (the backend refuses the query), PERMISSION_DENIED.
 */
export interface MetricBackend {
  instant(query: string, timeMs: number, ask: Ask): Promise<RemoteAnswer<RemoteValue>>
  range(query: string, range: AskedRange & { stepMs: number }, ask: Ask): Promise<RemoteAnswer<RemoteValue>>
  series(matchers: readonly string[], range: AskedRange, ask: Ask): Promise<RemoteAnswer<Labels[]>>
  labelNames(range: AskedRange, ask: Ask): Promise<RemoteAnswer<string[]>>
  labelValues(name: string, range: AskedRange, ask: Ask): Promise<RemoteAnswer<string[]>>
  metadata(ask: Ask): Promise<RemoteAnswer<Record<string, { type: string; help: string; unit: string }[]>>>
}

export type RemoteLine = { timeNs: bigint; line: string; metadata: Labels }
export type RemoteStream = { labels: Labels; lines: RemoteLine[] }
export type RemoteLogs = { type: 'streams'; streams: RemoteStream[] } | RemoteValue
export type LogAsk = AskedRange & { limit: number; direction: 'FORWARD' | 'BACKWARD'; stepMs: number }

/** What answers LogQL for one cluster: a Loki. Faults as `MetricBackend`, with INVALID_LOGQL. */
export interface LogBackend {
  instant(query: string, at: { timeMs: number; limit: number }, ask: Ask): Promise<RemoteAnswer<RemoteLogs>>
  range(query: string, range: LogAsk, ask: Ask): Promise<RemoteAnswer<RemoteLogs>>
  labelNames(range: AskedRange, ask: Ask): Promise<RemoteAnswer<string[]>>
  labelValues(name: string, range: AskedRange, ask: Ask): Promise<RemoteAnswer<string[]>>
}

export type TraceAsk = AskedRange & { query: string; limit: number }
export type RemoteTrace = {
  traceId: string
  rootService: string
  rootName: string
  startMs: number
  durationMs: number
}

/** What answers TraceQL for one cluster: a Tempo. Faults as `MetricBackend`, with INVALID_TRACEQL. */
export interface TraceBackend {
  search(search: TraceAsk, ask: Ask): Promise<RemoteAnswer<RemoteTrace[]>>
  /** Empty when unknown. */
  trace(traceId: string, ask: Ask): Promise<RemoteAnswer<StoredSpan[]>>
}

export type RemoteAlert = {
  fingerprint: string
  labels: Labels
  annotations: Labels
  state: 'FIRING' | 'RESOLVED' | 'PENDING'
  startsAtMs: number
  endsAtMs: number | null
  generatorUrl: string
}
export interface AlertBackend {
  active(ask: Ask): Promise<RemoteAnswer<RemoteAlert[]>>
}

/** One cluster as a query sees it. What it lacks is absent. */
export type ClusterBackends = {
  id: string
  name: string
  labels: Labels
  metrics?: MetricBackend
  logs?: LogBackend
  traces?: TraceBackend
  alerts?: AlertBackend
  /** Why it is not asked although it could be, as for one that is known to be down; it is in every answer as missing. */
  resting?: string
}

/** The clusters a query may go to; the list may change between two calls. */
export interface ClusterDirectory {
  list(tenant: string): readonly ClusterBackends[]
}
