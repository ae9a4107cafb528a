/** Act: a diagnosis becomes notifications and, once a person approves, a runbook that is run, verified or rolled back. */
import type { Remediation } from '@aiops/contract/model/remediation'
import type { Runbook } from '@aiops/contract/model/runbook'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { Executor } from '../../port/executor.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { Notifier } from '../../port/notifier.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'

export interface Act extends Lifecycle {
  runbooks(): { runbooks: Runbook[]; problems: { file: string; message: string }[] }
  /** Throws NOT_FOUND (incident or runbook), CONFLICT (one already under way), VALIDATION_FAILED (a template names nothing, or too much is affected). */
  propose(tenant: TenantId, incidentId: string, runbookId: string, actor: string): Promise<Remediation>
  /**
   * Approves or rejects; an approved one starts at once and this resolves without waiting for its end. Throws CONFLICT when it is decided
   * already or its runbook has changed since, RATE_LIMITED and QUEUE_FULL when too many run, PERMISSION_DENIED to its requester under four eyes.
   */
  decide(
    tenant: TenantId,
    id: string,
    approved: boolean,
    actor: string,
    comment?: string,
  ): Promise<Remediation>
  /** Decides a step of unknown outcome and goes on. Throws CONFLICT when there is none. */
  settle(
    tenant: TenantId,
    id: string,
    outcome: 'TOOK_EFFECT' | 'RUN_AGAIN' | 'ROLL_BACK',
    actor: string,
    comment?: string,
  ): Promise<Remediation>
}

export type ActDeps = {
  bus: EventBus
  records: RecordStore
  metricStore: MetricStore
  executors: readonly Executor[]
  notifiers: readonly Notifier[]
  runbookSource: DocumentSource
  secrets: SecretSource
  /** To resolve an incident whose remediation was verified. Part of correlate's door, handed in, so that act imports no stage. */
  resolveIncident(tenant: TenantId, id: string, actor: string, comment: string): Promise<void>
  /** Origin of the web app, for links in notifications; asked when one is sent. */
  publicUrl(): string
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { createAct } from './act.ts'
export { ActConfig } from './config.ts'
