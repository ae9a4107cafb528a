/** What language models were used for. `day` counts from 1970-01-01, UTC. */
export type ModelSpendingSchema = {
  model_spending: { tenant_id: string; day: number; tokens: number; usd: number }
}

export const modelSpendingMigration: { name: string; statements: readonly string[] } = {
  name: '0027-model-spending',
  statements: [
    `create table model_spending (tenant_id text not null, day bigint not null, tokens bigint not null, usd double precision not null,
      primary key (tenant_id, day))`,
  ],
}
