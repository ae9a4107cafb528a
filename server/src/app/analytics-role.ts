import type { Clock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metric.ts'
import type { Random } from '../kernel/random.ts'
import { type Correlate, createCorrelate } from '../pipeline/correlate/index.ts'
import { createDetect, type Detect } from '../pipeline/detect/index.ts'
import { createExplain, type Explain, type ExplainDeps } from '../pipeline/explain/index.ts'
import { createStream, type Stream } from '../pipeline/stream/index.ts'
import type { EventBus } from '../port/event-bus.ts'
import type { LogStore } from '../port/log-store.ts'
import type { MetricStore } from '../port/metric-store.ts'
import type { RecordStore } from '../port/record-store.ts'
import type { TraceStore } from '../port/trace-store.ts'
import type { Knowledge } from '../service/knowledge/index.ts'
import type { Config } from './config.ts'

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
}

export type AnalyticsRole = {
  readonly stream: Stream
  readonly detect: Detect
  readonly correlate: Correlate
  readonly explain: Explain
  /** In the order in which they start: those that take before those that give. */
  readonly parts: readonly Lifecycle[]
}

/** From samples to diagnoses: the role `analytics`. */
export function openAnalyticsRole(parts: Parts, config: Config): AnalyticsRole {
  const { bus, records, metricStore, knowledge } = parts
  const stream = createStream(parts, config.stream)
  const detect = createDetect(
    { ...parts, bus, catalog: metricStore.catalog, anomalies: records.anomalies },
    config.detect,
  )
  const correlate = createCorrelate({ ...parts, bus, records, knowledge }, config.correlate)
  const explain = createExplain(parts, config.explain)
  return { stream, detect, correlate, explain, parts: [explain, correlate, detect, stream] }
}
