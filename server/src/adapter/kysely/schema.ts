import type { ColumnType, Generated } from 'kysely'
import { type AlertSchema, alertRowMigration, alertSearchMigration } from './alert-search-schema.ts'
import { type CorrelationMemorySchema, correlationMemoryMigration } from './correlation-memory-schema.ts'
import { type CorrelationRuleSchema, correlationRuleMigration } from './correlation-rule-schema.ts'
import { type CostSchema, costMigration } from './cost-schema.ts'
import { deploymentMigration } from './deployment-schema.ts'
import { type DetectionSchema, detectionMigration } from './detection-schema.ts'
import { type DocumentSchema, documentMigration } from './document-schema.ts'
import { type ForgeSchema, forgeMigration } from './forge-schema.ts'
import { type IncidentLifeSchema, incidentLifeMigration } from './incident-life-schema.ts'
import { type LearningSchema, learningMigration } from './learning-schema.ts'
import { type ModelSpendingSchema, modelSpendingMigration } from './model-spending-schema.ts'
import { type PlacementSchema, placementMigration } from './placement-schema.ts'
import { type PredictionSchema, predictionMigration } from './prediction-schema.ts'
import { type SloSchema, sloMigration } from './slo-schema.ts'
import { type TopologyHistorySchema, topologyHistoryMigration } from './topology-history-schema.ts'

/** Milliseconds since 1970 in every `*_ms`; `body` is the record as the contract defines it, JSON. Other columns are for selecting. */
export type Schema = ForgeSchema &
  AlertSchema &
  ModelSpendingSchema &
  TopologyHistorySchema &
  PredictionSchema &
  CorrelationRuleSchema &
  CorrelationMemorySchema &
  SloSchema &
  DocumentSchema &
  LearningSchema &
  IncidentLifeSchema &
  CostSchema &
  DetectionSchema &
  PlacementSchema & {
    incident: {
      id: string
      tenant_id: string
      number: number
      status: string
      severity_rank: number
      created_ms: number
      updated_ms: number
      search: string
      entities: string
      diagnosed: number
      remediated: number
      assigned_to: string | null
      body: string
    }
    incident_event: { sequence: Generated<number>; incident_id: string; body: string }
    anomaly: {
      id: string
      tenant_id: string
      state: string
      entity: string | null
      incident_id: string | null
      detected_ms: number
      silenced_by: string | null
      body: string
      /** Made of `body` by the database. */
      shape: ColumnType<string, never, never>
      severity: ColumnType<string, never, never>
      tier: ColumnType<string, never, never>
      search: ColumnType<string, never, never>
    }
    silence: { id: string; tenant_id: string; ends_ms: number; body: string }
    membership: { incident_id: string; member_id: string; reason: string }
    diagnosis: { id: string; tenant_id: string; incident_id: string; revision: number; body: string }
    remediation: {
      id: string
      tenant_id: string
      incident_id: string
      runbook_id: string
      status: string
      ended: number
      requested_ms: number
      body: string
    }
    remediation_step: { remediation_id: string; phase: string; step_order: number; body: string }
    outbox: {
      id: Generated<number>
      notifier: string
      tenant_id: string
      idempotency_key: string
      attempts: number
      due_ms: number | null
      error: string | null
      sent: number
      body: string
    }
    /** The nullable columns are read out of `body` by the database: nobody can change them alone. */
    audit: {
      sequence: number
      tenant_id: string
      hash: string
      body: string
      at: ColumnType<string | null, never, never>
      actor: ColumnType<string | null, never, never>
      action: ColumnType<string | null, never, never>
      resource: ColumnType<string | null, never, never>
      outcome: ColumnType<string | null, never, never>
    }
    topology: { tenant_id: string; kind: string; key: string; body: string }
    cluster: {
      id: string
      tenant_id: string
      name: string
      status: string
      last_seen_at: string | null
      body: string
    }
    /** `sealed` is encrypted; nothing else of a credential is stored. */
    cluster_credential: { cluster_id: string; tenant_id: string; sealed: string; summary: string }
    cluster_health: { cluster_id: string; from_ms: number; to_ms: number; checks: number; body: string }
    cluster_copy: { cluster_id: string; body: string }
    change: {
      id: string
      tenant_id: string
      at_ms: number
      kind: string
      source: string
      cluster_id: string | null
      body: string
    }
    /** A row for each entity that a change is about. */
    change_entity: { tenant_id: string; entity: string; at_ms: number; change_id: string }
    persona: { tenant_id: string; id: string; body: string }
    report: {
      id: string
      tenant_id: string
      report_type: string
      status: string
      search: string
      created_ms: number
      expires_ms: number
      body: string
    }
    report_schedule: { id: string; tenant_id: string; created_ms: number; body: string }
    chat_session: {
      id: string
      tenant_id: string
      user_id: string
      shared: number
      updated_ms: number
      expires_ms: number
      /** It has expired and its messages are gone. */
      emptied: number
      search: string
      body: string
    }
    /** `frames` is how an answer was told. */
    chat_message: {
      id: string
      tenant_id: string
      session_id: string
      place: number
      state: string
      body: string
      frames: string | null
    }
    /** `due_ms`: when it is to be deleted; 0 for at once. */
    chat_attachment: {
      id: string
      tenant_id: string
      session_id: string
      size_bytes: number
      created_ms: number
      due_ms: number
      body: string
    }
    /** `sealed` is encrypted; '' for a version that says the state was deleted. */
    terraform_state: {
      tenant_id: string
      project: string
      name: string
      number: number
      serial: number
      lineage: string
      deleted: number
      sha256: string
      size_bytes: number
      sealed: string
      created_ms: number
      created_by: string
    }
    terraform_lock: {
      tenant_id: string
      project: string
      name: string
      lock_id: string
      info: string
      locked_ms: number
      locked_by: string
    }
    /** `slot`: the service while the deployment holds its place; at most one of a repository. `applied_ms`: when an apply began. */
    deployment: {
      id: string
      tenant_id: string
      repository: string
      service: string
      state: string
      slot: string | null
      final: number
      revision: number
      lease_holder: string | null
      lease_ms: number
      due_ms: number
      created_ms: number
      applied_ms: number | null
      outcome: string | null
      overridden: number
      unreviewed: number
      body: string
      work: string
    }
    deployment_control: { tenant_id: string; body: string }
    drift: { tenant_id: string; repository: string; stack: string; body: string }
  }

/** In order; never edited once released, only added to. They are SQLite's; another dialect translates types, generated columns and triggers. */
export const migrations: readonly { name: string; statements: readonly string[] }[] = [
  {
    name: '0001-records',
    statements: [
      `create table incident (id text primary key, tenant_id text not null, number integer not null, status text not null, severity_rank integer not null,
        created_ms integer not null, updated_ms integer not null, search text not null, entities text not null, diagnosed integer not null, remediated integer not null, body text not null)`,
      'create unique index incident_number on incident (tenant_id, number)',
      'create index incident_created on incident (tenant_id, created_ms)',
      'create index incident_status on incident (status)',
      'create table incident_event (sequence integer primary key, incident_id text not null, body text not null)',
      'create index incident_event_incident on incident_event (incident_id, sequence)',
      `create table anomaly (id text primary key, tenant_id text not null, state text not null, entity text, incident_id text, detected_ms integer not null, body text not null)`,
      'create index anomaly_detected on anomaly (tenant_id, detected_ms)',
      'create index anomaly_incident on anomaly (incident_id)',
      'create index anomaly_state on anomaly (state)',
      `create table alert (id text primary key, tenant_id text not null, fingerprint text not null, starts_ms integer not null, status text not null, severity text not null,
        incident_id text, received_ms integer not null, correlated integer not null, body text not null)`,
      'create unique index alert_identity on alert (tenant_id, fingerprint, starts_ms)',
      'create index alert_received on alert (tenant_id, received_ms)',
      'create index alert_incident on alert (incident_id)',
      'create index alert_correlated on alert (correlated, received_ms)',
      'create table membership (incident_id text not null, member_id text not null, reason text not null, primary key (incident_id, member_id))',
      'create table diagnosis (id text primary key, tenant_id text not null, incident_id text not null, revision integer not null, body text not null)',
      'create index diagnosis_incident on diagnosis (incident_id, revision)',
      `create table remediation (id text primary key, tenant_id text not null, incident_id text not null, runbook_id text not null, status text not null,
        ended integer not null, requested_ms integer not null, body text not null)`,
      'create unique index remediation_running on remediation (tenant_id, incident_id, runbook_id) where ended = 0',
      'create index remediation_requested on remediation (tenant_id, requested_ms)',
      'create table remediation_step (remediation_id text not null, phase text not null, step_order integer not null, body text not null, primary key (remediation_id, phase, step_order))',
      `create table outbox (id integer primary key, notifier text not null, tenant_id text not null, idempotency_key text not null, attempts integer not null,
        due_ms integer, error text, sent integer not null, body text not null)`,
      'create unique index outbox_key on outbox (notifier, tenant_id, idempotency_key)',
      'create index outbox_due on outbox (sent, due_ms)',
      'create table audit (sequence integer primary key, tenant_id text not null, hash text not null, body text not null)',
      'create table topology (tenant_id text not null, kind text not null, key text not null, body text not null, primary key (tenant_id, kind, key))',
    ],
  },
  {
    name: '0002-silences',
    statements: [
      'create table silence (id text primary key, tenant_id text not null, ends_ms integer not null, body text not null)',
      'create index silence_ends on silence (ends_ms)',
      'alter table alert add column expires_ms integer',
      'alter table alert add column silenced_by text',
      'alter table anomaly add column silenced_by text',
      `create index alert_expires on alert (expires_ms) where status = 'FIRING' and expires_ms is not null`,
      'create index alert_status on alert (tenant_id, status, received_ms)',
    ],
  },
  {
    name: '0003-clusters',
    statements: [
      'create table cluster (id text primary key, tenant_id text not null, name text not null, status text not null, last_seen_at text, body text not null)',
      'create unique index cluster_name on cluster (tenant_id, name)',
      'create table cluster_credential (cluster_id text primary key, tenant_id text not null, sealed text not null, summary text not null)',
      'create table cluster_health (cluster_id text not null, from_ms bigint not null, to_ms bigint not null, checks integer not null, body text not null, primary key (cluster_id, from_ms))',
      'create index cluster_health_to on cluster_health (to_ms)',
    ],
  },
  {
    name: '0004-cluster-copies',
    statements: ['create table cluster_copy (cluster_id text primary key, body text not null)'],
  },
  {
    name: '0005-changes',
    statements: [
      `create table change (id text not null, tenant_id text not null, at_ms bigint not null, kind text not null, source text not null,
        cluster_id text, body text not null, primary key (tenant_id, id))`,
      'create index change_at on change (tenant_id, at_ms)',
      'create index change_old on change (at_ms)',
      'create table change_entity (tenant_id text not null, entity text not null, at_ms bigint not null, change_id text not null, primary key (tenant_id, entity, at_ms, change_id))',
      'create index change_entity_old on change_entity (at_ms)',
      'create index change_entity_change on change_entity (tenant_id, change_id)',
    ],
  },
  {
    name: '0006-intelligence',
    statements: [
      'create table persona (tenant_id text not null, id text not null, body text not null, primary key (tenant_id, id))',
      `create table chat_session (id text primary key, tenant_id text not null, user_id text not null, shared integer not null,
        updated_ms bigint not null, expires_ms bigint not null, emptied integer not null, search text not null, body text not null)`,
      'create index chat_session_used on chat_session (tenant_id, updated_ms)',
      'create index chat_session_user on chat_session (tenant_id, user_id, expires_ms)',
      'create index chat_session_expires on chat_session (emptied, expires_ms)',
      `create table chat_message (id text primary key, tenant_id text not null, session_id text not null, place integer not null,
        state text not null, body text not null, frames text)`,
      'create unique index chat_message_place on chat_message (session_id, place)',
      `create index chat_message_streaming on chat_message (state) where state = 'STREAMING'`,
      `create table chat_attachment (id text primary key, tenant_id text not null, session_id text not null, size_bytes integer not null,
        created_ms bigint not null, due_ms bigint not null, body text not null)`,
      'create index chat_attachment_session on chat_attachment (session_id)',
      'create index chat_attachment_tenant on chat_attachment (tenant_id, due_ms)',
      'create index chat_attachment_due on chat_attachment (due_ms)',
    ],
  },
  {
    name: '0007-reports',
    statements: [
      `create table report (id text primary key, tenant_id text not null, report_type text not null, status text not null, search text not null,
        created_ms bigint not null, expires_ms bigint not null, body text not null)`,
      'create index report_created on report (tenant_id, created_ms)',
      'create index report_expires on report (expires_ms)',
      `create index report_pending on report (status) where status = 'PENDING'`,
      'create table report_schedule (id text primary key, tenant_id text not null, created_ms bigint not null, body text not null)',
    ],
  },
  {
    // Generated columns cannot differ from what the hash covers.
    name: '0008-audit-chain',
    statements: [
      ...['at', 'actor', 'action', 'resource', 'outcome'].map(
        (name) =>
          `alter table audit add column ${name} text generated always as (case when json_valid(body) then json_extract(body, '$.${name}') end) virtual`,
      ),
      'create index audit_tenant on audit (tenant_id, sequence)',
      'create index audit_at on audit (tenant_id, at)',
      `create trigger audit_unchanged before update on audit begin select raise(abort, 'entries of the audit log are not changed'); end`,
      `create trigger audit_kept before delete on audit begin select raise(abort, 'entries of the audit log are not deleted'); end`,
      `create trigger audit_in_order before insert on audit when new.sequence <> coalesce((select max(sequence) from audit), 0) + 1
        begin select raise(abort, 'entries of the audit log are numbered without gaps'); end`,
    ],
  },
  forgeMigration,
  {
    name: '0010-terraform-state',
    statements: [
      `create table terraform_state (tenant_id text not null, project text not null, name text not null, number bigint not null, serial bigint not null,
        lineage text not null, deleted integer not null, sha256 text not null, size_bytes bigint not null, sealed text not null,
        created_ms bigint not null, created_by text not null, primary key (tenant_id, project, name, number))`,
      `create table terraform_lock (tenant_id text not null, project text not null, name text not null, lock_id text not null, info text not null,
        locked_ms bigint not null, locked_by text not null, primary key (tenant_id, project, name))`,
    ],
  },
  costMigration,
  placementMigration,
  deploymentMigration,
  detectionMigration,
  predictionMigration,
  sloMigration,
  learningMigration,
  {
    name: '0018-anomaly-kinds',
    statements: [
      ...['shape', 'severity', 'tier'].map(
        (name) =>
          `alter table anomaly add column ${name} text generated always as (json_extract(body, '$.${name}')) virtual`,
      ),
      `alter table anomaly add column search text generated always as (lower(coalesce(json_extract(body, '$.sentence'), '') || ' ' ||
        coalesce(json_extract(body, '$.series.name'), '') || ' ' || coalesce(json_extract(body, '$.entity'), ''))) virtual`,
    ],
  },
  {
    // Each alert is written once, then moved through these: an entry only where it is asked for costs a third less.
    name: '0019-alert-indexes',
    statements: [
      'drop index alert_correlated',
      'create index alert_correlated on alert (received_ms) where correlated = 0',
      'drop index alert_incident',
      'create index alert_incident on alert (incident_id) where incident_id is not null',
      // A list counts all by severity; without it each look reads every alert there is.
      'create index alert_severity on alert (tenant_id, severity)',
    ],
  },
  alertSearchMigration,
  incidentLifeMigration,
  correlationRuleMigration,
  topologyHistoryMigration,
  documentMigration,
  correlationMemoryMigration,
  alertRowMigration,
  modelSpendingMigration,
  {
    name: '0028-incident-ended',
    statements: [
      `create index incident_ended on incident (updated_ms) where status in ('RESOLVED', 'CLOSED')`,
    ],
  },
]
