import { ClusterType } from '@aiops/contract/model/cluster'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string, meaning: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
    .describe(meaning)

const selectors = [
  '{__name__=~"up|ALERTS|node_(load1|cpu_seconds_total|memory_MemAvailable_bytes|memory_MemTotal_bytes|filesystem_avail_bytes|filesystem_size_bytes|network_(receive|transmit)_bytes_total|network_(receive|transmit)_drop_total)"}',
  '{__name__=~"kube_(node_status_condition|pod_status_phase|pod_container_status_restarts_total|deployment_status_replicas_available|deployment_spec_replicas)"}',
  '{__name__=~"openshift_ptp_.+|sriov_.+|DCGM_.+|fivegs_.+|pfcp_.+|ran_ue|gnb"}',
]

/** Metrics of clusters that may be cut off are copied here, so that what they were like is known while they are away. */
export const CopyConfig = z.strictObject({
  cluster_types: z
    .array(ClusterType)
    .default(['EDGE', 'FAR_EDGE'])
    .describe(
      'Types of clusters whose metrics are copied; none where empty. Each is asked as often as it is checked.',
    ),
  interval: z
    .string()
    .default('')
    .refine((text) => text === '' || durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
    .describe('How often each is asked; empty for as often as it is checked.'),
  selectors: z
    .array(z.string().min(1).max(2_000))
    .max(50)
    .default(selectors)
    .describe('Series that are copied, as PromQL selectors. They get the labels cluster and copied_from.'),
  chunk: duration(
    '10m',
    'Time asked for at once while a gap is filled; halved where an answer is too large.',
  ),
  settle: duration('30s', 'How old samples must be to be copied, so that none comes after it was asked for.'),
  first: duration('1h', 'How far back a cluster is copied when it is new.'),
  reach_back: duration('24h', 'How long a gap is filled at most; what is older is said to be lost.'),
  parallel_max: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('Clusters that are copied from at once.'),
})
export type CopyConfig = z.infer<typeof CopyConfig>
