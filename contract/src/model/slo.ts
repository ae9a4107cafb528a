import { z } from 'zod'
import { Labels } from './label.ts'
import { Duration, Time } from './time.ts'

const promql = z.string().min(1).max(4_096)
const service = z.string().min(1).max(200)

/**
 * What is measured. A query may hold `{{.window}}` where its range stands: `sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))`;
 * a bare selector of a counter is summed over it.
 */
export const SloIndicator = z.discriminatedUnion('kind', [
  /** Events: `total`, and of these either the good ones or the bad ones. */
  z.object({
    kind: z.literal('RATIO'),
    good: promql.nullable().default(null),
    bad: promql.nullable().default(null),
    total: promql,
  }),
  /** Requests of a latency histogram, classic or native: good are those below, in the histogram's own unit. */
  z.object({ kind: z.literal('HISTOGRAM'), histogram: promql, below: z.number().positive() }),
  /** Minutes: good are those in which the value is below the one or above the other; those without a value count for nothing. */
  z.object({
    kind: z.literal('VALUE'),
    query: promql,
    below: z.number().nullable().default(null),
    above: z.number().nullable().default(null),
  }),
  /** Requests that a service answers within so many seconds. */
  z.object({ kind: z.literal('LATENCY'), service, below: z.number().positive() }),
  /** Requests that a service answers without failing (HTTP 5xx, or a span in error). */
  z.object({ kind: z.literal('ERRORS'), service }),
  /** Minutes with requests in which at least `slice_target` of them did not fail. */
  z.object({
    kind: z.literal('AVAILABILITY'),
    service,
    slice_target: z.number().gt(0).lte(1).default(0.95),
  }),
])
export type SloIndicator = z.infer<typeof SloIndicator>

export const SloWindow = z.enum(['7d', '14d', '28d', '30d', '90d', 'CALENDAR_MONTH'])
export type SloWindow = z.infer<typeof SloWindow>

/** PAGE wakes somebody up, TICKET waits for the day. */
export const BurnSeverity = z.enum(['PAGE', 'TICKET'])
export type BurnSeverity = z.infer<typeof BurnSeverity>

/** Fires while the budget burns faster than `burn_rate` times what the window allows, over the long and over the short window. */
export const BurnRule = z.object({
  severity: BurnSeverity,
  burn_rate: z.number().positive().max(100_000),
  long_window: Duration,
  short_window: Duration,
})
export type BurnRule = z.infer<typeof BurnRule>

export const SloAlerting = z.object({
  enabled: z.boolean().default(true),
  /** Empty: 14.4 over 1h and 5m, 6 over 6h and 30m (pages), 3 over 1d and 2h, 1 over 3d and 6h (tickets), scaled from 30 days to the window. */
  rules: z.array(BurnRule).max(8).default([]),
  /** Events that a long window must hold for its burn rate to count; not for objectives in minutes. */
  minimum_events: z.number().int().min(0).max(1_000_000_000).default(100),
  /** Shown with its alerts. */
  runbook_url: z.string().max(2_048).default(''),
})
export type SloAlerting = z.infer<typeof SloAlerting>

export const SloInput = z.object({
  /** Unique within a tenant. */
  name: z.string().min(1).max(128),
  description: z.string().max(4_096).default(''),
  /** Whom it is about; empty: the service of the indicator, if it names one. */
  service: z.string().max(200).default(''),
  team: z.string().max(128).default(''),
  labels: Labels.default({}),
  indicator: SloIndicator,
  /** Percent that has to be good: 99.9 */
  objective: z.number().gt(0, 'more than 0').lt(100, 'less than 100: 100 leaves no budget'),
  window: SloWindow.default('30d'),
  alerting: SloAlerting.prefault({}),
  enabled: z.boolean().default(true),
})
export type SloInput = z.infer<typeof SloInput>

export const Slo = SloInput.extend({
  id: z.string(),
  /** The document that says it, which alone can change it; null for one made here. */
  document: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
  created_by: z.string(),
})
export type Slo = z.infer<typeof Slo>

/** EXHAUSTED: nothing is left. BURNING: an alert fires. NO_DATA: nothing is known of the last minutes, or of the window. */
export const SloState = z.enum(['OK', 'BURNING', 'EXHAUSTED', 'NO_DATA', 'DISABLED'])
export type SloState = z.infer<typeof SloState>

const ratio = z.number().nullable()

/** How fast the budget burns: 1 uses exactly all of it by the end of the window. Null where nothing is known. */
export const BurnRate = z.object({
  window: Duration,
  burn_rate: ratio,
  /** Share of bad events, or minutes. */
  error_ratio: ratio,
  events: z.number(),
  /** Share of that time of which something is known, 0 to 1. */
  coverage: z.number(),
})
export type BurnRate = z.infer<typeof BurnRate>

export const BurnAlert = BurnRule.extend({
  long_burn_rate: ratio,
  short_burn_rate: ratio,
  firing: z.boolean(),
  since: Time.nullable(),
  /** LOW_TRAFFIC: the long window holds fewer events than `minimum_events`. */
  held_back: z.enum(['LOW_TRAFFIC']).nullable(),
})
export type BurnAlert = z.infer<typeof BurnAlert>

export const SloBudget = z.object({
  /** EVENTS, or MINUTES for VALUE and AVAILABILITY. */
  unit: z.enum(['EVENTS', 'MINUTES']),
  /** What may be bad: a share of the events known so far, or of the window's minutes. Null while nothing is known. */
  total: z.number().nullable(),
  used: z.number(),
  /** Negative when it is overspent. */
  left: z.number().nullable(),
  used_ratio: ratio,
  left_ratio: ratio,
})
export type SloBudget = z.infer<typeof SloBudget>

/** When nothing will be left. `at` null: not within the horizon. */
export const SloExhaustion = z.object({
  /** FORECAST: from the course of the budget, p10 to p90. BURN_RATE: at the burn rates of now, fastest to slowest. */
  method: z.enum(['FORECAST', 'BURN_RATE']),
  at: Time.nullable(),
  earliest: Time.nullable(),
  latest: Time.nullable(),
  horizon: Time,
})
export type SloExhaustion = z.infer<typeof SloExhaustion>

export const SloStatus = z.object({
  state: SloState,
  /** Why, in a sentence. */
  reason: z.string(),
  /** Up to which moment events are counted; null before the first look. */
  evaluated_at: Time.nullable(),
  /** The share that was good over the window; null where nothing is known. */
  ratio,
  window: z.object({
    start: Time,
    end: Time,
    /** Share of the time since it began of which something is known. */
    coverage: z.number(),
    /** False while less than 99 % of it are known: it is new, or data is missing. */
    full: z.boolean(),
  }),
  events: z.object({ total: z.number(), bad: z.number() }),
  budget: SloBudget,
  burn_rates: z.array(BurnRate),
  alerts: z.array(BurnAlert),
  exhaustion: SloExhaustion.nullable(),
  /** What a reader should know: queries without data, a window that is not full, little traffic. */
  notices: z.array(z.string()),
})
export type SloStatus = z.infer<typeof SloStatus>

export const SloView = z.object({ slo: Slo, status: SloStatus })
export type SloView = z.infer<typeof SloView>

/** Null where nothing is recorded. */
export const SloPoint = z.object({
  at: Time,
  /** Share of the budget that was left then. */
  budget_left_ratio: ratio,
  /** Over the step that ends there. */
  error_ratio: ratio,
})
export type SloPoint = z.infer<typeof SloPoint>
