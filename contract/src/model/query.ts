import { z } from 'zod'
import { Labels } from './label.ts'
import { Severity } from './severity.ts'
import { TraceSummary } from './span.ts'
import { Time } from './time.ts'

/** How one cluster answered. PARTIAL: it answered and said itself that something is missing. */
export const ClusterOutcome = z.enum(['SUCCESS', 'ERROR', 'TIMEOUT', 'PARTIAL'])
export type ClusterOutcome = z.infer<typeof ClusterOutcome>

/**
 * MERGE keeps every cluster's answer apart. SUM, AVG, MAX, MIN join series that differ in their cluster alone, moment by moment.
 * GLOBAL answers the query as if all series lay in one store with a label `cluster`: an average is then the average of everything.
 */
export const AggregationMode = z.enum(['MERGE', 'SUM', 'AVG', 'MAX', 'MIN', 'GLOBAL'])
export type AggregationMode = z.infer<typeof AggregationMode>

export const ResultType = z.enum(['MATRIX', 'VECTOR', 'SCALAR', 'STRING'])
export type ResultType = z.infer<typeof ResultType>

/** `[unix seconds, value]`; values are text, as in Prometheus, because JSON has no NaN. */
export const MetricSeries = z.object({
  metric: Labels,
  values: z.array(z.tuple([z.number(), z.string()])),
  /** Native histograms, in the JSON form of Prometheus; absent for none. */
  histograms: z.array(z.tuple([z.number(), z.unknown()])).optional(),
})
export type MetricSeries = z.infer<typeof MetricSeries>

export const MetricResult = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  status: ClusterOutcome,
  result_type: ResultType,
  data: z.array(MetricSeries),
  /** Why there is no answer, or what is missing from it. */
  error: z.string().optional(),
  query_time_ms: z.number(),
  /** The answer was kept from an earlier question, this old. */
  cached_age_ms: z.number().optional(),
})
export type MetricResult = z.infer<typeof MetricResult>

export const MissingCluster = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  status: ClusterOutcome,
  reason: z.string(),
})
export type MissingCluster = z.infer<typeof MissingCluster>

/** What every answer about several clusters says. `partial` answers have status 206 and are not to be cached. */
export const FleetAnswer = z.object({
  partial: z.boolean(),
  /** Clusters that are not in the answer, or not whole, and why; empty when the answer is complete. */
  missing: z.array(MissingCluster),
  total_query_time_ms: z.number(),
  clusters_queried: z.number().int(),
  clusters_succeeded: z.number().int(),
})
export type FleetAnswer = z.infer<typeof FleetAnswer>

/** A cluster that queries can go to. */
export const QueryCluster = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  labels: Labels,
  signals: z.array(z.enum(['METRICS', 'LOGS', 'TRACES', 'ALERTS'])),
  /** CLOSED: asked as usual. OPEN: it failed repeatedly and is not asked until `retry_at`. HALF_OPEN: it is being tried again. */
  breaker: z.enum(['CLOSED', 'OPEN', 'HALF_OPEN']),
  retry_at: z.string().optional(),
  last_error: z.string().optional(),
})
export type QueryCluster = z.infer<typeof QueryCluster>

/** An alert as a cluster's Alertmanager tells it. */
export const ClusterAlert = z.object({
  fingerprint: z.string(),
  cluster_id: z.string(),
  cluster_name: z.string(),
  alertname: z.string(),
  severity: Severity,
  state: z.enum(['FIRING', 'RESOLVED', 'PENDING']),
  labels: Labels,
  annotations: Labels,
  starts_at: Time,
  ends_at: Time.nullable(),
  generator_url: z.string(),
})
export type ClusterAlert = z.infer<typeof ClusterAlert>

export const ClusterTrace = TraceSummary.pick({
  trace_id: true,
  root_service: true,
  root_operation: true,
  start_time: true,
  duration_ms: true,
}).extend({ cluster_id: z.string(), cluster_name: z.string() })
export type ClusterTrace = z.infer<typeof ClusterTrace>
