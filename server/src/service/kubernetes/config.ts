import { ClusterType } from '@aiops/contract/model/cluster'
import { Severity } from '@aiops/contract/model/severity'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { MemoryConfig } from './memory/config.ts'
import { KubernetesWatchConfig } from './watch/config.ts'

export const KubernetesConfig = z.strictObject({
  cluster_types: z
    .array(ClusterType)
    .default(['HUB', 'SPOKE'])
    .describe(
      'Types of clusters whose inside is watched; none where empty. Of edges only metrics are taken.',
    ),
  clusters_max: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(50)
    .describe(
      'Clusters that one process watches, in order of their names; each costs memory and connections.',
    ),
  memories_bytes_max: z
    .number()
    .int()
    .min(16_777_216)
    .default(268_435_456)
    .describe(
      'Bytes that the memories of all watched clusters may take together; each has an equal share, and at most memory.bytes_max.',
    ),
  analyze_interval: z
    .string()
    .default('10s')
    .refine((text) => durationMs(text) >= 1_000, 'is no duration such as 10s, or under a second')
    .describe(
      'How often a cluster in which something changed is analyzed. One that takes long is analyzed less often: at most a twentieth of the time goes into it.',
    ),
  alert_severity: Severity.default('MEDIUM').describe(
    'Findings of at least this severity become alerts, which are correlated and explained; the others are shown alone.',
  ),
  watch: KubernetesWatchConfig.prefault({}).describe('How clusters are watched.'),
  memory: MemoryConfig.prefault({}).describe('What is remembered of each watched cluster.'),
})
export type KubernetesConfig = z.infer<typeof KubernetesConfig>
