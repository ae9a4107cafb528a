import { z } from 'zod'
import {
  Decision,
  DecisionAction,
  DecisionState,
  interval,
  Opportunity,
  ScoreFactor,
} from '../model/decision.ts'
import { Usd } from '../model/money.ts'
import { ProviderName, ServiceName } from '../model/provider.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, TimeRange } from './page.ts'

const Reliability = z.object({
  from: z.number(),
  to: z.number(),
  outcomes: z.number().int(),
  mean_confidence: z.number().nullable(),
  hit_rate: z.number().nullable(),
  /** Wilson interval at 95 %. */
  hit_rate_low: z.number().nullable(),
  hit_rate_high: z.number().nullable(),
})

export const Weights = z.record(ScoreFactor, z.number().min(0).max(1))

export const ReplayCourse = z.object({
  name: z.string(),
  bill_usd: Usd,
  moves: z.number().int(),
  migration_usd: Usd,
  /** Bill less the bill of hindsight. */
  regret_usd: Usd,
})

export const decision = operations({
  listDecisions: {
    method: 'GET',
    path: '/api/v1/cost/decisions',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Decisions, newest first. One that says the same as the one before it is not written again.',
    query: Page.extend(TimeRange.shape).extend({
      service: listOf(ServiceName),
      action: listOf(DecisionAction),
      state: listOf(DecisionState),
    }),
    response: pageOf(Decision),
  },
  getDecision: {
    method: 'GET',
    path: '/api/v1/cost/decisions/{id}',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['NOT_FOUND'],
    summary: 'One decision with its options, tests, money, what would flip it, and what came of it.',
    params: z.object({ id: z.string() }),
    response: Decision,
  },
  decideNow: {
    method: 'POST',
    path: '/api/v1/cost/decisions/evaluate',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'What would be decided now, optionally as if prices or latencies at a provider had changed; nothing is proposed and nothing is kept.',
    body: z.object({
      services: z.array(ServiceName).max(1_000).default([]),
      weights: Weights.optional(),
      what_if: z
        .array(
          z.object({
            provider: ProviderName,
            service: ServiceName.optional(),
            cost_percent: z.number().min(-100).max(10_000).default(0),
            latency_percent: z.number().min(-100).max(100_000).default(0),
            outage: z.boolean().default(false),
          }),
        )
        .max(100)
        .default([]),
    }),
    response: z.object({ decisions: z.array(Decision) }),
  },
  proposeDecision: {
    method: 'POST',
    path: '/api/v1/cost/decisions/{id}/propose',
    tag: 'cost',
    permission: 'deployments:write',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary:
      'Open a deployment for a decision; a held one is proposed by a person on their own judgement, which is written into it.',
    params: z.object({ id: z.string() }),
    body: z.object({ comment: z.string().max(2_000).default('') }),
    response: z.object({ deployment_id: z.string() }),
  },
  dropDecision: {
    method: 'POST',
    path: '/api/v1/cost/decisions/{id}/drop',
    tag: 'cost',
    permission: 'cost:write',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Say no to a decision, and why; it is not made again until the cooldown is over.',
    params: z.object({ id: z.string() }),
    body: z.object({ reason: z.string().min(1).max(2_000) }),
    response: Decision,
  },
  listOpportunities: {
    method: 'GET',
    path: '/api/v1/cost/opportunities',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary: 'Where money could be had, the most first: right-sizing, consolidation, spot, idle, and moves.',
    response: z.object({ opportunities: z.array(Opportunity), notices: z.array(z.string()) }),
  },
  getCalibration: {
    method: 'GET',
    path: '/api/v1/cost/calibration',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary:
      'What the confidences of decisions were worth: outcomes by confidence, Brier score; below 30 outcomes not yet calibrated.',
    response: z.object({
      outcomes: z.number().int(),
      calibrated: z.boolean(),
      brier: z.number().nullable(),
      bins: z.array(Reliability),
    }),
  },
  listSavings: {
    method: 'GET',
    path: '/api/v1/cost/savings',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'What was predicted and what was realised, by decision.',
    query: TimeRange,
    response: z.object({
      savings: z.array(
        z.object({
          decision_id: z.string(),
          service: ServiceName,
          at: Time,
          predicted_usd: interval(Usd).nullable(),
          realised_usd: interval(Usd).nullable(),
          measured_until: Time.nullable(),
          right: z.boolean().nullable(),
        }),
      ),
      realised_total_usd: Usd.nullable(),
    }),
  },
  replayDecisions: {
    method: 'POST',
    path: '/api/v1/cost/replay',
    tag: 'cost',
    permission: 'cost:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Decide a period again with other weights or rules: bill, moves and regret beside never moving, always the cheapest, and hindsight.',
    body: z.object({
      start: Time,
      end: Time,
      services: z.array(ServiceName).max(1_000).default([]),
      weights: Weights.optional(),
      settings: z.record(z.string(), z.unknown()).default({}),
    }),
    response: z.object({
      courses: z.array(ReplayCourse),
      moves: z.array(z.object({ service: ServiceName, at: Time, from: ProviderName, to: ProviderName })),
      samples: z.number().int(),
      /** Share of the period in which prices were known. */
      coverage: z.number(),
      notices: z.array(z.string()),
    }),
  },
})
