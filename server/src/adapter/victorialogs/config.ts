import { z } from 'zod'

const count = z.coerce.number().int()

/** What `victorialogs:http://HOST:9428?name=value` may say. */
export const VictoriaLogsConfig = z.strictObject({
  queue_bytes: count
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of log records that may wait to be written; over it senders are told to wait.'),
  batch_bytes: count
    .min(1_024)
    .max(64 * 1_048_576)
    .default(4 * 1_048_576)
    .describe('Bytes of log records in one write.'),
  timeout_ms: count.min(100).max(600_000).default(30_000).describe('How long one request may take.'),
  visible_ms: count
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe(
      'How long written records are also read from memory: the server shows them after a second or so.',
    ),
  durable_ms: count
    .min(0)
    .max(600_000)
    .default(6_000)
    .describe(
      'How long the server takes to have on disk what it has taken: a second more than its -inmemoryDataFlushInterval.',
    ),
  user: z.string().default('').describe('User for HTTP basic authentication, with `secret`.'),
  secret: z
    .string()
    .default('')
    .describe('Name of the secret with the password, or with a bearer token where no user is named.'),
})
export type VictoriaLogsConfig = z.infer<typeof VictoriaLogsConfig>
