import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = z.coerce.number().int()

/** What `tempo:http://HOST:3200?name=value` may say. */
export const TempoConfig = z.strictObject({
  push: z.string().default('').describe('Address for OTLP over HTTP; empty for port 4318 of the same host.'),
  queue_bytes: count
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of spans that may wait to be written; over it senders are told to wait.'),
  batch_bytes: count
    .min(1_024)
    .max(64 * 1_048_576)
    .default(1_048_576)
    .describe('Bytes of spans in one push.'),
  timeout_ms: count.min(100).max(600_000).default(30_000).describe('How long one request may take.'),
  visible_ms: count
    .min(0)
    .max(600_000)
    .default(30_000)
    .describe(
      'How long written spans are also read from memory: a search there finds them some seconds later.',
    ),
  durable_ms: count
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long the server takes to have on disk what it has taken.'),
  window: Duration.default('7d').describe(
    'Time range searched at once: the server’s search max_duration or less.',
  ),
  lookback: Duration.default('14d').describe('How far back a search goes: the server’s block_retention.'),
  user: z.string().default('').describe('User for HTTP basic authentication, with `secret`.'),
  secret: z
    .string()
    .default('')
    .describe('Name of the secret with the password, or with a bearer token where no user is named.'),
})
export type TempoConfig = z.infer<typeof TempoConfig>
