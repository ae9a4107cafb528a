/** Correlate: anomalies and alerts with one cause join one incident, by time and by distance in the topology. */
import type { Incident, IncidentStatus, TimelineEvent } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'

export interface Correlate extends Lifecycle {
  /** Throws NOT_FOUND, or CONFLICT when the state may not be left that way. */
  setStatus(
    tenant: TenantId,
    id: string,
    status: IncidentStatus,
    actor: string,
    comment?: string,
  ): Promise<Incident>
  comment(tenant: TenantId, id: string, actor: string, comment: string): Promise<TimelineEvent>
}

export type CorrelateDeps = {
  bus: EventBus
  records: RecordStore
  knowledge: Knowledge
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { CorrelateConfig } from './config.ts'
export { createCorrelate } from './correlate.ts'
export { type CorrelateStreamOptions, correlateStream } from './correlate-stream.ts'
