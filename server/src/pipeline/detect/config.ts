import { Severity } from '@aiops/contract/model/severity'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { LogWatchConfig } from './log/config.ts'
import { signalRules } from './log/signal-rule.ts'
import { TraceWatchConfig } from './trace/config.ts'

const count = (fallback: number, min: number, text: string) =>
  z.number().int().min(min).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

/** What differs for metrics whose name begins with `match`; the first rule that fits counts. */
export const DetectRule = z.object({
  match: z.string().min(1).describe('Beginning of the metric name.'),
  enabled: z.boolean().default(true).describe('false: never watched.'),
  sensitivity: z.number().min(0).max(1).optional().describe('0 lenient, 1 strict.'),
  min_effect: z
    .number()
    .min(0)
    .optional()
    .describe('Least change worth telling: absolute for ratios, a share of the usual value for the rest.'),
  persistence: Duration.optional().describe('How long a change must last.'),
  severity_max: Severity.optional().describe('Never more severe than this.'),
})
export type DetectRule = z.infer<typeof DetectRule>

/** Runtime internals and exporters' own metrics inform; they are no symptoms. */
const quiet = (match: string): z.input<typeof DetectRule> => ({ match, enabled: false })
const slow = (
  match: string,
  min_effect: number,
  severity_max: Severity = 'LOW',
): z.input<typeof DetectRule> => ({ match, sensitivity: 0.3, min_effect, persistence: '30s', severity_max })
const defaultRules: readonly z.input<typeof DetectRule>[] = [
  { match: 'nodejs.eventloop.delay', min_effect: 3, persistence: '5s', severity_max: 'MEDIUM' },
  slow('system.cpu.utilization', 0.35, 'MEDIUM'),
  slow('system.memory.utilization', 0.15, 'MEDIUM'),
  slow('system.filesystem.utilization', 0.05, 'MEDIUM'),
  slow('system.paging.utilization', 0.2),
  quiet('system.'),
  ...signalRules,
  ...['go_', 'python_', 'promhttp_', 'scrape_', 'net_conntrack_', 'node_scrape_'].map(quiet),
  ...['node_', 'prometheus_', 'alertmanager_'].map((match) => slow(match, 0.5)),
  // Where a service runs is a fact. What a provider has left changes with whoever else rents it.
  quiet('swen_service_placement'),
  ...['swen_service_gpus', 'swen_service_credits'].map((match) => slow(match, 0.5)),
]

export const DetectConfig = z.object({
  sensitivity: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe('0 lenient, 1 strict: the bound is 8.5 − 5 × sensitivity robust standard deviations.'),
  history_points: count(10, 5, 'Points a series needs before it is judged.'),
  history_min: duration('20s', 'Time a series needs before it is judged.'),
  memory_points: count(400, 50, 'Over how many points the usual values are learned.'),
  persistence_points: count(2, 1, 'Points a change must last.'),
  persistence: duration('1500ms', 'Time a change must last.'),
  recovery_points: count(3, 1, 'Points a series must be back before its anomaly ends.'),
  recovery: duration('6s', 'Time a series must be back before its anomaly ends.'),
  cooldown: duration('1m', 'After an anomaly the same series needs twice the evidence for this long.'),
  budget: z
    .number()
    .min(0.001)
    .nullable()
    .default(2)
    .describe('Episodes a series may have in a day before its bound is widened; null: any number.'),
  update_interval: duration('10s', 'Least time between two updates of one anomaly.'),
  adopt_after: duration('1h', 'A change that lasts this long is the new usual.'),
  missing_intervals: z
    .number()
    .min(2)
    .default(5)
    .describe('An entity is missing after so many of its intervals without a point.'),
  missing_min: duration('10s', 'And after at least this long.'),
  silent_after: duration('5m', 'An anomaly whose series says nothing for this long ends.'),
  stale_after: duration('2m', 'Older points teach what is usual and open no anomaly (replay).'),
  settle_for: duration(
    '30s',
    'After a restart that goes on from what was learned, and after the machine slept or was paused, points of so long are not judged: the first windows hold only a part of what came.',
  ),
  snapshot_every: duration('1m', 'How often what was learned is written, so that a restart goes on from it.'),
  forget_after: duration('6h', 'A series without points for this long is forgotten.'),
  series_max: count(200_000, 1, 'Series watched; further ones are counted and left out.'),
  agile_series_max: count(
    2_000,
    0,
    'Series that the agile tier looks at too, at 32 KB each; further ones have the basic tier alone.',
  ),
  agile_step: duration('30s', 'The agile tier looks at series whose points are at least this far apart.'),
  multivariate: z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .describe('Judge the metrics of each entity together, too; settings of tenants may say otherwise.'),
      groups_max: count(200, 0, 'Entities judged so, 3 metrics each at least; further ones are left out.'),
      members_max: z
        .number()
        .int()
        .min(3)
        .max(200)
        .default(32)
        .describe('Metrics of an entity that are judged together, at 200 bytes each; the first that came.'),
      step: duration('10s', 'Points of so long make one row, by their mean.'),
    })
    .prefault({})
    .describe('Several metrics of one entity together.'),
  active_max: count(1_000, 1, 'Anomalies open at one time.'),
  queue_points_max: count(400_000, 1_000, 'Points on their way to the detector thread.'),
  logs: LogWatchConfig.prefault({}).describe('Log lines: rates by level and pattern, new patterns.'),
  traces: TraceWatchConfig.prefault({}).describe('Spans: operations, fan-out, new calls.'),
  worker: z.boolean().default(true).describe('Detect in a thread of its own; false: in the main thread.'),
  rules: z
    .array(DetectRule)
    .max(1_000)
    .default(() => defaultRules.map((rule) => DetectRule.parse(rule)))
    .describe('Settings by metric name.'),
})
export type DetectConfig = z.infer<typeof DetectConfig>
