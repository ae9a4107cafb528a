import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { CopyConfig } from './copy/config.ts'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')

export const FleetConfig = z.strictObject({
  clusters_max: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(5_000)
    .describe('Clusters that a tenant may register; further ones are refused.'),
  parallel_checks_max: z
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(128)
    .describe(
      'Health checks under way at once; one that takes longer than a second gives its place to the next.',
    ),
  slow_checks_max: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(2_000)
    .describe('Slow health checks that may go on beside those.'),
  breaker_failures: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe(
      'Checks in a row that nothing answered, after which only one part of the cluster is asked until it does.',
    ),
  discovery_interval: duration('24h').describe('How often version and capabilities are looked for.'),
  history: duration('7d').describe('How long health is kept.'),
  expiry_warning: duration('7d').describe('How long before credentials expire a warning is given.'),
  rotate_service_accounts: z
    .boolean()
    .default(true)
    .describe(
      'Whether a service account whose token is about to expire is given a new one, where the cluster allows it to ask for one.',
    ),
  copy: CopyConfig.prefault({}).describe('Metrics of clusters that may be cut off, copied here.'),
})
export type FleetConfig = z.infer<typeof FleetConfig>
