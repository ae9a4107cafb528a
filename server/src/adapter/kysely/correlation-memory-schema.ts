/** What correlation has learned of each tenant, and the searches of alerts that people saved. */
export type CorrelationMemorySchema = {
  correlation_memory: { tenant_id: string; saved_ms: number; body: string }
  alert_preset: { tenant_id: string; id: string; created_by: string; shared: number; body: string }
}

export const correlationMemoryMigration: { name: string; statements: readonly string[] } = {
  name: '0025-correlation-memory',
  statements: [
    'create table correlation_memory (tenant_id text primary key, saved_ms bigint not null, body text not null)',
    `create table alert_preset (tenant_id text not null, id text not null, created_by text not null, shared integer not null,
      body text not null, primary key (tenant_id, id))`,
  ],
}
