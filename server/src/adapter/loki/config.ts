import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = z.coerce.number().int()

/** What `loki:http://HOST:3100?name=value` may say. */
export const LokiConfig = z.strictObject({
  queue_bytes: count
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of log records that may wait to be written; over it senders are told to wait.'),
  batch_bytes: count
    .min(1_024)
    .max(64 * 1_048_576)
    .default(1_048_576)
    .describe('Bytes of log records in one push, below the server’s grpc_server_max_recv_msg_size (4 MiB).'),
  timeout_ms: count.min(100).max(600_000).default(30_000).describe('How long one request may take.'),
  visible_ms: count
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long written records are also read from memory.'),
  durable_ms: count
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('How long the server takes to have on disk what it has taken.'),
  entries: count
    .min(1)
    .max(1_000_000)
    .default(5_000)
    .describe('Records asked for at once: the server’s max_entries_limit_per_query or less.'),
  window: Duration.default('30d').describe(
    'Time range asked for at once: the server’s max_query_length or less.',
  ),
  lookback: Duration.default('90d').describe('How far back a search goes: the server’s retention.'),
  user: z.string().default('').describe('User for HTTP basic authentication, with `secret`.'),
  secret: z
    .string()
    .default('')
    .describe('Name of the secret with the password, or with a bearer token where no user is named.'),
})
export type LokiConfig = z.infer<typeof LokiConfig>
