import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const RuleConfig = z.object({
  folder: z
    .string()
    .default('')
    .describe(
      'Folder of documents of correlation rules, YAML with `rules:`; empty: correlation-rules in the data folder. Those of a tenant lie in a folder of its name.',
    ),
  reload_every: Duration.default('10s').describe('How often the folder is looked at.'),
  rules_max: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Correlation rules of a tenant that are made through the API or taken over.'),
  preview_alerts_max: z
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(20_000)
    .describe('Stored alerts, and as many anomalies, that a preview looks at; the newest.'),
})
export type RuleConfig = z.infer<typeof RuleConfig>
