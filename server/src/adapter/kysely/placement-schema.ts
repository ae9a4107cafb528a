/** Tables of placement decisions and what they stand on. `outcome`: 1 right, 0 wrong, null not known. */
export type PlacementSchema = {
  placement_decision: {
    id: string
    tenant_id: string
    service: string
    at_ms: number
    action: string
    state: string
    confidence: number | null
    outcome: number | null
    body: string
  }
  placement_state: { tenant_id: string; service: string; body: string }
}

export const placementMigration: { name: string; statements: readonly string[] } = {
  name: '0012-placement',
  statements: [
    `create table placement_decision (id text not null, tenant_id text not null, service text not null, at_ms bigint not null, action text not null,
      state text not null, confidence double precision, outcome integer, body text not null, primary key (tenant_id, id))`,
    'create index placement_decision_at on placement_decision (tenant_id, at_ms)',
    'create index placement_decision_service on placement_decision (tenant_id, service, at_ms)',
    'create index placement_decision_old on placement_decision (at_ms)',
    'create index placement_decision_outcome on placement_decision (tenant_id, at_ms) where outcome is not null',
    'create table placement_state (tenant_id text not null, service text not null, body text not null, primary key (tenant_id, service))',
  ],
}
