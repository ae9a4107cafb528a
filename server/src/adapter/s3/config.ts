import { z } from 'zod'

const count = z.coerce.number().int()
const secret = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be the name of a secret')

/** What `s3://BUCKET/PREFIX?name=value` may say. */
export const S3Config = z.strictObject({
  endpoint: z
    .string()
    .default('')
    .describe('Address of the service, `https://minio.example:9000`; empty for AWS in `region`.'),
  region: z.string().min(1).default('us-east-1').describe('Region that requests are signed for.'),
  key: secret.default('S3_ACCESS_KEY').describe('Name of the secret that holds the access key.'),
  secret: secret.default('S3_SECRET_KEY').describe('Name of the secret that holds the secret key.'),
  part_bytes: count
    .min(5 * 1_048_576)
    .max(512 * 1_048_576)
    .default(16 * 1_048_576)
    .describe('Objects larger than this are put in parts of this size.'),
  timeout_ms: count.min(100).max(600_000).default(30_000).describe('How long one request may take.'),
  attempts: count
    .min(1)
    .max(20)
    .default(5)
    .describe('How often a request is tried while the service is busy or away.'),
})
export type S3Config = z.infer<typeof S3Config>
