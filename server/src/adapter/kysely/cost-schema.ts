/** Tables of price books, budgets and spend by the hour. */
export type CostSchema = {
  /** A row a version. */
  price_book: { tenant_id: string; name: string; as_of_ms: number; body: string }
  budget: { tenant_id: string; id: string; name: string; body: string }
  cost_hour: { tenant_id: string; hour_ms: number; body: string }
}

export const costMigration: { name: string; statements: readonly string[] } = {
  name: '0011-cost',
  statements: [
    'create table price_book (tenant_id text not null, name text not null, as_of_ms bigint not null, body text not null, primary key (tenant_id, name, as_of_ms))',
    'create table budget (tenant_id text not null, id text not null, name text not null, body text not null, primary key (tenant_id, id))',
    'create unique index budget_name on budget (tenant_id, name)',
    'create table cost_hour (tenant_id text not null, hour_ms bigint not null, body text not null, primary key (tenant_id, hour_ms))',
    'create index cost_hour_old on cost_hour (hour_ms)',
  ],
}
