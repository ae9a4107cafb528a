import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = z.coerce.number().int()

/** What `victoriametrics:http://HOST:8428?name=value` may say. */
export const VictoriaMetricsConfig = z.strictObject({
  queue_bytes: count
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of samples that may wait to be written; over it senders are told to wait.'),
  batch_bytes: count
    .min(1_024)
    .max(64 * 1_048_576)
    .default(1_048_576)
    .describe('Bytes of samples in one write.'),
  timeout_ms: count.min(100).max(600_000).default(30_000).describe('How long one request may take.'),
  visible_ms: count
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe(
      'How long written samples are also read from memory: the server shows them after a second or so.',
    ),
  durable_ms: count
    .min(0)
    .max(600_000)
    .default(6_000)
    .describe(
      'How long the server takes to have on disk what it has taken: a second more than its -inmemoryDataFlushInterval.',
    ),
  lookback: Duration.default('7d').describe(
    'How far back the series and newest samples are looked for at the start.',
  ),
  out_of_order: Duration.default('2m').describe(
    'How much older than the newest sample of its series a sample may be.',
  ),
  user: z.string().default('').describe('User for HTTP basic authentication, with `secret`.'),
  secret: z
    .string()
    .default('')
    .describe('Name of the secret with the password, or with a bearer token where no user is named.'),
})
export type VictoriaMetricsConfig = z.infer<typeof VictoriaMetricsConfig>
