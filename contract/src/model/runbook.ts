import { z } from 'zod'
import { Matcher } from './label.ts'
import { Duration } from './time.ts'

const text = z.string().min(1).max(4_096)

/** A test of a metric: the aggregate over the last `window` of the selected series, compared with a bound or the baseline before the incident. */
export const MetricCondition = z.object({
  metric: text,
  matchers: z.array(Matcher).default([]),
  window: Duration.default('10s'),
  aggregate: z.enum(['mean', 'min', 'max', 'last']).default('mean'),
  op: z.enum(['<', '<=', '>', '>=']),
  /** Either an absolute bound in the metric's unit, or a multiple of its median before the incident. */
  value: z.number().optional(),
  times_baseline: z.number().positive().optional(),
})
export type MetricCondition = z.infer<typeof MetricCondition>

const step = {
  name: text,
  on_failure: z.enum(['ABORT', 'CONTINUE', 'RETRY']).default('ABORT'),
  retry: z.object({ max_attempts: z.number().int().min(1).max(10), backoff: Duration }).optional(),
}

/** Only a step that says it is idempotent may be run again when its outcome is unknown. */
export const RunbookStep = z.discriminatedUnion('type', [
  z.object({
    ...step,
    type: z.literal('http'),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: text,
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
    timeout: Duration.default('30s'),
    idempotent: z.boolean().default(false),
  }),
  z.object({ ...step, type: z.literal('wait'), duration: Duration }),
  z.object({
    ...step,
    type: z.literal('condition'),
    condition: MetricCondition,
    within: Duration.default('30s'),
  }),
])
export type RunbookStep = z.infer<typeof RunbookStep>

/** Definition of a runbook, one YAML document. Text may hold `{{entity}}`, `{{service}}`, `{{incident_id}}`, `{{parameters.NAME}}`. */
export const Runbook = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  name: text,
  description: z.string().default(''),
  version: z.number().int().positive().default(1),
  /** Proposed for a diagnosis whose first cause fits; empty lists fit everything. */
  match: z.object({
    categories: z.array(z.string()).default([]),
    entities: z.array(z.string()).default([]),
    min_probability: z.number().min(0).max(1).default(0.3),
  }),
  parameters: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).default({}),
  approval: z
    .object({ required: z.boolean().default(true), timeout: Duration.default('30m') })
    .default({ required: true, timeout: '30m' }),
  blast_radius: z.object({ max_affected_services: z.number().int().positive() }).optional(),
  steps: z.array(RunbookStep).min(1).max(50),
  /** Must all hold, without a break, for `hold` within `within`; else the rollback runs. */
  verify: z
    .object({
      conditions: z.array(MetricCondition).default([]),
      anomalies_ended: z.boolean().default(true),
      hold: Duration.default('10s'),
      within: Duration.default('60s'),
    })
    .default({ conditions: [], anomalies_ended: true, hold: '10s', within: '60s' }),
  rollback: z.array(RunbookStep).max(50).default([]),
})
export type Runbook = z.infer<typeof Runbook>
