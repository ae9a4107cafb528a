import { z } from 'zod'

const Count = z.number().int().nonnegative()
const Share = z.number().min(0).max(1)

/**
 * Which metrics have most series, and which labels make them many. `share` is of the tenant's series. `without` is how many series the
 * metric would have if the label were not there: the smaller against `series`, the more the label is to blame.
 */
export const Cardinality = z.object({
  series_total: Count,
  metrics: z.array(
    z.object({
      name: z.string(),
      series: Count,
      share: Share,
      labels: z.array(
        z.object({ name: z.string(), values: Count, without: Count, examples: z.array(z.string()) }),
      ),
    }),
  ),
  labels: z.array(z.object({ name: z.string(), values: Count, series: Count })),
})
export type Cardinality = z.infer<typeof Cardinality>

/** The stream rules in force, in their order, and documents that cannot be used. */
export const StreamRules = z.object({
  rules: z.array(z.object({ name: z.string(), action: z.string(), signals: z.array(z.string()) })),
  problems: z.array(z.object({ file: z.string(), message: z.string() })),
})
export type StreamRules = z.infer<typeof StreamRules>
