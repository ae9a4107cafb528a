/** Detect: points that are not what their series usually does become anomalies. */
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { AnomalyRepository } from '../../port/record-store.ts'

export interface Detect extends Lifecycle {
  activeCount(): number
}

export type DetectDeps = {
  bus: EventBus
  catalog: SeriesCatalog
  anomalies: AnomalyRepository
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { DetectConfig } from './config.ts'
export { createDetect } from './detect.ts'
export { createSeriesDetector, type DetectedRow, type DetectedRows, detectSeries } from './detect-series.ts'
