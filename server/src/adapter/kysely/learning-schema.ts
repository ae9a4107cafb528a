/** Tables of what people say of findings and what was learned from it. `giver` is who said it, `metric` the first labelled series' name. */
export type LearningSchema = {
  feedback: {
    id: string
    tenant_id: string
    target: string
    target_id: string
    question: string
    giver: string
    verdict: string
    state: string
    metric: string
    updated_ms: number
    body: string
  }
  feedback_submission: { tenant_id: string; giver: string; at_ms: number }
  /** `last_number`: the highest ever given to a version of it. */
  detection_model: { tenant_id: string; id: string; last_number: number; body: string }
  model_version: { tenant_id: string; model_id: string; number: number; body: string }
  model_document: { tenant_id: string; sha256: string; body: string }
}

export const learningMigration: { name: string; statements: readonly string[] } = {
  name: '0017-learning',
  statements: [
    `create table feedback (id text not null, tenant_id text not null, target text not null, target_id text not null, question text not null,
      giver text not null, verdict text not null, state text not null, metric text not null, updated_ms bigint not null, body text not null,
      primary key (tenant_id, id))`,
    'create unique index feedback_one on feedback (tenant_id, target, target_id, question, giver)',
    'create index feedback_at on feedback (tenant_id, updated_ms)',
    'create index feedback_giver on feedback (tenant_id, giver, updated_ms)',
    'create table feedback_submission (tenant_id text not null, giver text not null, at_ms bigint not null)',
    'create index feedback_submission_giver on feedback_submission (tenant_id, giver, at_ms)',
    'create index feedback_submission_at on feedback_submission (at_ms)',
    `create table detection_model (tenant_id text not null, id text not null, last_number bigint not null, body text not null,
      primary key (tenant_id, id))`,
    `create table model_version (tenant_id text not null, model_id text not null, number bigint not null, body text not null,
      primary key (tenant_id, model_id, number))`,
    `create table model_document (tenant_id text not null, sha256 text not null, body text not null, primary key (tenant_id, sha256))`,
  ],
}
