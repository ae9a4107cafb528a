import { z } from 'zod'
import { Claim, EvidenceRecord } from './answer.ts'
import { Labels } from './label.ts'
import { Time } from './time.ts'

export const DetectionMethod = z.enum(['STATISTICAL', 'ML_BASED', 'LLM_ASSISTED'])
export const DetectionSensitivity = z.enum(['LOW', 'MEDIUM', 'HIGH', 'EXTREME'])

/** An anomaly that was looked for on demand, over a range. */
export const AnomalyDetection = z.object({
  id: z.string(),
  cluster_id: z.string(),
  metric_name: z.string(),
  labels: Labels,
  detection_type: DetectionMethod,
  severity: z.enum(['HIGH', 'MEDIUM', 'LOW']),
  confidence_score: z.number().min(0).max(1),
  anomaly_type: z.enum(['SPIKE', 'DROP', 'TREND_CHANGE', 'PATTERN_BREAK', 'THRESHOLD_BREACH']),
  expected_value: z.number(),
  actual_value: z.number(),
  /** Null where 0 was expected. */
  deviation_percent: z.number().nullable(),
  explanation: z.string(),
  /** First and last point that stands out. */
  started_at: Time,
  ended_at: Time,
  detected_at: Time,
  /** Fingerprints of alerts that fired then on the same thing. */
  related_alerts: z.array(z.string()),
})
export type AnomalyDetection = z.infer<typeof AnomalyDetection>

export const RootCauseAnalysis = z.object({
  id: z.string(),
  trigger: z.object({ type: z.enum(['ALERT', 'ANOMALY', 'INCIDENT']), id: z.string() }),
  cluster_id: z.string().nullable(),
  /** At most 50. */
  signals: z.array(EvidenceRecord),
  graph: z.object({
    nodes: z.array(z.object({ id: z.string(), verdict: z.string() })),
    edges: z.array(z.object({ source: z.string(), target: z.string(), type: z.string() })),
  }),
  causes: z.array(
    z.object({
      rank: z.number().int(),
      entity: z.string(),
      score: z.number(),
      description: z.string(),
      evidence: z.array(z.string()),
    }),
  ),
  unknown_probability: z.number(),
  /** Null without a language model. */
  explanation: z.string().nullable(),
  remediation: z.array(z.string()),
  created_at: Time,
})
export type RootCauseAnalysis = z.infer<typeof RootCauseAnalysis>

export const Explanation = z.object({
  text: z.string(),
  claims: z.array(Claim),
  evidence: z.array(EvidenceRecord),
  engine: z.string(),
  /** Why a language model's words were not taken; null where they were, or none was asked. */
  model_note: z.string().nullable(),
})
export type Explanation = z.infer<typeof Explanation>
