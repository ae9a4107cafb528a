import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')

const Breaker = z.strictObject({
  failures: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe('Failures in a row after which a cluster is not asked for a while.'),
  recovery: duration('30s').describe('How long it is not asked then.'),
  trials: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('Queries let through afterwards to see whether it answers again.'),
})

export const FederationConfig = z.strictObject({
  folder: z
    .string()
    .default('')
    .describe('Folder of documents that name clusters to query; empty for `clusters` in the data folder.'),
  reload_interval: duration('15s').describe('How often those documents are read again.'),
  local_name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    .default('local')
    .describe('What this program is called among the clusters: its own stores are one of them.'),
  cluster_label: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
    .default('cluster')
    .describe(
      'Label that says which cluster a series is from; one that is there already becomes exported_….',
    ),
  max_parallel_queries: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('Clusters asked at once; one that is slow gives way to the next.'),
  per_cluster_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(20)
    .describe('Queries under way at one cluster; further ones fail there at once.'),
  retry_attempts: z
    .number()
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('How often a cluster that could not be reached is asked before it counts as missing.'),
  retry_delay: duration('1s').describe('Wait before the second attempt; it doubles from there.'),
  timeout: duration('30s').describe('How long an answer may take where a query does not say.'),
  laggard_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe('Share of the clusters that is not waited for that long once all others have answered.'),
  laggard_wait: duration('2s').describe(
    'How long they are waited for then; a query that names its own timeout waits for all.',
  ),
  answer_bytes_max: z
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(67_108_864)
    .describe('Largest answer of one cluster, in bytes.'),
  cache_points: z
    .number()
    .int()
    .min(0)
    .max(100_000_000)
    .default(1_000_000)
    .describe('Points and lines of answers that are kept for 30 s to 5 minutes; 0 keeps none.'),
  breaker: Breaker.prefault({}),
})
export type FederationConfig = z.infer<typeof FederationConfig>
