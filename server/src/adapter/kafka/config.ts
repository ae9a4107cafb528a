import { z } from 'zod'

const count = z.coerce.number().int()

/** What `kafka://…?name=value` may say, beside brokers and topic. */
export const KafkaConfig = z.strictObject({
  partition: count.min(0).default(0).describe('Partition of this process: nobody else may write to it.'),
  partitions: count.min(1).max(10_000).default(1).describe('Partitions of the topic when it is created.'),
  replicas: count
    .min(-1)
    .max(32)
    .default(-1)
    .describe('Replicas when it is created; -1 for the broker’s default.'),
  queue_bytes: count
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('Bytes of requests that may wait for the broker; over it senders are told to wait.'),
  message_bytes: count
    .min(1_024)
    .max(1_000_000_000)
    .default(64 * 1_048_576)
    .describe('Largest message of the topic when it is created.'),
  timeout_ms: count.min(100).max(60_000).default(5_000).describe('How long one request may take.'),
  tls: z.stringbool().default(false).describe('Whether the brokers speak TLS.'),
  user: z.string().default('').describe('SASL user, with `secret`.'),
  secret: z.string().default('').describe('Name of the secret that holds the SASL password.'),
  mechanism: z
    .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
    .default('SCRAM-SHA-512')
    .describe('SASL mechanism.'),
})
export type KafkaConfig = z.infer<typeof KafkaConfig>
