import { z } from 'zod'
import { Alert } from './model/alert.ts'
import { Anomaly } from './model/anomaly.ts'
import { Change } from './model/change.ts'
import { Cluster, ClusterCapabilities, ClusterState } from './model/cluster.ts'
import { Decision } from './model/decision.ts'
import { Deployment } from './model/deployment.ts'
import { Diagnosis } from './model/diagnosis.ts'
import { Finding } from './model/finding.ts'
import { GpuNode } from './model/gpu.ts'
import { Incident } from './model/incident.ts'
import { Remediation } from './model/remediation.ts'
import { Report } from './model/report.ts'
import { TenantId } from './model/tenant.ts'
import { Time } from './model/time.ts'

/** Live rates of the flow, over the last second. Each number is a counter's difference, never an estimate. */
export const PipelineStats = z.object({
  samples_per_second: z.number(),
  logs_per_second: z.number(),
  spans_per_second: z.number(),
  alerts_per_minute: z.number(),
  active_series: z.number().int(),
  active_anomalies: z.number().int(),
  open_incidents: z.number().int(),
})
export type PipelineStats = z.infer<typeof PipelineStats>

/** What the stages tell one another and the world: name → payload. */
export const eventPayloads = {
  ANOMALY_DETECTED: Anomaly,
  ANOMALY_UPDATED: Anomaly,
  ANOMALY_ENDED: Anomaly,
  ALERT_FIRED: Alert,
  ALERT_RESOLVED: Alert,
  INCIDENT_CREATED: Incident,
  INCIDENT_UPDATED: Incident,
  RCA_COMPLETE: Diagnosis,
  REMEDIATION_UPDATED: Remediation,
  TOPOLOGY_CHANGED: z.object({ entities: z.number().int(), edges: z.number().int() }),
  CHANGE_RECORDED: Change,
  PIPELINE_STATS: PipelineStats,
  CLUSTER_REGISTERED: Cluster,
  CLUSTER_UPDATED: Cluster,
  CLUSTER_DELETED: z.object({ cluster_id: z.string() }),
  CLUSTER_CREDENTIALS_UPDATED: z.object({ cluster_id: z.string() }),
  CLUSTER_STATUS_CHANGED: z.object({
    cluster_id: z.string(),
    old_state: ClusterState,
    new_state: ClusterState,
    health_score: z.number().int(),
    reason: z.string(),
  }),
  CLUSTER_CAPABILITIES_CHANGED: z.object({ cluster_id: z.string(), capabilities: ClusterCapabilities }),
  FINDING_OPENED: Finding,
  FINDING_CLOSED: Finding,
  GPU_UPDATE: GpuNode,
  /** Told to the owner of the conversation, and to all where it is shared. */
  CHAT_MESSAGE: z.object({
    session_id: z.string(),
    message_id: z.string(),
    role: z.enum(['USER', 'ASSISTANT', 'SYSTEM', 'TOOL']),
    state: z.enum(['STREAMING', 'COMPLETE', 'STOPPED', 'FAILED']),
    preview: z.string(),
    user_id: z.string(),
    shared: z.boolean(),
  }),
  REPORT_GENERATED: Report,
  DECISION_MADE: Decision,
  DEPLOYMENT_UPDATED: Deployment,
} as const

export type EventType = keyof typeof eventPayloads
export const eventTypes = Object.keys(eventPayloads) as EventType[]
export type EventPayload<T extends EventType> = z.infer<(typeof eventPayloads)[T]>

export type Event<T extends EventType = EventType> = {
  [K in T]: {
    event_id: string
    event_type: K
    source: string
    tenant_id: TenantId
    cluster_id?: string
    timestamp: Time
    payload: EventPayload<K>
  }
}[T]

/** The envelope as it crosses a wire; the payload's form follows from `event_type`. */
export const EventEnvelope = z.object({
  event_id: z.string(),
  event_type: z.enum(eventTypes as [EventType, ...EventType[]]),
  source: z.string(),
  tenant_id: TenantId,
  cluster_id: z.string().optional(),
  timestamp: Time,
  payload: z.unknown(),
})
