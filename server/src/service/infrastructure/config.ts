import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { CnfConfig } from './cnf/config.ts'
import { GpuConfig } from './gpu/config.ts'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')

export const InfrastructureConfig = z.strictObject({
  interval: duration('15s').describe(
    'How often the metrics of GPUs and network functions are asked for, of each cluster; at least 1s.',
  ),
  timeout: duration('10s').describe('How long one question to a cluster may take.'),
  rest: duration('1m').describe(
    'How long what a cluster had nothing of, or failed with often, is not asked for.',
  ),
  parallel_max: z.number().int().min(1).max(1_000).default(16).describe('Clusters that are asked at once.'),
  slow_max: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(500)
    .describe('Clusters that take longer than a second and go on beside those.'),
  samples_max: z
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(100_000)
    .describe('Samples of one reading of a cluster; what is beyond is left out.'),
  history: duration('40m').describe('How far back readings are kept for signatures; at least 35m.'),
  history_bytes_max: z
    .number()
    .int()
    .min(1_048_576)
    .default(64 * 1_048_576)
    .describe('Bytes of kept readings of one cluster, estimated; further series are not kept.'),
  update_interval: duration('5s').describe('How often at most a change of a node’s GPUs is told.'),
  nvidia_smi: z
    .boolean()
    .default(true)
    .describe(
      'Whether nvidia-smi is run in the driver’s pods where nodes have GPUs, no DCGM exporter tells of them, and it is permitted.',
    ),
  nvidia_smi_detail: duration('60s').describe(
    'How often nvidia-smi is asked for everything: ECC, remapped rows, throttling, slices.',
  ),
  nvidia_smi_nodes_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(64)
    .describe('Nodes of a cluster that nvidia-smi is run on, each time.'),
  linuxptp_logs: z
    .boolean()
    .default(true)
    .describe(
      'Whether the logs of linuxptp daemons are read for the clocks of nodes of which no exporter tells.',
    ),
  linuxptp_nodes_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(64)
    .describe('Nodes of a cluster whose linuxptp logs are read, each time.'),
  gpu: GpuConfig.prefault({}).describe('Where the signatures of GPUs begin to speak.'),
  cnf: CnfConfig.prefault({}).describe('Where the signatures of network functions begin to speak.'),
})
export type InfrastructureConfig = z.infer<typeof InfrastructureConfig>
