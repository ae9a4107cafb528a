/** Ingest: everything a sender sends becomes samples, logs, spans or alerts, on disk before the answer. */
import type { Permission } from '@aiops/contract/api/operation'
import type { Alert } from '@aiops/contract/model/alert'
import type { Pulls, ScrapeTargets } from '@aiops/contract/model/scrape'
import type { Sender } from '@aiops/contract/model/sender'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Quota } from '../../kernel/quota.ts'
import type { Random } from '../../kernel/random.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { FileReader } from '../../port/file-reader.ts'
import type { HostProbe } from '../../port/host-probe.ts'
import type { HttpClient, HttpStreams } from '../../port/http-client.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { AlertRepository } from '../../port/record-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { Entry, TelemetryLog } from '../../port/telemetry-log.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import type { ProtocolName } from './protocols.ts'

export type IngestRequest = {
  tenant: TenantId
  /** Who sends, as the audit log names them. */
  actor: string
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
  /** `{name}` parts of the path. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** As received, still compressed, within the size limit. */
  body: Buffer
}
export type IngestReply = { status: number; headers?: Record<string, string>; body?: string | Buffer }

/** One standard protocol on its standard path. `handle` resolves once everything it accepted is durable; it rejects with a Fault. */
export type Receiver = {
  /** POST unless said. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  summary: string
  /** telemetry:write unless said; null is open to everybody. */
  permission?: Permission | null
  /**
   * The API key, where the protocol carries it elsewhere than in a bearer token; asked once the body is read, and only where keys are
   * required and no bearer token came.
   */
  credential?(request: Pick<IngestRequest, 'headers' | 'query' | 'body'>): string | undefined
  /** What is left of a tenant's limit, in items of telemetry; undefined where there is none. Told with every answer. */
  quota?(tenant: TenantId): Quota | undefined
  handle(request: IngestRequest): Promise<IngestReply>
  /** A fault in the protocol's own form, also where `handle` was not reached; absent or undefined for the API's one error form. */
  refuse?(fault: Fault, headers: IngestRequest['headers']): IngestReply | undefined
}

/** What arrived another way than HTTP: gRPC, sockets. */
export type Delivery = Pick<Entry, 'kind' | 'tenant' | 'body' | 'encoding' | 'format'>
/** What was taken of it, by number of items; `reason` is one sentence on the first that was not, empty for none. */
export type Receipt = { accepted: number; rejected: number; reason: string }

export type PlainAlert = {
  name: string
  severity: string
  status: Alert['status']
  message: string
  labels: Record<string, string>
  annotations: Record<string, string>
  starts_at?: string | undefined
  ends_at?: string | null | undefined
  fingerprint?: string | undefined
  generator_url?: string | undefined
  /** Of a firing one: resolves by itself then, unless it comes again. */
  expires_at?: string | undefined
  /**
   * Where one of this fingerprint is firing in that time, this is that one, whatever start it names: Alertmanager merges alerts whose
   * activity overlaps.
   */
  joins?: boolean | undefined
}

export type StreamRulesState = {
  rules: readonly { name: string; action: string; signals: readonly string[] }[]
  problems: readonly { file: string; message: string }[]
}

export interface Ingest extends Lifecycle {
  readonly receivers: readonly Receiver[]
  /** POST /api/v1/alerts/ingest. Resolves when all are stored. */
  acceptAlerts(tenant: TenantId, source: string, alerts: readonly PlainAlert[]): Promise<Alert[]>
  /** Resolves once all that could be taken is durable; rejects with a Fault where nothing could. */
  deliver(protocol: ProtocolName, delivery: Delivery): Promise<Receipt>
  /** The stream rules in force, and what is wrong with documents that are not. */
  streamRules(): StreamRulesState
  /** What is scraped for a tenant, and what is wrong with the configuration of it. */
  scrapeTargets(tenant: TenantId): ScrapeTargets
  /** HTTP APIs that are pulled for a tenant. */
  pulls(tenant: TenantId): Pulls
  /** Who sends what, by protocol, since start. */
  senders(tenant: TenantId): Sender[]
  /** Totals since start, for live rates. */
  totals(): { samples: number; logs: number; spans: number; alerts: number }
}

/** What is needed to fetch rather than be sent. */
export type PullingDeps = {
  http: HttpClient & HttpStreams
  files: FileReader
  secrets: SecretSource
  /** Scrape configurations in Prometheus' form, each under its path. */
  scrapeSource: DocumentSource
  /** Documents of `pulls`. */
  pullSource: DocumentSource
  /** Tenants that there are; the first is that of a job that names none. */
  tenants: readonly string[]
  /** Host and port of the Kubernetes API that this process runs under; empty for none. */
  kubernetesApi: string
}

export type IngestDeps = {
  telemetryLog: TelemetryLog
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
  alerts: AlertRepository
  bus: EventBus
  hostProbe: HostProbe | null
  /** Stream rules, as YAML documents. */
  ruleSource: DocumentSource
  /** Absent: nothing is fetched. */
  pulling?: PullingDeps
  mappingSource: DocumentSource
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export type { Pulls, ScrapeTargets } from '@aiops/contract/model/scrape'
export { refusal as alertmanagerRefusal } from './alert/alertmanager.ts'
export { labelFingerprint } from './alert/fingerprint.ts'
export { IngestConfig } from './config.ts'
export { createIngest } from './ingest.ts'
export { type ExportStatus, exportResponse, exportStatus } from './otlp/reply.ts'
export { type PassOnDeps, passOnReceivers } from './pass-on.ts'
export { StatsdWindow } from './statsd/window.ts'
export { SyslogBatch } from './syslog/batch.ts'
export { ProtobufReader } from './wire/protobuf-reader.ts'
