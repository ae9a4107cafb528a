import { z } from 'zod'
import { Labels } from './label.ts'
import { Severity } from './severity.ts'
import { Duration, Time } from './time.ts'

/** COMBINED: several have a say, `members` says which. NAIVE: as it is; SEASONAL_NAIVE: as a season ago. */
export const ForecastMethod = z.enum([
  'NAIVE',
  'SEASONAL_NAIVE',
  'TREND',
  'HOLT_WINTERS',
  'DECOMPOSITION',
  'COMBINED',
])
export type ForecastMethod = z.infer<typeof ForecastMethod>

/** Of an 80 % interval: one time in ten the value is below p10, one in ten above p90. */
export const Quantiles = z.object({ p10: z.number(), p50: z.number(), p90: z.number() })
export type Quantiles = z.infer<typeof Quantiles>

export const ForecastPoint = Quantiles.extend({ time: Time })
export type ForecastPoint = z.infer<typeof ForecastPoint>

export const ForecastMember = z.object({
  method: ForecastMethod,
  season_seconds: z.number().nullable(),
  /** 0 to 1; all of a series sum to 1. */
  weight: z.number(),
})

/** What the same way of foretelling would have got wrong on this series, from moments in its past. */
export const ForecastBacktest = z.object({
  /** Moments that were foretold from, and values that were foretold. */
  origins: z.number().int(),
  targets: z.number().int(),
  /** Share of later values within [p10, p90] as it would have been; 0.8 is meant. Null with too few to say. */
  coverage: z.number().nullable(),
  /** Mean absolute error in the series' unit, and that of "as a season ago" (without a season "as it is"). */
  error: z.number(),
  naive_error: z.number(),
})
export type ForecastBacktest = z.infer<typeof ForecastBacktest>

export const BreachDirection = z.enum(['ABOVE', 'BELOW'])
export type BreachDirection = z.infer<typeof BreachDirection>

/** When a limit is reached. `p10`: by then with a chance of one in ten; null where that is not within the horizon. */
export const Breach = z.object({
  limit: z.number(),
  direction: BreachDirection,
  /** Of reaching it within the horizon, 0 to 1. */
  probability: z.number(),
  /** It is there now; the times are then null. */
  already: z.boolean(),
  p10: Time.nullable(),
  p50: Time.nullable(),
  p90: Time.nullable(),
})
export type Breach = z.infer<typeof Breach>

export const SeriesForecast = z.object({
  labels: Labels,
  /** Why there is none; all that follows is then empty or null. */
  refused: z.string().nullable(),
  last: z.object({ time: Time, value: z.number() }).nullable(),
  method: ForecastMethod.nullable(),
  /** Ways that have a say, the most first. */
  members: z.array(ForecastMember),
  season_seconds: z.number().nullable(),
  /** Change a day, since the last change of level; `significant` with 95 %. */
  trend_per_day: z
    .object({ mid: z.number(), low: z.number(), high: z.number(), significant: z.boolean() })
    .nullable(),
  /** Each step, thinned to `points_max`. */
  points: z.array(ForecastPoint),
  /** What was looked at, thinned to the same. Null: no value. */
  history: z.array(z.object({ time: Time, value: z.number().nullable() })),
  /** A quarter of the history ahead: beyond it, less can be trusted. */
  trusted_until: Time.nullable(),
  backtest: ForecastBacktest.nullable(),
  /** For each limit that was asked about. */
  breaches: z.array(Breach),
  /** What a reader should know, in sentences. */
  notes: z.array(z.string()),
})
export type SeriesForecast = z.infer<typeof SeriesForecast>

export const CapacityKind = z.enum([
  'DISK',
  'INODES',
  'MEMORY',
  'CPU',
  'QUOTA',
  'GPU_MEMORY',
  'CERTIFICATE',
  'VOLUME',
])
export type CapacityKind = z.infer<typeof CapacityKind>

/** SCALE: over 70 % used now. PROCURE: 80 % in less than three months. RENEW: a certificate that ends soon. UNKNOWN: too little history. */
export const CapacityAdvice = z.enum(['SCALE', 'PROCURE', 'RENEW', 'OK', 'UNKNOWN'])
export type CapacityAdvice = z.infer<typeof CapacityAdvice>

/** Days from now; null: not within the horizon. `p10` is the early end. */
export const DaysTo = z.object({
  p10: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
})
export type DaysTo = z.infer<typeof DaysTo>

export const CapacityRow = z.object({
  kind: CapacityKind,
  /** What it is, for example `/data of node-1`. */
  name: z.string(),
  labels: Labels,
  /** Share in use, 0 to 1; of a certificate null. */
  used: z.number().nullable(),
  /** In `unit`; null where only the share is known. */
  used_amount: z.number().nullable(),
  capacity: z.number().nullable(),
  unit: z.string(),
  /** Change of the share a day; null before there is history enough, and of certificates. */
  trend_per_day: z
    .object({ mid: z.number(), low: z.number(), high: z.number(), significant: z.boolean() })
    .nullable(),
  days_to_80: DaysTo.nullable(),
  /** Of a certificate: until it ends, the same three times. */
  days_to_full: DaysTo.nullable(),
  advice: CapacityAdvice,
  /** Why, in a sentence. */
  reason: z.string(),
  method: ForecastMethod.nullable(),
  backtest: ForecastBacktest.nullable(),
  history_days: z.number(),
  /** As far as days are foretold. */
  horizon_days: z.number(),
  /** PromQL of the share (of a certificate: of its end), and the time of its newest value. */
  query: z.string(),
  as_of: Time,
})
export type CapacityRow = z.infer<typeof CapacityRow>

/** Something a plan would hold, had anybody sent it. */
export const CapacityGap = z.object({
  kind: CapacityKind,
  reason: z.string(),
  /** Metrics that were looked for. */
  looked_for: z.array(z.string()),
})
export type CapacityGap = z.infer<typeof CapacityGap>

/** OPEN until it is known. HIT: the limit was reached between the early and the late end. EARLY: sooner; MISS: not by then. LOST: no more values. */
export const PredictionState = z.enum(['OPEN', 'HIT', 'EARLY', 'MISS', 'LOST'])
export type PredictionState = z.infer<typeof PredictionState>

export const Prediction = z.object({
  id: z.string(),
  watch: z.string(),
  labels: Labels,
  query: z.string(),
  predicted_at: Time,
  /** What it was then. */
  value: z.number(),
  limit: z.number(),
  direction: BreachDirection,
  probability: z.number(),
  /** When the limit would be reached; `latest` null: not within what was looked at, it is then held against the end of that. */
  earliest: Time,
  middle: Time,
  latest: Time.nullable(),
  /** When it is judged at the latest. */
  due_at: Time,
  method: ForecastMethod,
  backtest: ForecastBacktest,
  /** Whether people were told; else `withheld` says why not. */
  alerted: z.boolean(),
  withheld: z.string().nullable(),
  state: PredictionState,
  settled_at: Time.nullable(),
  /** When the limit was reached. */
  breached_at: Time.nullable(),
})
export type Prediction = z.infer<typeof Prediction>

export const ForecastWatch = z.object({
  name: z.string(),
  query: z.string(),
  limit: z.number(),
  direction: BreachDirection,
  lead: Duration,
  severity: Severity,
  enabled: z.boolean(),
  /** Of those settled: HIT over HIT, EARLY and MISS. Null before there is one. */
  hit_rate: z.number().nullable(),
  hits: z.number().int(),
  misses: z.number().int(),
  open: z.number().int(),
  /** Why its alerts are held back; null where they are not. */
  withheld: z.string().nullable(),
  /** Series it looked at last, and when; null before the first look. */
  series: z.number().int(),
  looked_at: Time.nullable(),
  /** Why the last look found less than it should, in a sentence; null where all is well. */
  problem: z.string().nullable(),
})
export type ForecastWatch = z.infer<typeof ForecastWatch>
