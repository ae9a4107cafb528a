import { z } from 'zod'
import { HourlyUsd, MonthlyUsd, Usd } from './money.ts'
import { ProviderName, ProviderReading, ServiceName } from './provider.ts'
import { Time } from './time.ts'

/** MOVE: to another provider. The others are of what runs where it is. */
export const DecisionAction = z.enum(['MOVE', 'RIGHT_SIZE', 'CONSOLIDATE', 'SPOT', 'RECLAIM_IDLE', 'STAY'])
export type DecisionAction = z.infer<typeof DecisionAction>

export const ScoreFactor = z.enum(['COST', 'LATENCY', 'CREDITS', 'AVAILABILITY'])
export type ScoreFactor = z.infer<typeof ScoreFactor>

/** p10, p50 and p90 of a quantity. */
export const interval = <T extends z.ZodType>(of: T) => z.object({ p10: of, p50: of, p90: of })

/** One place where the service could be. */
export const Option = z.object({
  provider: ProviderName,
  reading: ProviderReading,
  /** Hard constraints that it breaks, in words; empty: it is allowed. */
  excluded: z.array(z.string()),
  /** Weighted score 0..1 on fixed reference scales, and its parts before weighting. */
  score: z.number().nullable(),
  factors: z.partialRecord(ScoreFactor, z.number()),
  /** Share of plausible weights and samples in which this option wins; null where it was not drawn. */
  acceptability: z.number().nullable(),
})
export type Option = z.infer<typeof Option>

/** What stood between the best option and a move. PASSED: it did not. */
export const DecisionTest = z.object({
  name: z.enum([
    'BETTER_OPTION',
    'CONFIDENCE',
    'SAVING_P10',
    'PAYBACK',
    'REGRET',
    'DWELL',
    'COOLDOWN',
    'RATE',
    'INCIDENT',
    'BUDGET',
    'FRESH_TELEMETRY',
    'FRESH_PRICES',
    'KILL_SWITCH',
    'OPEN_DEPLOYMENT',
  ]),
  passed: z.boolean(),
  /** Value and limit in words with units. */
  detail: z.string(),
})
export type DecisionTest = z.infer<typeof DecisionTest>

export const Economics = z.object({
  /** Of the horizon, migration paid. */
  saving_usd: interval(Usd),
  /** The rate once it has moved; the sign says cheaper (+) or dearer (−). */
  saving_hourly_usd: interval(HourlyUsd),
  migration_usd: Usd,
  /** What the migration's cost is made of. */
  migration_parts: z.array(z.object({ name: z.string(), usd: Usd, source: z.string() })),
  horizon_hours: z.number(),
  payback_hours: z.number().nullable(),
})
export type Economics = z.infer<typeof Economics>

export const Outcome = z.object({
  /** What was saved since, against what staying would have cost at the prices seen since. */
  realised_usd: interval(Usd),
  measured_until: Time,
  /** Share of the time since in which both prices were known. */
  coverage: z.number(),
  /** Whether it was the right choice so far: realised p50 above 0. */
  right: z.boolean().nullable(),
})
export type Outcome = z.infer<typeof Outcome>

/** What was found of an emergency afterwards: whether it was right, and what to change. */
export const EmergencyReview = z.object({
  at: Time,
  /** null: it cannot be told. */
  right: z.boolean().nullable(),
  finding: z.string(),
  /** Proposed changes of thresholds, each a setting with its value and why. */
  thresholds: z.array(z.object({ setting: z.string(), from: z.number(), to: z.number(), why: z.string() })),
  /** Text of an entry for the runbook. */
  runbook: z.string(),
})
export type EmergencyReview = z.infer<typeof EmergencyReview>

/** RECOMMENDED: all tests passed. HELD: a better option, and a test that was not passed. PROPOSED: a deployment was opened for it. */
export const DecisionState = z.enum([
  'RECOMMENDED',
  'HELD',
  'STAYING',
  'PROPOSED',
  'DONE',
  'REVERTED',
  'DROPPED',
])
export type DecisionState = z.infer<typeof DecisionState>

/** What was decided about one service at one moment, with all that is needed to decide it again. */
export const Decision = z.object({
  id: z.string(),
  service: ServiceName,
  at: Time,
  action: DecisionAction,
  state: DecisionState,
  from: z.string().nullable(),
  to: z.string().nullable(),
  options: z.array(Option),
  /** Of the options on the wanted side: the share of draws in which `to` wins; null where nothing was drawn. */
  confidence: z.number().nullable(),
  /** What such confidences were worth: null below 30 outcomes, with how many there are. */
  calibration: z.object({ outcomes: z.number().int(), hit_rate: z.number().nullable() }),
  runner_up: z.string().nullable(),
  /** Differences in weighted factors between `to` and what it is compared with; they sum to the score gap. */
  gap: z
    .object({ against: z.string(), total: z.number(), parts: z.partialRecord(ScoreFactor, z.number()) })
    .nullable(),
  /** The smallest single change that would turn the choice, in words: `flips if the latency weight is above 0.41`. */
  flips: z.array(z.string()),
  economics: Economics.nullable(),
  tests: z.array(DecisionTest),
  emergency: z.boolean(),
  /** What set an emergency off: ids of alerts, anomalies and readings, from at least two independent signals. */
  signals: z.array(z.string()),
  explanation: z.string(),
  seed: z.number().int(),
  settings_version: z.string(),
  deployment_id: z.string().nullable(),
  /** Who took it further on their own judgement although it was held: they may not approve it. */
  proposed_by: z.string().nullable().optional(),
  outcome: Outcome.nullable(),
  /** Of an emergency, once it is reviewed. */
  review: EmergencyReview.optional(),
  /** A figure on a what-if, never on what was measured. */
  hypothetical: z.boolean(),
})
export type Decision = z.infer<typeof Decision>

/** Money that could be had: where, how, how much, how sure. */
export const Opportunity = z.object({
  action: DecisionAction,
  subject: z.string(),
  summary: z.string(),
  saving_monthly_usd: interval(MonthlyUsd),
  evidence: z.array(z.string()),
  at: Time,
})
export type Opportunity = z.infer<typeof Opportunity>
