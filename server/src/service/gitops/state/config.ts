import { z } from 'zod'

export const TerraformStateConfig = z.strictObject({
  versions_max: z
    .number()
    .int()
    .min(2)
    .max(1_000)
    .default(50)
    .describe('Versions of a state that are kept, to go back to.'),
  size_bytes_max: z
    .number()
    .int()
    .min(1_024)
    .max(64 * 1_048_576)
    .default(16 * 1_048_576)
    .describe('Bytes of one state; a larger one is refused.'),
})
export type TerraformStateConfig = z.infer<typeof TerraformStateConfig>
