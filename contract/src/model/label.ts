import { z } from 'zod'

/** Label or attribute names to values. `__name__` holds a series' metric name, as in Prometheus. */
export const Labels = z.record(z.string(), z.string())
export type Labels = z.infer<typeof Labels>

/** One condition on a label, with Prometheus' operators; regular expressions are fully anchored. */
export const Matcher = z.object({
  name: z.string(),
  op: z.enum(['=', '!=', '=~', '!~']),
  value: z.string(),
})
export type Matcher = z.infer<typeof Matcher>
