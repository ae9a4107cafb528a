/** Table of predictions; `series` is the key of the labels. */
export type PredictionSchema = {
  prediction: {
    id: string
    tenant_id: string
    watch: string
    series: string
    state: string
    predicted_ms: number
    settled_ms: number | null
    body: string
  }
}

export const predictionMigration: { name: string; statements: readonly string[] } = {
  name: '0015-forecasts',
  statements: [
    `create table prediction (id text primary key, tenant_id text not null, watch text not null, series text not null, state text not null,
      predicted_ms bigint not null, settled_ms bigint, body text not null)`,
    `create unique index prediction_open on prediction (tenant_id, watch, series) where state = 'OPEN'`,
    'create index prediction_predicted on prediction (tenant_id, predicted_ms)',
    'create index prediction_settled on prediction (tenant_id, watch, settled_ms) where settled_ms is not null',
    'create index prediction_old on prediction (predicted_ms)',
  ],
}
