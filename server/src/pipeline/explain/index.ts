/** Explain: an incident becomes ranked causes with evidence, a causal chain, and what was found healthy. */
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Finding } from '@aiops/contract/model/finding'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'

export interface Explain extends Lifecycle {
  /** Explains again with what is known now; stores and publishes the result. Throws NOT_FOUND. */
  diagnose(tenant: TenantId, incidentId: string): Promise<Diagnosis>
}

export type ExplainDeps = {
  bus: EventBus
  records: RecordStore
  metricStore: MetricStore
  traceStore: TraceStore
  logStore: LogStore
  knowledge: Knowledge
  /** What is found wrong in clusters now. Left out: nobody looks. */
  findings?(tenant: TenantId): readonly Finding[]
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { ExplainConfig } from './config.ts'
export { createExplain } from './explain.ts'
export { type ExplainCase, type ExplainResult, explainCase } from './explain-case.ts'
export {
  cutBefore,
  type LabelledCase,
  simulatedCases,
  simulatedPairs,
  systemOfSize,
} from './simulated-set.ts'
