/** Tables of what people do to incidents, and of what correlation learned from it. */
export type IncidentLifeSchema = {
  /** `sequence` counts up in the order of adding. */
  incident_bar: { incident_id: string; member_key: string; sequence: number }
  correlation_lesson: { tenant_id: string; id: string; updated_ms: number; body: string }
}

export const incidentLifeMigration: { name: string; statements: readonly string[] } = {
  name: '0021-incident-life',
  statements: [
    'alter table incident add column assigned_to text',
    'create index incident_assigned on incident (tenant_id, assigned_to)',
    `update incident set assigned_to = json_extract(body, '$.assigned_to')`,
    `create table incident_bar (incident_id text not null, member_key text not null, sequence bigint not null,
      primary key (incident_id, member_key))`,
    `create table correlation_lesson (tenant_id text not null, id text not null, updated_ms bigint not null, body text not null,
      primary key (tenant_id, id))`,
  ],
}
