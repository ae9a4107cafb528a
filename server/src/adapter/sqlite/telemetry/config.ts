import { Duration, durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

/** A duration no shorter than `least`, and no longer than `most` where that is given. */
const between = (least: string, most?: string) =>
  Duration.refine(
    (text) =>
      durationMs(text) >= durationMs(least) && (most === undefined || durationMs(text) <= durationMs(most)),
    { message: most === undefined ? `must be at least ${least}` : `must be from ${least} to ${most}` },
  )

const age = between('1h')
const bytes = z.number().int().min(0)
const kept = z.object({
  age: age.default('90d').describe('How long it is kept; reads show nothing older.'),
  bytes: bytes
    .default(0)
    .describe(
      'How many bytes of each tenant are kept, the oldest go first; 0 for no limit. Checked once an hour.',
    ),
})
const keptOfTenant = z.object({ age: age.optional(), bytes: bytes.optional() }).optional()

const RetentionConfig = z.object({
  metrics: kept.prefault({}),
  logs: kept.prefault({}),
  traces: kept.prefault({}),
  tenants: z
    .record(z.string(), z.object({ metrics: keptOfTenant, logs: keptOfTenant, traces: keptOfTenant }))
    .default({})
    .describe('Other ages and bytes for single tenants, by name: `{acme: {logs: {age: 7d}}}`.'),
})

const RollupConfig = z.object({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether windows of 5 minutes and 1 hour are kept beside samples, for long queries.'),
  age_5m: age.default('90d').describe('How long windows of 5 minutes are kept.'),
  age_1h: age.default('90d').describe('How long windows of 1 hour are kept.'),
})

const ColdConfig = z.object({
  url: z
    .string()
    .default('')
    .describe(
      'Where old telemetry is moved, still queried there: `folder:PATH` or `s3://BUCKET/PREFIX`; empty for nowhere.',
    ),
  after: between('1d')
    .default('7d')
    .describe('Age from which telemetry is moved to `store.cold.url`, by whole days.'),
  cache_bytes: z
    .number()
    .int()
    .min(1_048_576)
    .default(64 * 1_048_576)
    .describe('Bytes of moved telemetry held in memory for queries.'),
})

/** Settings of the embedded telemetry store. */
export const TelemetryStoreConfig = z.object({
  checkpoint_interval: between('100ms', '1h')
    .default('1m')
    .describe('Time between checkpoints; a restart replays about this much of the log.'),
  commit_window: between('0ms', '1s')
    .default('2ms')
    .describe('How long an entry may wait for others to share its commit.'),
  queue_bytes_max: z
    .number()
    .int()
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of requests that may wait to be written; over it senders are told to wait.'),
  file_bytes_max: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'Largest size of the telemetry file in bytes, 0 for no limit but the disk; at it writes answer 503 and reads go on.',
    ),
  series_max: z.number().int().min(1).default(1_000_000).describe('Series a tenant may have.'),
  out_of_order: between('2m', '1h')
    .default('2m')
    .describe('How much older than the newest sample of its series a sample may be.'),
  retention: RetentionConfig.prefault({}),
  rollup: RollupConfig.prefault({}),
  cold: ColdConfig.prefault({}),
})
export type TelemetryStoreConfig = z.infer<typeof TelemetryStoreConfig>
