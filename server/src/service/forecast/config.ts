import { BreachDirection } from '@aiops/contract/model/forecast'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { defaultWatches } from './prediction/default-watch.ts'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 90d')

export const WatchConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .describe('Its name, by which what it predicted is kept.'),
  query: z.string().min(1).max(8_192).describe('PromQL; each series of it is watched by itself.'),
  limit: z.number().describe('Value that is not to be reached.'),
  direction: BreachDirection.default('ABOVE').describe('Whether it is reached from below or from above.'),
  lead: duration('2d').describe(
    'How long before it is reached people are told, at the most; a quarter of the history at the most.',
  ),
  severity: z
    .enum(['MEDIUM', 'LOW', 'INFO'])
    .default('MEDIUM')
    .describe('Of its alerts; what has not happened yet is never more than MEDIUM.'),
  min: z.number().optional().describe('Below which values cannot go.'),
  max: z.number().optional().describe('Above which values cannot go.'),
  enabled: z.boolean().default(true).describe('Whether it is looked at.'),
})
export type WatchConfig = z.infer<typeof WatchConfig>

const CapacityConfig = z.strictObject({
  horizon: duration('180d').describe('How far ahead the plan looks; twelve times the history at the most.'),
  kept: duration('10m').describe('How long a plan serves before it is made again.'),
  series_max: z.number().int().min(1).max(2_000).default(200).describe('Series of each kind in a plan.'),
})

export const ForecastConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether watches are looked at and predictions are told.'),
  watches: z
    .array(WatchConfig)
    .max(100)
    .refine(
      (watches) => new Set(watches.map(({ name }) => name)).size === watches.length,
      'has two watches of one name',
    )
    .prefault([...defaultWatches])
    .describe(
      'What is watched for limits that will be reached; replaces the shipped ones, which watch disks, memory, quotas and certificates.',
    ),
  interval: duration('10m').describe('How often watches are looked at.'),
  series_max: z.number().int().min(1).max(2_000).default(200).describe('Series of one watch.'),
  certainty: z
    .number()
    .min(0.1)
    .max(0.95)
    .default(0.5)
    .describe(
      'Chance of reaching the limit within the lead at which people are told; 0.1 is where the interval touches it.',
    ),
  hit_rate_min: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('A watch that is right less often than this tells nobody, but goes on predicting.'),
  outcomes_min: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('Outcomes before a watch is judged by its hit rate.'),
  predictions_kept: duration('400d').describe('How long predictions are kept.'),
  capacity: CapacityConfig.prefault({}).describe('The capacity plan.'),
})
export type ForecastConfig = z.infer<typeof ForecastConfig>
