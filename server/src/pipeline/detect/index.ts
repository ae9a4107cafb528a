/** Detect: points that are not what their series usually does become anomalies. */
import type {
  DetectionFunnel,
  DetectionReplay,
  DetectionSettings,
  DetectionSettingsInput,
  DetectorView,
} from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { DetectionRepository } from '../../port/detection-repository.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { MetricStore, SeriesCatalog } from '../../port/metric-store.ts'
import type { AnomalyRepository } from '../../port/record-store.ts'
import type { SnapshotStore } from '../../port/snapshot-store.ts'
import type { DetectorQuery } from './inquiry/inquiry.ts'
import type { ReplayDeps, ReplayRequest } from './replay/replay.ts'
import type { Correction } from './rule/rule-correction.ts'

export interface Detect extends Lifecycle {
  activeCount(): number
  /** Of a tenant, as they are in force. */
  settings(tenant: TenantId): DetectionSettings
  /**
   * Replaces them as a whole, stores them, and applies them to running series: what was learned stays. Throws VALIDATION_FAILED naming
   * the field, and CONFLICT unless `revision` is the one that is stored.
   */
  configure(
    tenant: TenantId,
    settings: DetectionSettingsInput & { revision: number },
    actor: string,
  ): Promise<DetectionSettings>
  /** Multiplies bounds of series whose labels include what is named. Given whole each time: those before are gone. */
  correct(tenant: TenantId, corrections: readonly Correction[]): Promise<void>
  /** What is known of each watched series, in the order in which they were first seen. */
  detectors(tenant: TenantId, query: DetectorQuery): Promise<{ detectors: DetectorView[]; total: number }>
  /** How far points came, and what that costs. */
  funnel(tenant: TenantId): Promise<DetectionFunnel>
  /**
   * Recorded points in order of time through what runs live, with the settings as they are and as they would be: unchanged settings tell
   * what was told live. Bounded in series, points and time: what was left out is said. Throws QUEUE_FULL while another one runs.
   */
  replay(tenant: TenantId, request: ReplayRequest): Promise<DetectionReplay>
}

/** One stretch of maintenance: always the same by its id, but for an earlier end. */
export type MaintenanceSpan = { id: string; startMs: number; endMs: number; covers(labels: Labels): boolean }

export type DetectDeps = {
  bus: EventBus
  catalog: SeriesCatalog
  anomalies: AnomalyRepository
  settings: DetectionRepository
  /** What is recorded, for replays. */
  points: Pick<MetricStore, 'range'>
  /** Maintenance of a tenant that goes on, is to come, or ended lately; what it covers is passed over. None unless given. */
  maintenance?(tenant: TenantId): readonly MaintenanceSpan[]
  /** What replayed anomalies alone would open; without it replays count no incidents. */
  incidentsOf?: ReplayDeps['incidentsOf']
  /** Keeps what was learned over a restart; without it all is learned anew. */
  snapshots?: SnapshotStore
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { DetectConfig } from './config.ts'
export { createDetect } from './detect.ts'
export { createSeriesDetector, type DetectedRow, type DetectedRows, detectSeries } from './detect-series.ts'
export type { DetectorQuery } from './inquiry/inquiry.ts'
export { createLogWatch, type LogWatch, type LogWatchDeps } from './log/index.ts'
export {
  type Latency,
  latencyOf,
  type Reliability,
  reliabilityOf,
  type Throughput,
  throughputOf,
} from './measure/index.ts'
export type { ReplayRequest } from './replay/replay.ts'
export type { Correction } from './rule/rule-correction.ts'
export { createTraceWatch, type TraceWatch, type TraceWatchDeps } from './trace/index.ts'
