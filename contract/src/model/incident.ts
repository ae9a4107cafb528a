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
    'MERGED',
  ]),
  /** `system` or who did it. */
  actor: z.string(),
  sentence: z.string(),
})
export type TimelineEvent = z.infer<typeof TimelineEvent>

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
  /** First cause of the latest diagnosis. */
  cause: z.object({ entity: EntityId, sentence: z.string(), probability: z.number() }).nullable(),
})
export type Incident = z.infer<typeof Incident>

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
