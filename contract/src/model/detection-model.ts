import { z } from 'zod'
import { FeedbackVerdict, LabelComparison } from './feedback.ts'
import { Labels } from './label.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

/** What a model of detection holds. CORRECTIONS are learned from feedback; the others are given by whoever measured them. */
export const detectionModelKinds = [
  'CORRECTIONS',
  'SENSITIVITY_PROFILE',
  'CALIBRATION_MAP',
  'CAUSE_WEIGHTS',
] as const
export const DetectionModelKind = z.enum(detectionModelKinds)
export type DetectionModelKind = z.infer<typeof DetectionModelKind>

/**
 * SHADOW: judged beside the champion, applied to nothing. CANARY: applied to a share of the series. CHAMPION: applied to all.
 * RETIRED: was champion. ROLLED_BACK: did worse, or was taken back.
 */
export const modelVersionStates = [
  'TRAINING',
  'CANDIDATE',
  'SHADOW',
  'CANARY',
  'CHAMPION',
  'RETIRED',
  'ROLLED_BACK',
] as const
export const ModelVersionState = z.enum(modelVersionStates)
export type ModelVersionState = z.infer<typeof ModelVersionState>

/** A label that a correction rests on. */
export const CorrectionLabel = z.object({
  feedback_id: z.string(),
  anomaly_id: z.string(),
  verdict: FeedbackVerdict,
  user: z.string(),
  ratio: z.number(),
  at: Time,
  /** What it counts after age, person and incident are allowed for. */
  weight: z.number(),
})
export type CorrectionLabel = z.infer<typeof CorrectionLabel>

/**
 * Hours in which something is expected of a series. Times are UTC; `to_minute` may be smaller than `from_minute`, over midnight.
 * `weekday` 0 is Sunday; null for every day.
 */
export const ExpectedWindow = z.object({
  from_minute: z.number().int().min(0).max(1_439),
  to_minute: z.number().int().min(0).max(1_439),
  weekday: z.number().int().min(0).max(6).nullable(),
})
export type ExpectedWindow = z.infer<typeof ExpectedWindow>

/** Multiplies the bound of every series whose labels include `match`; never of limits that were set, nor of silence. */
export const Correction = z.object({
  match: Labels,
  /** Above 1: less is told; below 1: more. 0.7..4. */
  factor: z.number().min(0.7).max(4),
  scope: z.enum(['SERIES', 'METRIC']),
  /** Null: at all times. */
  window: ExpectedWindow.nullable(),
  /** Weight of labels that called it real, and unreal, up to `factor`. */
  real: z.number(),
  unreal: z.number(),
  /** Mean of the posterior Beta(1 + real, 1 + unreal): how likely what is no longer told was real. */
  chance_real: z.number().min(0).max(1),
  users: z.number().int(),
  series: z.number().int(),
  labels: z.array(CorrectionLabel),
  sentence: z.string(),
})
export type Correction = z.infer<typeof Correction>

/** What a candidate would have done with what the champion told. */
export const ShadowScore = z.object({
  decisions: z.number().int(),
  champion_told: z.number().int(),
  candidate_told: z.number().int(),
  /** Decided otherwise by one than by the other. */
  differing: z.number().int(),
  /** Mean time of a decision, microseconds. */
  champion_us: z.number(),
  candidate_us: z.number(),
  /** `before` the champion, `after` the candidate, over labels the candidate was not trained on. */
  unseen: LabelComparison,
})
export type ShadowScore = z.infer<typeof ShadowScore>

export const ModelVersion = z.object({
  model_id: z.string(),
  number: z.number().int().positive(),
  tenant_id: TenantId,
  state: ModelVersionState,
  /** Share of the series it is applied to: 0, 1, 10, 50 or 100. */
  percent: z.number().int().min(0).max(100),
  /** Of the document, and of what it was trained from: the same inputs give the same document byte by byte. */
  sha256: z.string(),
  inputs_sha256: z.string(),
  size_bytes: z.number().int(),
  training: z.object({
    start: Time.nullable(),
    end: Time.nullable(),
    labels: z.number().int(),
    users: z.number().int(),
    /** Left out, and why. */
    left_out: z.record(z.string(), z.number().int()),
  }),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  /** Cross-validated over the labels it was trained on. */
  validation: LabelComparison.nullable(),
  shadow: ShadowScore.nullable(),
  corrections: z.number().int(),
  parent: z.number().int().nullable(),
  created_at: Time,
  created_by: z.string(),
  /** Why it was made, and why it is in its state. */
  trigger: z.string(),
  reason: z.string(),
  entered_at: Time,
  promoted_at: Time.nullable(),
  retired_at: Time.nullable(),
})
export type ModelVersion = z.infer<typeof ModelVersion>

/** PSI: population stability index; below 0.1 stable, from 0.1 WARNING, from 0.25 CRITICAL; UNKNOWN where there is too little to say. */
export const FeatureDrift = z.object({
  feature: z.string(),
  psi: z.number().nullable(),
  /** What chance alone stays below in 95 of 100 cases with so many values; a PSI under it says nothing. */
  chance: z.number().nullable(),
  status: z.enum(['STABLE', 'WARNING', 'CRITICAL', 'UNKNOWN']),
  reference: z.number().int(),
  recent: z.number().int(),
})
export type FeatureDrift = z.infer<typeof FeatureDrift>

export const ModelDrift = z.object({
  at: Time,
  status: z.enum(['STABLE', 'WARNING', 'CRITICAL', 'UNKNOWN']),
  reference: z.object({ start: Time, end: Time }).nullable(),
  recent: z.object({ start: Time, end: Time }),
  features: z.array(FeatureDrift),
  /** Hours since the champion was trained, and whether that is too long. */
  age_hours: z.number().nullable(),
  stale: z.boolean(),
  /** Of the labels of the last day, the share that was not real. */
  unreal_share: z.number().nullable(),
  labels: z.number().int(),
  sentence: z.string(),
})
export type ModelDrift = z.infer<typeof ModelDrift>

/** One thing that has versions; at any time one of them, or none, is in force. */
export const DetectionModel = z.object({
  id: z.string(),
  tenant_id: TenantId,
  kind: DetectionModelKind,
  champion: z.number().int().nullable(),
  candidate: z.number().int().nullable(),
  versions: z.number().int(),
  created_at: Time,
  updated_at: Time,
  drift: ModelDrift.nullable(),
  sentence: z.string(),
})
export type DetectionModel = z.infer<typeof DetectionModel>
