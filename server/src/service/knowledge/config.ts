import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const KnowledgeConfig = z.object({
  topology_file: z
    .string()
    .optional()
    .describe('JSON or YAML file with entities and edges to know from the start; spans add to it.'),
  entities_max: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(50_000)
    .describe('Entities kept per tenant; further ones are refused and counted.'),
  edges_max: z
    .number()
    .int()
    .min(1)
    .max(4_000_000)
    .default(200_000)
    .describe('Edges kept per tenant; further ones are refused and counted.'),
  pairing_seconds: z
    .number()
    .min(1)
    .max(600)
    .default(30)
    .describe('How long a span waits for the other end of its call, which may come from another sender.'),
  pairing_spans_max: z
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(50_000)
    .describe('Spans of a tenant that may wait for their other end; the oldest give way.'),
  save_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(5)
    .describe('At most this often a changed topology is written to the record store.'),
  changes_retention: Duration.default('30d').describe('How long changes are kept.'),
  changes_max: z
    .number()
    .int()
    .min(100)
    .max(10_000_000)
    .default(100_000)
    .describe('Changes kept per tenant; the oldest give way.'),
  neighbourhood_depth: z
    .number()
    .int()
    .min(1)
    .max(6)
    .default(3)
    .describe(
      'Distance up to which neighbourhoods are kept ready; farther ones are searched when asked for.',
    ),
})
export type KnowledgeConfig = z.infer<typeof KnowledgeConfig>
