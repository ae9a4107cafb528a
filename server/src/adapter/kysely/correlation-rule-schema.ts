export type CorrelationRuleSchema = {
  correlation_rule: { tenant_id: string; id: string; name: string; body: string }
  correlation_rule_hit: { tenant_id: string; rule_id: string; count: number; last_ms: number }
  maintenance: { tenant_id: string; id: string; body: string }
}

export const correlationRuleMigration: { name: string; statements: readonly string[] } = {
  name: '0022-correlation-rules',
  statements: [
    'create table correlation_rule (tenant_id text not null, id text not null, name text not null, body text not null, primary key (tenant_id, id))',
    'create unique index correlation_rule_name on correlation_rule (tenant_id, name)',
    'create table correlation_rule_hit (tenant_id text not null, rule_id text not null, count integer not null, last_ms integer not null, primary key (tenant_id, rule_id))',
    'create table maintenance (tenant_id text not null, id text not null, body text not null, primary key (tenant_id, id))',
  ],
}
