/** Correlate: anomalies and alerts with one cause join one incident, by time and by distance in the topology. */
import type { Incident, IncidentStatus, TimelineEvent } from '@aiops/contract/model/incident'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SilencePreview } from '@aiops/contract/model/maintenance'
import type { Silence } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import type { AlertDeeds } from './edit/alert-deed.ts'
import type { ImpactSources } from './edit/impact.ts'
import type { IncidentLife, NewCause } from './edit/incident-life.ts'
import type { RuleDocuments } from './rule/rule-library.ts'
import type { CorrelationRules } from './rule/rules.ts'

export type SilenceDraft = {
  /** One to change; absent for a new one. */
  id?: string | undefined
  matchers: readonly Matcher[]
  /** Now unless given. */
  startMs?: number | undefined
  endMs: number
  createdBy: string
  comment: string
  annotations?: Labels | undefined
}

/** Each tenant's silences. What resolves is on disk, and what it covers is shown as suppressed, or free again. */
export interface Silences {
  /** Active ones first, then pending, then expired. */
  list(tenant: TenantId): Silence[]
  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): Silence
  /** Rejects with INVALID_REQUEST, NOT_FOUND for an unknown `id`, CONFLICT when there are too many. */
  put(tenant: TenantId, draft: SilenceDraft): Promise<Silence>
  /** Makes or replaces the silence of an id that the caller has chosen; the same again changes nothing. */
  keep(tenant: TenantId, id: string, draft: Omit<SilenceDraft, 'id'>): Promise<Silence>
  /** What a silence of these matchers would hide. Rejects with INVALID_REQUEST. */
  preview(tenant: TenantId, matchers: readonly Matcher[]): Promise<SilencePreview>
  /** As `put` for each in order, followed once; those before one that is refused stay. */
  putAll(tenant: TenantId, drafts: readonly SilenceDraft[]): Promise<Silence[]>
  /** Rejects with NOT_FOUND. */
  expire(tenant: TenantId, id: string): Promise<Silence>
  /** Ids of the silences that cover an alert now. */
  covering(tenant: TenantId, alert: { labels: Labels; name: string }): readonly string[]
}

export interface Correlate extends Lifecycle {
  readonly silences: Silences
  readonly rules: CorrelationRules
  readonly life: IncidentLife
  readonly deeds: AlertDeeds
  /** Throws NOT_FOUND, or CONFLICT when the state may not be left that way. */
  setStatus(
    tenant: TenantId,
    id: string,
    status: IncidentStatus,
    actor: string,
    comment?: string,
    cause?: NewCause,
  ): Promise<Incident>
  comment(tenant: TenantId, id: string, actor: string, comment: string): Promise<TimelineEvent>
}

export type CorrelateDeps = {
  bus: EventBus
  records: RecordStore
  knowledge: Knowledge
  /** Documents of correlation rules; none unless given. */
  ruleDocuments?: RuleDocuments
  /** Incidents say nothing of their impact where it is absent. */
  impact?: ImpactSources
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { CorrelateConfig } from './config.ts'
export { createCorrelate } from './correlate.ts'
export { type CorrelateStreamOptions, correlateStream } from './correlate-stream.ts'
export type { ImpactSources } from './edit/impact.ts'
export type { IncidentLife } from './edit/incident-life.ts'
export { type Interleavings, interleavings } from './interleaving.ts'
export { incidentsOfAnomalies } from './replay/anomaly-incidents.ts'
export { outputText, replayIncidentFile } from './replay/replay.ts'
export { type AlertQuery, alertQuery } from './rule/alert-query.ts'
export { readAlertmanagerConfiguration } from './rule/alertmanager/configuration.ts'
export { readRules as readCorrelationRules } from './rule/rule-document.ts'
export type { CorrelationRules } from './rule/rules.ts'
export { labelsOfSeries } from './silence/signal-labels.ts'
