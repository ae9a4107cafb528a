import { join } from 'node:path'
import type { TenantId } from '@aiops/contract/model/tenant'
import { openSnapshotFile } from '../../adapter/folder/snapshot-file.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { type Correlate, createCorrelate, incidentsOfAnomalies } from '../../pipeline/correlate/index.ts'
import { createDetect, createLogWatch, createTraceWatch, type Detect } from '../../pipeline/detect/index.ts'
import { createExplain, type Explain, type ExplainDeps } from '../../pipeline/explain/index.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import { createStream, type Stream } from '../../pipeline/stream/index.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import { type Forecasts, forecastOf } from '../../service/forecast/index.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import { createLearning, type Learning } from '../../service/learning/index.ts'
import type { Maintenance } from '../../service/maintenance/index.ts'
import type { Slos } from '../../service/slo/index.ts'
import type { PromqlEngine, SampleSource } from '../../service/telemetry/index.ts'
import type { Config } from '../config.ts'
import { tenantDocuments } from '../storage/tenant-documents.ts'
import { openForecasts } from './forecast.ts'
import { impactSources } from './impact.ts'
import { maintenanceSpans, openMaintenance } from './maintenance.ts'
import { minerWorker, mining } from './mining.ts'
import { openSlos } from './slo.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: EventBus
  records: RecordStore
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
  knowledge: Knowledge
  findings: ExplainDeps['findings']
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  /** Asked when it is needed: ingest is made later. */
  ingest(): Ingest
}

export type AnalyticsRole = {
  readonly stream: Stream
  readonly detect: Detect
  readonly correlate: Correlate
  readonly explain: Explain
  readonly learning: Learning
  readonly maintenance: Maintenance
  /** As `slos`, it gives to ingest. */
  readonly forecasts: Forecasts
  /** Not among the parts: it gives to ingest, and starts after it. */
  readonly slos: Slos
  /** In the order in which they start: those that take before those that give. */
  readonly parts: readonly Lifecycle[]
}

/** From samples to diagnoses: the role `analytics`. */
export function openAnalyticsRole(parts: Parts, config: Config): AnalyticsRole {
  const { bus, records, metricStore, knowledge } = parts
  const stream = createStream(parts, config.stream)
  const detect = createDetect(
    {
      ...{ ...parts, bus, catalog: metricStore.catalog, anomalies: records.anomalies },
      ...{ settings: records.detection, points: metricStore },
      maintenance: (tenant) => maintenanceSpans(correlate.silences, tenant),
      incidentsOf: (tenant, changes, endMs) =>
        incidentsOfAnomalies(changes, {
          ...{ tenant, config: config.correlate, endMs },
          topology: {
            neighbourhood: (entity, depth) => knowledge.neighbourhood(tenant, entity, depth),
            dependencies: (entity) => knowledge.dependencies(tenant, entity),
            dependents: (entity) => knowledge.dependents(tenant, entity),
          },
        }),
      snapshots: openSnapshotFile(join(config.data_folder, 'detect', 'state.snapshot')),
    },
    config.detect,
  )
  const signals = { ...parts, anomalies: records.anomalies, changes: records.changes }
  const logWatch = createLogWatch(
    {
      ...{ ...signals, mining, minerWorker },
      snapshots: openSnapshotFile(join(config.data_folder, 'detect', 'logs.snapshot')),
    },
    config.detect.logs,
  )
  const traceWatch = createTraceWatch(signals, config.detect.traces)
  const { folder: ruleFolder } = config.correlate.rules
  const ruleDocuments = tenantDocuments(
    ruleFolder === '' ? join(config.data_folder, 'correlation-rules') : ruleFolder,
    config.auth.tenants,
  )
  const correlate = createCorrelate(
    {
      ...{ ...parts, bus, records, knowledge, ruleDocuments },
      impact: impactSources(knowledge, () => slos, parts.clock),
    },
    config.correlate,
  )
  const maintenance = openMaintenance({ ...parts, silences: correlate.silences }, config)
  const explain = createExplain(parts, config.explain)
  const learning = createLearning(
    { ...parts, tenants: config.auth.tenants, correct: detect.correct },
    config.learning,
  )
  const { folder } = config.slo
  const slos = openSlos(
    {
      ...{ ...parts, tenants: config.auth.tenants, repository: records.slos },
      folder: folder === '' ? join(config.data_folder, 'slos') : folder,
      alertsMax: config.ingest.alerts_per_request_max,
      forecast(values, stepMs, horizon) {
        const bands = forecastOf(values, stepMs, horizon)
        return bands.isRefused ? null : bands.free
      },
    },
    config.slo,
  )
  const forecasts = openForecasts(
    {
      ...{ ...parts, tenants: config.auth.tenants, repository: records.predictions },
      catalog: metricStore.catalog,
      alertsMax: config.ingest.alerts_per_request_max,
    },
    config.forecast,
  )
  return {
    forecasts,
    stream,
    detect,
    correlate,
    explain,
    learning,
    maintenance,
    slos,
    parts: [explain, correlate, maintenance, detect, logWatch, traceWatch, learning, stream],
  }
}
