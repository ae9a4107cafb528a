import { z } from 'zod'
import {
  AnomalyDetection,
  DetectionMethod,
  DetectionSensitivity,
  Explanation,
  RootCauseAnalysis,
} from '../model/analysis.ts'
import { Duration, Time } from '../model/time.ts'
import { operations } from './operation.ts'

const read = { method: 'POST', tag: 'analysis', permission: 'chat:read' } as const
const trigger = z.strictObject({
  type: z.enum(['ALERT', 'ANOMALY', 'INCIDENT']),
  /** Fingerprint of an alert, id of an anomaly or incident. */
  id: z.string().min(1).max(128),
})

export const analysis = operations({
  analyzeAnomaly: {
    ...read,
    path: '/api/v1/analysis/anomaly',
    errors: [
      'INVALID_PROMQL',
      'CLUSTER_NOT_FOUND',
      'CLUSTER_UNREACHABLE',
      'ANOMALY_DETECTION_FAILED',
      'QUERY_TOO_LARGE',
      'VALIDATION_FAILED',
    ],
    summary: 'Look for anomalies in what a PromQL query answers over a range, 24 hours unless said.',
    body: z.strictObject({
      cluster_ids: z.array(z.string().max(128)).max(100).default([]),
      metric_query: z.string().min(1).max(8_192),
      time_range: z
        .strictObject({ start: Time.optional(), end: Time.optional(), duration: Duration.optional() })
        .default({}),
      detection_method: DetectionMethod.default('STATISTICAL'),
      sensitivity: DetectionSensitivity.default('MEDIUM'),
    }),
    response: z.object({
      anomalies: z.array(AnomalyDetection),
      summary: z.object({
        total_anomalies: z.number().int(),
        by_severity: z.record(z.string(), z.number().int()),
        time_range_analyzed: z.object({ start: Time, end: Time }),
        series_analyzed: z.number().int(),
        /** Series that were not looked at, and why: too few points, a cluster that did not answer. */
        not_analyzed: z.array(z.string()),
      }),
    }),
  },
  analyzeRootCause: {
    ...read,
    path: '/api/v1/analysis/rca',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'The likely causes of an alert, an anomaly or an incident, with the signals that speak for each.',
    body: z.strictObject({ trigger, time_window: Duration.default('1h') }),
    response: RootCauseAnalysis,
  },
  explain: {
    ...read,
    path: '/api/v1/analysis/explain',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'What an alert, an anomaly or an incident means, in a few sentences with evidence.',
    body: z.strictObject({ trigger, persona_id: z.string().default('default') }),
    response: Explanation,
  },
})
