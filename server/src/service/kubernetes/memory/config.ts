import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const MEBIBYTE = 1_048_576
const count = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback)

export const MemoryConfig = z.strictObject({
  history: z
    .string()
    .default('2h')
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
    .describe('How far back the state of a cluster, its events and its logs are remembered.'),
  bytes_max: z
    .number()
    .int()
    .min(MEBIBYTE)
    .default(138 * MEBIBYTE)
    .describe(
      'Bytes that the memory of one cluster may take. For room the namespace that takes most forgets its oldest past; what is there now is never forgotten.',
    ),
  log_block_bytes: z
    .number()
    .int()
    .min(4_096)
    .max(1_048_576)
    .default(131_072)
    .describe('Bytes of log lines of one container that are compressed together.'),
  log_line_bytes_max: count(16_384, 1_048_576).describe('Bytes kept of one log line; longer ones are cut.'),
  log_containers_max: count(50_000, 1_000_000).describe(
    'Containers whose log lines are remembered; lines of further ones are not.',
  ),
  log_view_lines_max: count(2_000, 100_000).describe(
    'Newest log lines of a container that rules are given to read.',
  ),
  usage_samples_max: count(60, 10_000).describe(
    'Samples of usage that are kept of each container and node, spread over the time remembered.',
  ),
})
export type MemoryConfig = z.infer<typeof MemoryConfig>
