import { z } from 'zod'

export const MineConfig = z.object({
  patterns_max: z
    .int()
    .min(64)
    .max(1_000_000)
    .default(8_192)
    .describe(
      'Forms of lines kept; beyond them one seen once makes room, and what finds none is counted as other.',
    ),
  words_max: z
    .int()
    .min(1_024)
    .max(4_000_000)
    .default(16_384)
    .describe('Different words kept; a word beyond them, all others being in use, counts as a value.'),
  layout_lines: z
    .int()
    .min(0)
    .max(4_096)
    .default(256)
    .describe(
      'First lines from which the place of time, level and source is learned; 0: all of a line is its message.',
    ),
})
export type MineConfig = z.infer<typeof MineConfig>
