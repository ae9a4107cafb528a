import type { AnomalyFacets } from '@aiops/contract/api/anomaly'
import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { EntityId } from '@aiops/contract/model/entity'
import type { Incident, IncidentStatus, TimelineEvent } from '@aiops/contract/model/incident'
import type { Remediation, RemediationStatus, StepResult } from '@aiops/contract/model/remediation'
import type { Severity } from '@aiops/contract/model/severity'
import type { Silence } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Edge, EdgeKey } from '@aiops/contract/model/topology'
import type { AlertPresetRepository } from './alert-preset-repository.ts'
import type { AlertSearchRepository } from './alert-search-repository.ts'
import type { AuditLink, AuditRecord } from './audit-chain.ts'
import type { ChangeRepository } from './change-repository.ts'
import type { ChatRepository } from './chat-repository.ts'
import type { ClusterRepository } from './cluster-repository.ts'
import type { CorrelationMemoryRepository } from './correlation-memory-repository.ts'
import type { CorrelationRuleRepository } from './correlation-rule-repository.ts'
import type { CostRepository } from './cost-repository.ts'
import type { DeploymentRepository } from './deployment-repository.ts'
import type { DetectionRepository } from './detection-repository.ts'
import type { DocumentRepository } from './document-repository.ts'
import type { FeedbackRepository } from './feedback-repository.ts'
import type { ForgeRepository } from './forge-repository.ts'
import type { IncidentLifeRepository } from './incident-life-repository.ts'
import type { MaintenanceRepository } from './maintenance-repository.ts'
import type { ModelRepository } from './model-repository.ts'
import type { ModelSpendingRepository } from './model-spending-repository.ts'
import type { Notification } from './notifier.ts'
import type { PersonaRepository } from './persona-repository.ts'
import type { PlacementRepository } from './placement-repository.ts'
import type { PredictionRepository } from './prediction-repository.ts'
import type { ReportRepository } from './report-repository.ts'
import type { SloRepository } from './slo-repository.ts'
import type { StateRepository } from './state-repository.ts'
import type { TopologyHistoryRepository } from './topology-history-repository.ts'

export type IncidentFilter = {
  statuses: readonly IncidentStatus[]
  severities: readonly Severity[]
  entity?: EntityId | undefined
  startMs?: number | undefined
  endMs?: number | undefined
  text?: string | undefined
  assignedTo?: string | undefined
  sort: '-created_at' | 'created_at' | '-severity' | '-updated_at'
  limit: number
  offset: number
}

export interface IncidentRepository {
  /** Gives out the tenant's next `number`. */
  insert(incident: Omit<Incident, 'number'>): Promise<Incident>
  update(incident: Incident): Promise<void>
  /** By id or, where `id` is digits, by number. */
  get(tenant: TenantId, id: string): Promise<Incident | undefined>
  list(tenant: TenantId, filter: IncidentFilter): Promise<{ incidents: Incident[]; total: number }>
  /** OPEN, ACKNOWLEDGED or INVESTIGATING, of all tenants: to go on after a restart. */
  unresolved(): Promise<Incident[]>
  /** RESOLVED or CLOSED and last changed since then, of all tenants, latest first: what ended while somebody was not there. */
  endedSince(sinceMs: number, limit: number): Promise<Incident[]>
  addEvent(incidentId: string, event: TimelineEvent): Promise<void>
  /** As `addEvent` for each in order, for events that are neither DIAGNOSED nor RUNBOOK_COMPLETED. */
  addEvents(events: readonly { incidentId: string; event: TimelineEvent }[]): Promise<void>
  timeline(incidentId: string): Promise<TimelineEvent[]>
  countSince(
    tenant: TenantId,
    sinceMs: number,
  ): Promise<{ incidents: number; diagnosed: number; remediated: number }>
}

/** Empty lists, and what is left out, do not filter. */
export type AnomalyFilter = {
  state?: Anomaly['state'] | undefined
  entity?: EntityId | undefined
  incidentId?: string | undefined
  shapes?: readonly Anomaly['shape'][]
  severities?: readonly Severity[]
  tiers?: readonly Anomaly['tier'][]
  /** Within the sentence, the metric's name or the entity's, in any case. */
  text?: string | undefined
  /** When it was noticed: from, included, and to, excluded. */
  startMs?: number | undefined
  endMs?: number | undefined
}

export interface AnomalyRepository {
  /** Inserts or replaces by id; a null `incident_id` keeps the one that is stored. */
  save(anomaly: Anomaly): Promise<void>
  get(tenant: TenantId, id: string): Promise<Anomaly | undefined>
  list(
    tenant: TenantId,
    filter: AnomalyFilter & { limit: number; offset: number },
  ): Promise<{ anomalies: Anomaly[]; total: number }>
  /** How many there are of each kind, every filter but its own applied. */
  facets(tenant: TenantId, filter: AnomalyFilter): Promise<AnomalyFacets>
  /** Replaces the silences of an anomaly; `save` leaves them as they are. */
  markSilenced(id: string, silenceIds: readonly string[]): Promise<void>
  /** ACTIVE, of all tenants: the detector that knew them is gone after a restart. */
  active(): Promise<Anomaly[]>
  countSince(tenant: TenantId, sinceMs: number): Promise<number>
}

export interface AlertRepository {
  /** By (tenant, fingerprint, starts_at): inserts, or updates what is there and keeps its id and incident; RESOLVED stays. Returns what is now stored. */
  upsert(alert: Alert): Promise<Alert>
  /** As `upsert` for each in order, all or none; `before` is the status that was stored, null for a new one. */
  upsertAll(alerts: readonly Alert[]): Promise<{ alert: Alert; before: Alert['status'] | null }[]>
  /** The one of this fingerprint that began last. */
  latest(tenant: TenantId, fingerprint: string): Promise<Alert | undefined>
  /** FIRING, with `expires_at` after `afterMs` and not after `untilMs`, of all tenants; soonest first. */
  expiring(afterMs: number, untilMs: number, limit: number): Promise<Alert[]>
  /** Replaces the silences of an alert; an upsert leaves them as they are. */
  markSilenced(id: string, silenceIds: readonly string[]): Promise<void>
  /**
   * Correlation has dealt with this state of these alerts, each named once: they are in this incident, or in none. `reason` is why,
   * as `memberships` tells it; without one that which is there stays.
   */
  markCorrelated(
    alerts: readonly { id: string; incidentId: string | null; reason?: string | undefined }[],
  ): Promise<void>
  /** Stored but not yet correlated, oldest first: picked up after a restart. */
  uncorrelated(limit: number): Promise<Alert[]>
  list(
    tenant: TenantId,
    filter: {
      status?: Alert['status'] | undefined
      severities: readonly Severity[]
      incidentId?: string | undefined
      /** Received within these, both inclusive. */
      receivedMs?: { fromMs: number; toMs: number } | undefined
      limit: number
    },
  ): Promise<{ alerts: Alert[]; total: number; bySeverity: Record<string, number> }>
  countSince(tenant: TenantId, sinceMs: number): Promise<number>
}

/** A silence without its state, which follows from the time. */
export type StoredSilence = Omit<Silence, 'state'>

export interface SilenceRepository {
  /** Inserts or replaces by id. */
  save(silence: StoredSilence): Promise<void>
  /** Of all tenants, those that end after `timeMs`, the soonest end first. */
  endingAfter(timeMs: number): Promise<StoredSilence[]>
  /** Ended at or before `timeMs`, of all tenants. Returns how many went. */
  deleteEnded(timeMs: number): Promise<number>
}

export type Membership = { incidentId: string; memberId: string; reason: string }

export interface MembershipRepository {
  /** Why anomalies, or alerts that are marked without, belong to incidents; a reason that is there is replaced. */
  addAll(memberships: readonly Membership[]): Promise<void>
  reasons(incidentId: string): Promise<Record<string, string>>
}

export interface DiagnosisRepository {
  save(tenant: TenantId, diagnosis: Diagnosis): Promise<void>
  latest(incidentId: string): Promise<Diagnosis | undefined>
  /** The newest `limit`, the oldest of them first. */
  revisions(incidentId: string, limit: number): Promise<Diagnosis[]>
}

/** A remediation's journal: a step's start is on disk before it runs, its end before the next begins. */
export interface RemediationRepository {
  /** Throws CONFLICT when the incident already has one of this runbook that has not ended. */
  insert(remediation: Remediation): Promise<void>
  /** Compare and swap on status: false, and nothing changed, when it is no longer `from`. */
  transition(remediation: Remediation, from: RemediationStatus): Promise<boolean>
  journal(remediationId: string, result: StepResult): Promise<void>
  get(tenant: TenantId, id: string): Promise<Remediation | undefined>
  list(
    tenant: TenantId,
    filter: {
      statuses: readonly RemediationStatus[]
      incidentId?: string | undefined
      limit: number
      offset: number
    },
  ): Promise<{ remediations: Remediation[]; total: number }>
  /** APPROVED, RUNNING, VERIFYING or ROLLING_BACK, of all tenants: to go on after a restart. */
  unfinished(): Promise<Remediation[]>
  /** PENDING_APPROVAL, of all tenants. */
  pending(): Promise<Remediation[]>
}

/** Notifications wait here until their sink has them. */
export interface OutboxRepository {
  /** Ignored when the key is known. */
  add(notifier: string, tenant: TenantId, notification: Notification): Promise<void>
  /** Oldest first, without what is for `except`: those take nothing now, and must not fill the limit. */
  due(
    nowMs: number,
    limit: number,
    except?: readonly string[],
  ): Promise<
    { id: number; notifier: string; tenant: TenantId; notification: Notification; attempts: number }[]
  >
  /** Whether this was ever added, sent or not. */
  knows(notifier: string, tenant: TenantId, idempotencyKey: string): Promise<boolean>
  sent(id: number): Promise<void>
  failed(id: number, error: string, nextAttemptMs: number | null): Promise<void>
}

export type { AuditRecord } from './audit-chain.ts'

export type AuditEntry = AuditRecord & { sequence: number; hash: string; previousHash: string }

/** Each that is given must fit; texts as parts, whatever their case. Times are both inclusive. */
export type AuditFilter = {
  actor?: string | undefined
  action?: string | undefined
  resource?: string | undefined
  outcome?: AuditRecord['outcome'] | undefined
  text?: string | undefined
  fromMs?: number | undefined
  toMs?: number | undefined
  /** Only entries with a smaller number. */
  before?: number | undefined
  limit: number
}

/**
 * One chain of all tenants: entries are numbered from 1 without gaps, and each carries the hash of itself and all before it
 * (`audit-chain.ts`). Appended to, never changed. A resolved append is in the chain and on disk; many at once share a commit.
 * Throws QUEUE_FULL when too many wait.
 */
export interface AuditRepository {
  append(record: AuditRecord): Promise<void>
  /** Newest first. `next` goes on as `before`, and may come with fewer entries than were asked for; null at the end. */
  list(tenant: TenantId, filter: AuditFilter): Promise<{ entries: AuditEntry[]; next: number | null }>
  /** The chain as it is stored, of all tenants, from the entry after `sequence` on, in order. */
  links(sequence: number, limit: number): Promise<AuditLink[]>
  /** The newest link. */
  head(): Promise<Pick<AuditLink, 'sequence' | 'hash'> | undefined>
}

export type StoredEntity = {
  id: EntityId
  labels: Record<string, string>
  firstSeenMs: number
  lastSeenMs: number
  /** Absent in what older versions wrote. */
  learned?: boolean
}

export interface TopologyRepository {
  save(tenant: TenantId, entities: readonly StoredEntity[], edges: readonly Edge[]): Promise<void>
  load(tenant: TenantId): Promise<{ entities: StoredEntity[]; edges: Edge[] }>
  /** What is not there is left out. */
  remove(tenant: TenantId, entities: readonly EntityId[], edges: readonly EdgeKey[]): Promise<void>
}

export type Repositories = {
  incidents: IncidentRepository
  incidentLife: IncidentLifeRepository
  anomalies: AnomalyRepository
  alerts: AlertRepository
  alertSearch: AlertSearchRepository
  silences: SilenceRepository
  memberships: MembershipRepository
  diagnoses: DiagnosisRepository
  remediations: RemediationRepository
  outbox: OutboxRepository
  audit: AuditRepository
  topologies: TopologyRepository
  topologyHistory: TopologyHistoryRepository
  clusters: ClusterRepository
  changes: ChangeRepository
  personas: PersonaRepository
  reports: ReportRepository
  chats: ChatRepository
  deployments: DeploymentRepository
  forge: ForgeRepository
  states: StateRepository
  costs: CostRepository
  placements: PlacementRepository
  predictions: PredictionRepository
  slos: SloRepository
  feedback: FeedbackRepository
  models: ModelRepository
  detection: DetectionRepository
  correlationRules: CorrelationRuleRepository
  correlationMemory: CorrelationMemoryRepository
  modelSpending: ModelSpendingRepository
  alertPresets: AlertPresetRepository
  maintenance: MaintenanceRepository
  documents: DocumentRepository
}

/**
 * Records with transactions. A resolved write is on disk. Inside `transaction` use only the repositories it hands over:
 * another's call waits for the transaction to end and would wait for ever. Rejects with STORAGE_UNAVAILABLE when the disk is full.
 */
export interface RecordStore extends Repositories {
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>
  close(): Promise<void>
}
