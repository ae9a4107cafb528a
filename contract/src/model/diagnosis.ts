import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Matcher } from './label.ts'
import { Time } from './time.ts'

/** Something that can be looked up again: what was seen, where, when, and the selection that shows it. */
export const Evidence = z.object({
  id: z.string(),
  kind: z.enum([
    'METRIC_CHANGE',
    'ONSET',
    'TOPOLOGY',
    'TRACE',
    'LOG',
    'CHANGE',
    'KUBERNETES',
    'HEALTHY',
    'ALERT',
  ]),
  entity: EntityId.optional(),
  sentence: z.string(),
  metric: z.string().optional(),
  unit: z.string().optional(),
  baseline: z.number().optional(),
  value: z.number().optional(),
  at: Time.optional(),
  /** Select these series over this range to see it. */
  query: z.object({ matchers: z.array(Matcher), start: Time, end: Time }).optional(),
  trace_id: z.string().optional(),
  /** Share of this evidence in the cause's score, 0..1. */
  weight: z.number().optional(),
})
export type Evidence = z.infer<typeof Evidence>

export const Cause = z.object({
  rank: z.number().int().positive(),
  entity: EntityId,
  metric: z.string().optional(),
  /** What kind of trouble the evidence looks like, in the words runbooks match on. */
  category: z.enum([
    'LATENCY',
    'ERRORS',
    'CPU',
    'MEMORY',
    'POOL',
    'DOWN',
    'DEPLOY',
    'TRAFFIC',
    'DISK',
    'NETWORK',
    'OTHER',
  ]),
  probability: z.number().min(0).max(1),
  confidence: z.enum(['HIGH', 'MEDIUM', 'LOW']),
  sentence: z.string(),
  evidence: z.array(Evidence),
  suggested_runbook_id: z.string().nullable(),
  /** Causes of one group explain the same symptoms, one instead of the other; several groups are several causes at once. From 1. */
  group: z.number().int().positive().optional(),
  /** How much of the symptoms goes with this cause and would go without it, as far as the series tell; `null` where too few samples do. */
  counterfactual: z
    .object({
      sentence: z.string(),
      /** 0..1. */
      explained_share: z.number().min(0).max(1),
    })
    .nullable()
    .optional(),
})
export type Cause = z.infer<typeof Cause>

export const Diagnosis = z.object({
  id: z.string(),
  incident_id: z.string(),
  /** Grows with each refinement of the same incident. */
  revision: z.number().int().positive(),
  created_at: Time,
  causes: z.array(Cause),
  /** What the causes' probabilities leave: none of them. */
  unknown_probability: z.number().min(0).max(1),
  causal_chain: z.array(z.object({ entity: EntityId, sentence: z.string(), at: Time })),
  /** What was looked at, healthy things included. */
  checked: z.array(
    z.object({
      entity: EntityId,
      verdict: z.enum(['CAUSE', 'SYMPTOM', 'HEALTHY', 'NO_DATA']),
      sentence: z.string(),
    }),
  ),
  /** What would change the verdict, one sentence each. */
  would_change: z.array(z.string()).optional(),
  /** Whom the first cause reaches: it and what depends on it, where that is in trouble. */
  impact: z
    .object({
      entities: z.array(EntityId),
      /** Requests a second that come to the outermost of these now, times the share that fails or waits; `null` where no series says it. */
      requests_per_second: z.number().nullable(),
      sentence: z.string(),
    })
    .nullable()
    .optional(),
  method: z.string(),
  /** What the diagnosis had to do without, for example "no topology". */
  degraded: z.array(z.string()),
  seconds: z.number(),
})
export type Diagnosis = z.infer<typeof Diagnosis>
