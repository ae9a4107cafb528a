import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Series } from './series.ts'
import { Severity } from './severity.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const AnomalyShape = z.enum([
  'SPIKE',
  'DROP',
  'LEVEL_SHIFT',
  'TREND_CHANGE',
  'FLAT_LINE',
  'MISSING',
  'THRESHOLD_BREACH',
  'NEW_PATTERN',
  'BROKEN_SEQUENCE',
  'PARAMETER_RANGE',
  'NEW_EDGE',
  'VARIANCE_CHANGE',
  'SEASON_BREAK',
  'MULTIVARIATE',
])
export type AnomalyShape = z.infer<typeof AnomalyShape>

export const DetectionTier = z.enum(['BASIC', 'AGILE', 'ROBUST'])
export type DetectionTier = z.infer<typeof DetectionTier>

/** One stretch of time in which one series did not do what it usually does. */
export const Anomaly = z.object({
  id: z.string(),
  tenant_id: TenantId,
  entity: EntityId.optional(),
  series: Series,
  state: z.enum(['ACTIVE', 'ENDED']),
  severity: Severity,
  shape: AnomalyShape,
  tier: DetectionTier,
  /** In the series' unit. The band is where the detector expected the value; `actual` is the worst value seen. */
  expected: z.object({ low: z.number(), mid: z.number(), high: z.number() }),
  actual: z.number(),
  /** Distance from the expected value in robust standard deviations, signed. */
  deviation: z.number(),
  /** (actual − expected) / |expected| · 100; null when nothing was expected. */
  deviation_percent: z.number().nullable(),
  /** 0..1, the detector's score; 0..1, how sure it is. */
  score: z.number().min(0).max(1),
  confidence: z.number().min(0).max(1),
  /** When it truly began, when it was noticed, when the series was back to normal. */
  started_at: Time,
  detected_at: Time,
  ended_at: Time.nullable(),
  model_version: z.string(),
  /** What happened in one sentence, numbers with their units. */
  sentence: z.string(),
  /** Of log lines: which statement of the program wrote them, and one of them without what looks like a secret. */
  pattern: z.object({ id: z.string(), template: z.string(), example: z.string() }).optional(),
  /** Of calls: who calls whom. */
  edge: z.object({ caller: z.string(), callee: z.string() }).optional(),
  /** Of MULTIVARIATE: metrics of the entity that are unusual together, the likeliest to be wrong first. */
  together: z.array(z.string()).optional(),
  /** What holds it back, or did when it ended: ids of silences, and references of rules (`heldBack`); absent for nothing. */
  silenced_by: z.array(z.string()).optional(),
  incident_id: z.string().nullable(),
})
export type Anomaly = z.infer<typeof Anomaly>
