import { z } from 'zod'
import { Cardinality, StreamRules } from '../model/cardinality.ts'
import { LogRecord } from '../model/log.ts'
import { Pulls, ScrapeTargets } from '../model/scrape.ts'
import { Sender } from '../model/sender.ts'
import { Series, SeriesPoints, Window } from '../model/series.ts'
import { Trace, TraceSummary } from '../model/span.ts'
import { Duration } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, repeated, TimeRange } from './page.ts'

export const telemetry = operations({
  listSeries: {
    method: 'GET',
    path: '/api/v1/metrics/series',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST'],
    summary:
      'Series whose labels fit. `match` is a Prometheus selector such as {service.name="front"} or http.server.request.duration:p95; several are united.',
    query: z.object({
      match: repeated(z.string().max(2_048)),
      text: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(10_000).default(500),
    }),
    response: z.object({ series: z.array(Series), total: z.number().int() }),
  },
  listLabels: {
    method: 'GET',
    path: '/api/v1/metrics/labels',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'Names of all labels in use.',
    response: z.object({ labels: z.array(z.string()) }),
  },
  listLabelValues: {
    method: 'GET',
    path: '/api/v1/metrics/label/{name}/values',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'Values of one label; `__name__` gives the metric names.',
    params: z.object({ name: z.string() }),
    response: z.object({ values: z.array(z.string()) }),
  },
  getCardinality: {
    method: 'GET',
    path: '/api/v1/metrics/cardinality',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'Which metrics have most series, and which of their labels are to blame.',
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(10) }),
    response: Cardinality,
  },
  listSenders: {
    method: 'GET',
    path: '/api/v1/ingest/senders',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'What arrived by each protocol since the program started, how fast, and what was refused.',
    response: z.object({ senders: z.array(Sender) }),
  },
  listStreamRules: {
    method: 'GET',
    path: '/api/v1/ingest/rules',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'Stream rules in force, in their order, and rule documents that cannot be used.',
    response: StreamRules,
  },
  listScrapeTargets: {
    method: 'GET',
    path: '/api/v1/scrape/targets',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary:
      'Targets that are scraped, how the last scrape of each went, and what is wrong with scrape configurations.',
    response: ScrapeTargets,
  },
  listPulls: {
    method: 'GET',
    path: '/api/v1/scrape/pulls',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: [],
    summary: 'HTTP APIs that are pulled for metrics, and how the last pull of each went.',
    response: Pulls,
  },
  getRange: {
    method: 'GET',
    path: '/api/v1/metrics/range',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED'],
    summary:
      'Points of series by id or selector over a time range, thinned to `max_points` by min and max of each step so that no spike is lost.',
    query: TimeRange.extend({
      id: listOf(z.coerce.number().int()),
      match: z.string().max(2_048).optional(),
      max_points: z.coerce.number().int().min(10).max(11_000).default(1_000),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      results: z.array(SeriesPoints),
      total: z.number().int(),
      start: z.string(),
      end: z.string(),
      /** What to know of the points: for example that they stand for windows. */
      annotations: z.array(z.string()).optional(),
    }),
  },
  getWindows: {
    method: 'GET',
    path: '/api/v1/metrics/windows',
    tag: 'metrics',
    permission: 'telemetry:read',
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED'],
    summary:
      'What series did in the latest windows of a size: count, mean, min, max, last, rate of counters; for a histogram’s `_count` also quantiles. Late samples still correct them for two minutes.',
    query: z.object({
      match: z.string().max(2_048),
      size: Duration.default('10s'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      size: Duration,
      results: z.array(z.object({ series: Series, windows: z.array(Window) })),
      total: z.number().int(),
    }),
  },
  searchLogs: {
    method: 'GET',
    path: '/api/v1/logs',
    tag: 'logs',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Log records, newest first.',
    query: TimeRange.extend({
      service_name: z.string().max(256).optional(),
      contains: z.string().max(1_024).optional(),
      trace_id: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(5_000).default(100),
    }),
    response: z.object({ logs: z.array(LogRecord), truncated: z.boolean() }),
  },
  searchTraces: {
    method: 'GET',
    path: '/api/v1/traces',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Traces, newest first.',
    query: TimeRange.extend({
      service_name: z.string().max(256).optional(),
      operation_name: z.string().max(512).optional(),
      min_duration_ms: z.coerce.number().nonnegative().optional(),
      errors_only: z.stringbool().default(false),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.object({ traces: z.array(TraceSummary), total: z.number().int() }),
  },
  getTrace: {
    method: 'GET',
    path: '/api/v1/traces/{trace_id}',
    tag: 'traces',
    permission: 'telemetry:read',
    errors: ['NOT_FOUND'],
    summary: 'One trace with its spans.',
    params: z.object({ trace_id: z.string().regex(/^[0-9a-f]{1,32}$/) }),
    response: Trace,
  },
})
