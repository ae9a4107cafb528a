import { Duration, durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

/** A duration no shorter than `least`, and no longer than `most` where that is given. */
const between = (least: string, most?: string) =>
  Duration.refine(
    (text) =>
      durationMs(text) >= durationMs(least) && (most === undefined || durationMs(text) <= durationMs(most)),
    { message: most === undefined ? `must be at least ${least}` : `must be from ${least} to ${most}` },
  )

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
  retention: between('1h').default('90d').describe('How long telemetry is kept.'),
})
export type TelemetryStoreConfig = z.infer<typeof TelemetryStoreConfig>
