import { z } from 'zod'
import { Alert } from './alert.ts'
import { Anomaly } from './anomaly.ts'
import { Diagnosis } from './diagnosis.ts'
import { EntityId } from './entity.ts'
import { Remediation } from './remediation.ts'
import { Severity } from './severity.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const incidentStatuses = ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'RESOLVED', 'CLOSED'] as const
export const IncidentStatus = z.enum(incidentStatuses)
export type IncidentStatus = z.infer<typeof IncidentStatus>

/** From each state, where a person or the system may take it. RESOLVED → OPEN is a reopening. */
export const incidentTransitions: Record<IncidentStatus, readonly IncidentStatus[]> = {
  OPEN: ['ACKNOWLEDGED', 'INVESTIGATING', 'RESOLVED', 'CLOSED'],
  ACKNOWLEDGED: ['INVESTIGATING', 'RESOLVED', 'CLOSED'],
  INVESTIGATING: ['ACKNOWLEDGED', 'RESOLVED', 'CLOSED'],
  RESOLVED: ['OPEN', 'CLOSED'],
  CLOSED: [],
}

export const TimelineEvent = z.object({
  at: Time,
  type: z.enum([
    'OPENED',
    'ANOMALY_ADDED',
    'ANOMALY_ENDED',
    'ALERT_ADDED',
    'ALERT_RESOLVED',
    'STATUS_CHANGED',
    'SEVERITY_CHANGED',
    'COMMENT_ADDED',
    'DIAGNOSED',
    'RUNBOOK_PROPOSED',
    'RUNBOOK_APPROVED',
    'RUNBOOK_REJECTED',
    'RUNBOOK_STEP',
    'RUNBOOK_COMPLETED',
    'RUNBOOK_ROLLED_BACK',
    'RUNBOOK_FAILED',
    'ESCALATED',
    'NOTIFIED',
    'RESOLVED',
    'REOPENED',
    'MERGED',
    'SPLIT',
    'MEMBER_REMOVED',
    'MEMBER_MOVED',
    'ASSIGNED',
    'CAUSE_CONFIRMED',
    'LINK_ADDED',
    'LINK_REMOVED',
  ]),
  /** `system` or who did it. */
  actor: z.string(),
  sentence: z.string(),
})
export type TimelineEvent = z.infer<typeof TimelineEvent>

/** What a person says it was. `entity` is null where no entity is to blame. */
export const ConfirmedCause = z.object({
  entity: EntityId.nullable(),
  sentence: z.string().min(1).max(2_000),
  by: z.string(),
  at: Time,
})
export type ConfirmedCause = z.infer<typeof ConfirmedCause>

export const IncidentLink = z.object({
  id: z.string(),
  url: z.string(),
  title: z.string(),
  by: z.string(),
  at: Time,
})
export type IncidentLink = z.infer<typeof IncidentLink>

/** Whom it touches, as far as somebody has told us; `notes` say what no source tells. */
export const IncidentImpact = z.object({
  /** Affected entities. */
  entities: z.number().int(),
  /** The highest tier among them: label `tier` of an entity in the topology. */
  tier: z.object({ value: z.string(), entity: EntityId }).nullable(),
  /** Objectives of affected services that burn or are exhausted. */
  slos: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
  notes: z.array(z.string()),
})
export type IncidentImpact = z.infer<typeof IncidentImpact>

/** Links of one incident at most. */
export const incidentLinksMax = 50

/** Alerts and anomalies with one cause. */
export const Incident = z.object({
  id: z.string(),
  tenant_id: TenantId,
  /** Counts from 1 within a tenant; what people say aloud: `INC-12`. */
  number: z.number().int().positive(),
  title: z.string(),
  description: z.string(),
  severity: Severity,
  status: IncidentStatus,
  priority: z.number().int().min(1).max(5),
  affected_entities: z.array(EntityId),
  primary_entity: EntityId.nullable(),
  anomaly_count: z.number().int(),
  alert_count: z.number().int(),
  escalation_level: z.number().int(),
  assigned_to: z.string().nullable(),
  /** Earliest alert or onset. `created_at` is when the platform knew. */
  started_at: Time,
  created_at: Time,
  updated_at: Time,
  acknowledged_at: Time.nullable(),
  resolved_at: Time.nullable(),
  /** Seconds from started_at to created_at, and from created_at to resolved_at. */
  ttd: z.number(),
  ttr: z.number().nullable(),
  /** Seconds from created_at to acknowledged_at. */
  tta: z.number().nullable(),
  /** First cause of the latest diagnosis. */
  cause: z.object({ entity: EntityId, sentence: z.string(), probability: z.number() }).nullable(),
  /** Who set the severity; while somebody has, it no longer follows the members. */
  severity_set_by: z.string().nullable(),
  confirmed_cause: ConfirmedCause.nullable(),
  /** The incident that took this one over, and the one that this was split from: ids. */
  merged_into: z.string().nullable(),
  split_from: z.string().nullable(),
  /** Receiver or team, by a correlation rule; absent for nobody in particular. */
  route: z.string().optional(),
  links: z.array(IncidentLink),
  impact: IncidentImpact.nullable(),
})
export type Incident = z.infer<typeof Incident>

/** What an incident has of these before anybody has touched it. */
export const untouchedIncident = {
  tta: null,
  severity_set_by: null,
  confirmed_cause: null,
  merged_into: null,
  split_from: null,
  links: [] as IncidentLink[],
  impact: null,
}

export const MemberKind = z.enum(['ALERT', 'ANOMALY'])
export type MemberKind = z.infer<typeof MemberKind>

/** An alert or anomaly of an incident, with why it belongs to it. */
export const IncidentMember = z.object({
  kind: MemberKind,
  id: z.string(),
  reason: z.string(),
  alert: Alert.nullable(),
  anomaly: Anomaly.nullable(),
})
export type IncidentMember = z.infer<typeof IncidentMember>

/** An incident with all that belongs to it. */
export const IncidentDetail = Incident.extend({
  timeline: z.array(TimelineEvent),
  anomalies: z.array(Anomaly),
  alerts: z.array(Alert),
  diagnosis: Diagnosis.nullable(),
  remediations: z.array(Remediation),
  /** Why each member belongs: by alert or anomaly id. */
  reasons: z.record(z.string(), z.string()),
})
export type IncidentDetail = z.infer<typeof IncidentDetail>
