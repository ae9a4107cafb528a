import { z } from 'zod'
import { AnomalyShape, DetectionTier } from './anomaly.ts'
import { EntityId } from './entity.ts'
import { Labels, Matcher } from './label.ts'
import { Series } from './series.ts'
import { Severity } from './severity.ts'
import { Duration, durationMs, Time } from './time.ts'

/** AUTO: the tiers follow from the series' step. BASIC: that one alone. AGILE and ROBUST are one engine: either asks for both, whatever the step. */
export const TierPin = z.enum(['AUTO', 'BASIC', 'AGILE', 'ROBUST'])
export type TierPin = z.infer<typeof TierPin>

/** AUTO: found where there is one. NONE: not looked for. The others: known to be there, learned from the first period on. */
export const Seasonality = z.enum(['AUTO', 'HOURLY', 'DAILY', 'WEEKLY', 'NONE'])
export type Seasonality = z.infer<typeof Seasonality>

const length = (leastMs: number, mostMs: number, least: string, most: string) =>
  Duration.refine((text) => durationMs(text) >= leastMs && durationMs(text) <= mostMs, `${least} to ${most}`)

const week = 604_800_000
/** Everything that can be set of how a series is judged. */
export const DetectionParameters = z.strictObject({
  enabled: z.boolean().describe('false: not watched.'),
  tier: TierPin.describe('Which tiers look at it. AGILE and ROBUST are one engine: either asks for both.'),
  sensitivity: z
    .number()
    .min(0)
    .max(1)
    .describe('0 lenient, 1 strict: the bound is 8.5 − 5 × sensitivity robust standard deviations.'),
  seasonality: Seasonality.describe('Whether what repeats by the hour, day or week is expected to.'),
  window: length(10_000, 8 * week, '10s', '8w')
    .nullable()
    .describe('Over how much time the usual values are learned; null: over detect.memory_points points.'),
  min_data_points: z
    .number()
    .int()
    .min(5)
    .max(100_000)
    .describe('Points a series needs before it is judged.'),
  cooldown: length(0, week, '0s', '1w').describe(
    'After an anomaly the same series needs twice the evidence for this long.',
  ),
  persistence: length(0, week, '0s', '1w').describe('Time a change must last before it is told.'),
  persistence_points: z.number().int().min(1).max(1_000).describe('Points a change must last.'),
  min_effect: z
    .number()
    .min(0)
    .nullable()
    .describe(
      'Least change worth telling: absolute for ratios, a share of the usual value for the rest; null: by the kind of metric.',
    ),
  severity_max: Severity.describe('Never more severe than this.'),
  multivariate: z
    .boolean()
    .describe('Whether it is judged together with the other metrics of its entity, too.'),
  above: z.number().nullable().describe('Values above it are a THRESHOLD_BREACH; null: no such limit.'),
  below: z.number().nullable().describe('Values below it are a THRESHOLD_BREACH; null: no such limit.'),
  budget: z
    .number()
    .min(0.001)
    .max(1_000)
    .nullable()
    .describe(
      'Episodes a series may have in a day; what has more gets a wider bound until it keeps to it. null: no budget.',
    ),
})
export type DetectionParameters = z.infer<typeof DetectionParameters>

/** All parts must fit; without any, every series does. */
export const DetectionMatch = z.strictObject({
  /** Metric name, `*` for any text and `?` for one character: `system.*` fits all that begins with it. */
  metric: z.string().min(1).max(256).optional(),
  labels: z.array(Matcher).max(16).optional(),
  /** Exactly one series: all its labels, with `__name__`. */
  series: Labels.optional(),
})
export type DetectionMatch = z.infer<typeof DetectionMatch>

/** What differs for the series that `match` fits. A parameter is that of the first rule that fits and names it. */
export const DetectionRule = DetectionParameters.partial().extend({
  name: z.string().min(1).max(128),
  match: DetectionMatch,
})
export type DetectionRule = z.infer<typeof DetectionRule>

/** What a tenant sets. Defaults that are left out are the platform's. */
export const DetectionSettingsInput = z.strictObject({
  defaults: DetectionParameters.partial().default({}),
  rules: z.array(DetectionRule).max(500).default([]),
})
export type DetectionSettingsInput = z.infer<typeof DetectionSettingsInput>

/** The settings in force. Rules come first, then `shipped`, which the platform knows of common metrics, then the defaults. */
export const DetectionSettings = z.object({
  /** 0 until a tenant sets its own; counts every change. */
  revision: z.number().int().nonnegative(),
  defaults: DetectionParameters,
  rules: z.array(DetectionRule),
  shipped: z.array(DetectionRule),
  updated_at: Time.nullable(),
  updated_by: z.string().nullable(),
})
export type DetectionSettings = z.infer<typeof DetectionSettings>

/** LEARNING: not judged yet. ANOMALOUS: has an anomaly now. SILENT: nothing came for ten of its intervals. */
export const DetectorState = z.enum(['LEARNING', 'WATCHING', 'ANOMALOUS', 'SILENT', 'MAINTENANCE'])
export type DetectorState = z.infer<typeof DetectorState>

/** What the detectors know of one series. Values are in the series' unit. */
export const DetectorView = z.object({
  series: Series,
  entity: EntityId.optional(),
  /** BASIC, or AGILE where the higher tiers look at it now, both of them; and what is asked for. */
  tier: DetectionTier,
  tier_pin: TierPin,
  state: DetectorState,
  points: z.number().int(),
  /** What is missing before it is judged; both 0 once it is. */
  missing: z.object({ points: z.number().int(), seconds: z.number() }),
  /** Where the next value is expected; null before it is judged. */
  expected: z.object({ low: z.number(), mid: z.number(), high: z.number() }).nullable(),
  last_value: z.number().nullable(),
  last_at: Time.nullable(),
  /** Usual time between two points; null before there are two. */
  step_seconds: z.number().nullable(),
  /** Robust standard deviations from the usual value, before and after what was learned of the series' noise. */
  bound: z.number(),
  bound_effective: z.number(),
  /** Largest deviation met that was none, and how large in bounds what came and passed is by now. */
  tail: z.number(),
  habit: z.number(),
  /** How much the budget widened the bound, and how much corrections changed it; 1 for not at all. */
  budget_factor: z.number(),
  correction_factor: z.number(),
  /** Episodes that still count against the budget; null where there is none. */
  episodes_counted: z.number().nullable(),
  /** The season in use, and how much of the error it takes away, 0 to 1; null for none. */
  season: z.object({ period: z.enum(['HOURLY', 'DAILY', 'WEEKLY']), strength: z.number() }).nullable(),
  anomaly_ids: z.array(z.string()),
  /** Names of the rules that decided anything, first those of the tenant. */
  rules: z.array(z.string()),
  bytes: z.number().int(),
})
export type DetectorView = z.infer<typeof DetectorView>

/** How far points came, and what that costs. Since the process began. */
export const DetectionFunnel = z.object({
  since: Time,
  series: z.object({
    watched: z.number().int(),
    learning: z.number().int(),
    /** Seen and left out by settings. */
    not_watched: z.number().int(),
    /** Not watched because there are too many. */
    refused: z.number().int(),
  }),
  points: z.number().int(),
  tiers: z.array(
    z.object({
      tier: DetectionTier,
      series: z.number().int(),
      /** Points that it looked at. */
      points: z.number().int(),
      /** Points that went no further, and the share of all that is. */
      ended: z.number().int(),
      share: z.number(),
      /** Anomalies that it settled. */
      anomalies: z.number().int(),
      /** Points times what one costs on average in this process; null where nothing was measured: that of ROBUST is in AGILE's. */
      cpu_ms: z.number().nullable(),
    }),
  ),
  anomalies_by_shape: z.partialRecord(AnomalyShape, z.number().int()),
  /** Of all that detectors hold, divided by the series they hold it for, those of other tenants too. */
  bytes_per_series: z.number().nullable(),
  /** Where a snapshot of what was learned was last written; null where none was. */
  snapshot_at: Time.nullable(),
})
export type DetectionFunnel = z.infer<typeof DetectionFunnel>

/** An anomaly as a replay finds it: no record of it is kept. */
export const ReplayedAnomaly = z.object({
  series: Series,
  entity: EntityId.optional(),
  severity: Severity,
  shape: AnomalyShape,
  tier: DetectionTier,
  expected: z.object({ low: z.number(), mid: z.number(), high: z.number() }),
  actual: z.number(),
  deviation: z.number(),
  confidence: z.number(),
  started_at: Time,
  detected_at: Time,
  /** null: it lasted to the end. */
  ended_at: Time.nullable(),
  sentence: z.string(),
})
export type ReplayedAnomaly = z.infer<typeof ReplayedAnomaly>

const ReplayTotals = z.object({
  series: z.number().int(),
  points: z.number().int(),
  episodes: z.number().int(),
  /** Series times the days that their points span. */
  series_days: z.number(),
  episodes_per_series_day: z.number().nullable(),
  /** What these anomalies alone would have opened; null where there were too many to tell. */
  incidents: z.number().int().nullable(),
})

/** An incident that replayed anomalies alone would have opened. */
export const ReplayedIncident = z.object({
  title: z.string(),
  severity: Severity,
  created_at: Time,
  anomaly_count: z.number().int(),
})
export type ReplayedIncident = z.infer<typeof ReplayedIncident>

/** Recorded points through the settings as they are and as they would be. Lists hold the 200 first found of each. */
export const DetectionReplay = z.object({
  from: Time,
  to: Time,
  /** How many times the range was played, each time right after the time before; `to` is the end of the first. */
  repeat: z.number().int(),
  /** Points before `from` that only taught what is usual. */
  warm_up_seconds: z.number(),
  current: ReplayTotals,
  /** null where no other settings were given. */
  changed: ReplayTotals.nullable(),
  /**
   * Anomalies by how the two differ: only the changed settings find it, only the current ones, both but not alike, both alike. Where no
   * other settings were given, `added` is what the current ones find.
   */
  counts: z.object({
    added: z.number().int(),
    gone: z.number().int(),
    altered: z.number().int(),
    same: z.number().int(),
  }),
  added: z.array(ReplayedAnomaly),
  gone: z.array(ReplayedAnomaly),
  altered: z.array(z.object({ current: ReplayedAnomaly, changed: ReplayedAnomaly })),
  /** The 50 first of the settings asked about. */
  incidents: z.array(ReplayedIncident),
  /** What was not replayed, each in one sentence. */
  left_out: z.array(z.string()),
})
export type DetectionReplay = z.infer<typeof DetectionReplay>
