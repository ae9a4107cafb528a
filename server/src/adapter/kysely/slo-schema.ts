export type SloSchema = {
  slo: { tenant_id: string; id: string; name: string; body: string }
}

export const sloMigration: { name: string; statements: readonly string[] } = {
  name: '0016-slos',
  statements: [
    'create table slo (tenant_id text not null, id text not null, name text not null, body text not null, primary key (tenant_id, id))',
    'create unique index slo_name on slo (tenant_id, name)',
  ],
}
