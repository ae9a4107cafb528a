export const deploymentMigration: { name: string; statements: readonly string[] } = {
  name: '0013-deployments',
  statements: [
    `create table deployment (id text primary key, tenant_id text not null, repository text not null, service text not null, state text not null,
      slot text, final integer not null, revision integer not null, lease_holder text, lease_ms bigint not null, due_ms bigint not null,
      created_ms bigint not null, applied_ms bigint, outcome text, overridden integer not null, unreviewed integer not null,
      body text not null, work text not null)`,
    'create unique index deployment_slot on deployment (tenant_id, repository, slot) where slot is not null',
    'create index deployment_created on deployment (tenant_id, created_ms)',
    'create index deployment_due on deployment (due_ms) where final = 0',
    'create index deployment_applied on deployment (tenant_id, applied_ms) where applied_ms is not null',
    'create index deployment_unreviewed on deployment (created_ms) where unreviewed = 1',
    'create table deployment_control (tenant_id text primary key, body text not null)',
    'create table drift (tenant_id text not null, repository text not null, stack text not null, body text not null, primary key (tenant_id, repository, stack))',
  ],
}
