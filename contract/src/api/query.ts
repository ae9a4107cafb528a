import { z } from 'zod'
import { Labels } from '../model/label.ts'
import {
  AggregationMode,
  ClusterAlert,
  ClusterTrace,
  FleetAnswer,
  MetricResult,
  MetricSeries,
  QueryCluster,
  ResultType,
} from '../model/query.ts'
import { Trace } from '../model/span.ts'
import { operations } from './operation.ts'
import { listOf } from './page.ts'

const time = z.iso.datetime({ offset: true })
const clusterIds = z.array(z.string().max(128)).max(10_000).default([])
/** Seconds. Left out, 30, and clusters that lag behind all others are waited for less long. */
const timeout = z.number().int().min(1).max(300).optional()
const duration = z.string().regex(/^[0-9]+(ms|[smhdwy])([0-9]+(ms|[smhdwy]))*$/)

const MetricAnswer = FleetAnswer.extend({
  results: z.array(MetricResult),
  /** All clusters in one, where the mode is not MERGE. */
  combined: z.object({ result_type: ResultType, data: z.array(MetricSeries) }).optional(),
  warnings: z.array(z.string()),
  infos: z.array(z.string()),
})
const metricErrors = [
  'INVALID_PROMQL',
  'QUERY_FAILED',
  'QUERY_TOO_LARGE',
  'QUERY_TIMEOUT',
  'CLUSTER_NOT_FOUND',
  'CLUSTER_UNREACHABLE',
  'VALIDATION_FAILED',
] as const

const LogAnswer = FleetAnswer.extend({
  logs: z.array(
    z.object({
      cluster_id: z.string(),
      cluster_name: z.string(),
      /** Nanoseconds are kept. */
      timestamp: z.string(),
      stream: Labels,
      message: z.string(),
      metadata: Labels.optional(),
    }),
  ),
  /** Metric queries of LogQL: points instead of lines. */
  results: z.array(MetricResult),
  /** There were more lines than `limit`. */
  truncated: z.boolean(),
})
const logErrors = [
  'INVALID_LOGQL',
  'QUERY_FAILED',
  'QUERY_TOO_LARGE',
  'QUERY_TIMEOUT',
  'CLUSTER_NOT_FOUND',
  'CLUSTER_UNREACHABLE',
  'LOKI_NOT_AVAILABLE',
  'VALIDATION_FAILED',
] as const

const traceErrors = [
  'INVALID_TRACEQL',
  'QUERY_TOO_LARGE',
  'QUERY_TIMEOUT',
  'CLUSTER_NOT_FOUND',
  'CLUSTER_UNREACHABLE',
  'TEMPO_NOT_AVAILABLE',
  'VALIDATION_FAILED',
] as const

/** Questions to one cluster or the whole fleet. An empty `cluster_ids` means every cluster that can be asked, this one included. */
export const query = operations({
  listQueryClusters: {
    method: 'GET',
    path: '/api/v1/query/clusters',
    tag: 'query',
    permission: 'telemetry:read',
    errors: [],
    summary: 'Clusters that queries can go to, what each can be asked, and whether it is being asked.',
    response: z.object({
      clusters: z.array(QueryCluster),
      /** What cannot be used of the documents that name clusters. */
      problems: z.array(z.object({ file: z.string(), message: z.string() })),
    }),
  },
  queryMetrics: {
    method: 'POST',
    path: '/api/v1/metrics/query',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: metricErrors,
    summary: 'A PromQL query at one moment, over any set of clusters.',
    body: z.object({
      query: z.string().min(1).max(65_536),
      cluster_ids: clusterIds,
      time: time.optional(),
      timeout,
      aggregation: AggregationMode.default('MERGE'),
    }),
    response: MetricAnswer,
  },
  queryMetricsRange: {
    method: 'POST',
    path: '/api/v1/metrics/query_range',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: metricErrors,
    summary: 'A PromQL query over a range, over any set of clusters.',
    body: z.object({
      query: z.string().min(1).max(65_536),
      cluster_ids: clusterIds,
      /** An hour before the end unless given; the end is now unless given. */
      start_time: time.optional(),
      end_time: time.optional(),
      step: duration.default('1m'),
      timeout,
      aggregation: AggregationMode.default('MERGE'),
    }),
    response: MetricAnswer,
  },
  listMetricMetadata: {
    method: 'GET',
    path: '/api/v1/metrics/metadata',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: ['CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE'],
    summary: 'Type, unit and help of metrics by name, over any set of clusters.',
    query: z.object({ cluster_ids: listOf(z.string().max(128)) }),
    response: FleetAnswer.extend({
      metadata: z.record(
        z.string(),
        z.array(z.object({ type: z.string(), help: z.string(), unit: z.string() })),
      ),
    }),
  },
  listClusterAlerts: {
    method: 'GET',
    path: '/api/v1/query/alerts',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: ['CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE'],
    summary: 'Alerts that fire now in the Alertmanagers of clusters.',
    query: z.object({ cluster_ids: listOf(z.string().max(128)) }),
    response: FleetAnswer.extend({ alerts: z.array(ClusterAlert) }),
  },
  queryLogs: {
    method: 'POST',
    path: '/api/v1/logs/query',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: logErrors,
    summary: 'A LogQL query at one moment, over any set of clusters.',
    body: z.object({
      query: z.string().min(1).max(65_536),
      cluster_ids: clusterIds,
      time: time.optional(),
      limit: z.number().int().min(1).max(5_000).default(100),
      timeout,
    }),
    response: LogAnswer,
  },
  queryLogsRange: {
    method: 'POST',
    path: '/api/v1/logs/query_range',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: logErrors,
    summary: 'A LogQL query over a range, over any set of clusters.',
    body: z.object({
      query: z.string().min(1).max(65_536),
      cluster_ids: clusterIds,
      start_time: time.optional(),
      end_time: time.optional(),
      /** Of metric queries. */
      step: duration.default('1m'),
      limit: z.number().int().min(1).max(5_000).default(100),
      direction: z.enum(['BACKWARD', 'FORWARD']).default('BACKWARD'),
      timeout,
    }),
    response: LogAnswer,
  },
  queryTraces: {
    method: 'POST',
    path: '/api/v1/query/traces',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: traceErrors,
    summary: 'Traces that fit a TraceQL query, newest first, over any set of clusters.',
    body: z.object({
      query: z.string().min(1).max(16_384).default('{}'),
      cluster_ids: clusterIds,
      start_time: time.optional(),
      end_time: time.optional(),
      limit: z.number().int().min(1).max(100).default(20),
      timeout,
    }),
    response: FleetAnswer.extend({ traces: z.array(ClusterTrace) }),
  },
  getClusterTrace: {
    method: 'GET',
    path: '/api/v1/query/traces/{trace_id}',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: ['NOT_FOUND', 'CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE', 'TEMPO_NOT_AVAILABLE', 'QUERY_TIMEOUT'],
    summary: 'One trace, put together from the spans that each cluster has of it.',
    params: z.object({ trace_id: z.string().regex(/^[0-9a-f]{1,32}$/) }),
    query: z.object({ cluster_ids: listOf(z.string().max(128)) }),
    response: FleetAnswer.extend({
      trace: Trace,
      /** Name of the cluster that has it, by span id. */
      cluster_names: z.record(z.string(), z.string()),
    }),
  },
  listLogLabels: {
    method: 'GET',
    path: '/api/v1/logs/labels',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: ['CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE'],
    summary: 'Names of the labels of log streams.',
    query: z.object({ cluster_ids: listOf(z.string().max(128)) }),
    response: FleetAnswer.extend({ labels: z.array(z.string()) }),
  },
  listLogLabelValues: {
    method: 'GET',
    path: '/api/v1/logs/label/{name}/values',
    tag: 'query',
    permission: 'telemetry:read',
    partial: true,
    errors: ['CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE'],
    summary: 'Values of one label of log streams.',
    params: z.object({ name: z.string() }),
    query: z.object({ cluster_ids: listOf(z.string().max(128)) }),
    response: FleetAnswer.extend({ values: z.array(z.string()) }),
  },
})
