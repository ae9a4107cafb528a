import { z } from 'zod'
import { AnomalyShape } from './anomaly.ts'
import { EntityId } from './entity.ts'
import { Labels } from './label.ts'
import { Severity } from './severity.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

/**
 * What a person says of a finding. TRUE: something was really wrong. FALSE: nothing was. NOISE: this series does that, do not tell it at
 * this size. EXPECTED: it was meant to happen then. CAUSE_RIGHT and CAUSE_WRONG are of an incident's named cause.
 */
export const feedbackVerdicts = ['TRUE', 'FALSE', 'NOISE', 'EXPECTED', 'CAUSE_RIGHT', 'CAUSE_WRONG'] as const
export const FeedbackVerdict = z.enum(feedbackVerdicts)
export type FeedbackVerdict = z.infer<typeof FeedbackVerdict>

export const AnomalyVerdict = z.enum(['TRUE', 'FALSE', 'NOISE', 'EXPECTED'])
export type AnomalyVerdict = z.infer<typeof AnomalyVerdict>

/** ACCEPTED teaches; QUARANTINED waits for a review and teaches nothing; REJECTED was reviewed and teaches nothing. */
export const FeedbackState = z.enum(['ACCEPTED', 'QUARANTINED', 'REJECTED'])
export type FeedbackState = z.infer<typeof FeedbackState>

/**
 * Why a label waits for a review. BULK: many of one kind in a few minutes. OUTLIER: its giver disagrees with others by more than three
 * standard deviations, or it calls something noise that is far larger than what others call so. HIGH_VOLUME: one of several people
 * gave most of a day's labels.
 */
export const QuarantineReason = z.enum(['BULK', 'OUTLIER', 'HIGH_VOLUME'])
export type QuarantineReason = z.infer<typeof QuarantineReason>

export const FeedbackTarget = z.enum(['ANOMALY', 'INCIDENT'])
export type FeedbackTarget = z.infer<typeof FeedbackTarget>

/** One anomaly that a label is about, as it was when the label was given. */
export const LabelledAnomaly = z.object({
  anomaly_id: z.string(),
  series: z.object({ name: z.string(), labels: Labels }),
  shape: AnomalyShape,
  severity: Severity,
  /** Largest distance from the usual, in bounds as shipped: 1 is the bound without any correction. */
  ratio: z.number().min(0),
  started_at: Time,
  detected_at: Time,
  model_version: z.string(),
})
export type LabelledAnomaly = z.infer<typeof LabelledAnomaly>

/** What one person says of one anomaly or incident. A later word of the same person on the same question takes its place. */
export const Feedback = z.object({
  id: z.string(),
  tenant_id: TenantId,
  target: FeedbackTarget,
  target_id: z.string(),
  /** The finding's sentence or title when it was judged. */
  subject: z.string(),
  severity: Severity,
  verdict: FeedbackVerdict,
  /** Empty where none was given. */
  explanation: z.string(),
  /** With CAUSE_WRONG: what it really was. */
  cause: EntityId.nullable(),
  user: z.string(),
  state: FeedbackState,
  reasons: z.array(QuarantineReason),
  /** The anomaly, or those of the incident: 20 at most. */
  anomalies: z.array(LabelledAnomaly),
  created_at: Time,
  updated_at: Time,
  reviewed_by: z.string().nullable(),
  reviewed_at: Time.nullable(),
  review_comment: z.string(),
})
export type Feedback = z.infer<typeof Feedback>

/** How detection does on labelled anomalies. Null where nothing was labelled that the number would rest on. */
export const LabelScore = z.object({
  /** Labelled anomalies, by what people said of them. */
  real: z.number().int(),
  unreal: z.number().int(),
  /** Of those, still told. */
  told_real: z.number().int(),
  told_unreal: z.number().int(),
  /** told_real / all told; told_real / real; their harmonic mean. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
})
export type LabelScore = z.infer<typeof LabelScore>

/** The same labels without and with what was learned. */
export const LabelComparison = z.object({ before: LabelScore, after: LabelScore })
export type LabelComparison = z.infer<typeof LabelComparison>

export const FeedbackCounts = z.object({
  total: z.number().int(),
  by_verdict: z.record(FeedbackVerdict, z.number().int()),
  by_state: z.record(FeedbackState, z.number().int()),
  users: z.number().int(),
})
export type FeedbackCounts = z.infer<typeof FeedbackCounts>

/** What labels have done so far. */
export const FeedbackEffect = z.object({
  counts: FeedbackCounts,
  /**
   * Every label is judged by corrections learned without the labels of its anomaly: they are dealt into `folds` parts, and each part is
   * judged by what the others teach.
   */
  cross_validated: LabelComparison.extend({ folds: z.number().int() }),
  /** Labels given after the version in force was trained; null where no version is in force. */
  since_training: LabelComparison.extend({ version: z.number().int(), trained_at: Time }).nullable(),
  /** In plain words, the finding first. */
  sentence: z.string(),
})
export type FeedbackEffect = z.infer<typeof FeedbackEffect>
