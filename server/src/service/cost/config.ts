import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 90d')
const labels = (...fallback: string[]) => z.array(z.string().min(1).max(128)).max(16).default(fallback)

const PricesConfig = z.strictObject({
  stale_after: duration('90d').describe(
    'Prices older than this are marked stale, and approve nothing by themselves.',
  ),
  defaults: z
    .boolean()
    .default(true)
    .describe(
      'Whether the shipped list prices stand in where neither a metric nor a book of yours has a price.',
    ),
  reload_interval: duration('30s').describe('How often the folder of price books is read.'),
})

const SharedConfig = z.strictObject({
  namespaces: z
    .array(z.string().max(253))
    .max(1_000)
    .default([])
    .describe('Namespaces whose cost everybody else bears, such as kube-system.'),
  split: z
    .enum(['WEIGHTED', 'EVEN'])
    .default('WEIGHTED')
    .describe('How shared cost is borne: by what each costs itself, or by all alike.'),
})

const OpportunityConfig = z.strictObject({
  history: duration('7d').describe('How far back usage is looked at for right-sizing and idleness.'),
  history_min: duration('24h').describe('Below this much history nothing is said of a container.'),
  headroom: z
    .number()
    .min(1)
    .max(10)
    .default(1.2)
    .describe('What is left above the usage that was seen: 1.2 is a fifth more.'),
  saving_monthly_usd_min: z
    .number()
    .min(0)
    .default(1)
    .describe('Savings below this, in USD a month, are not listed.'),
  interval: duration('1h').describe(
    'How long what was found is given as an answer before it is looked for again.',
  ),
})

export const CostConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether spend is measured and budgets are watched.'),
  price_folder: z
    .string()
    .default('')
    .describe('Folder of price books, YAML, JSON or CSV; empty: `prices` in the data folder.'),
  prices: PricesConfig.prefault({}).describe('Price books.'),
  interval: duration('1m').describe('How often spend is written as metrics and budgets are looked at.'),
  resolution: duration('1m').describe('The finest step in which requests and usage are read.'),
  samples_max: z
    .number()
    .int()
    .min(10)
    .max(11_000)
    .default(1_500)
    .describe(
      'Steps that a window is read in, unless a finer resolution is asked for; longer windows get longer steps.',
    ),
  rows_max: z
    .number()
    .int()
    .min(100)
    .max(5_000_000)
    .default(200_000)
    .describe('Rows that one question may hold before it is refused: names times nodes.'),
  team_labels: labels('team', 'owner', 'app_kubernetes_io_team').describe(
    'Labels of pods or their namespace that name a team, the first that is there.',
  ),
  environment_labels: labels('environment', 'env').describe(
    'Labels of pods or their namespace that name an environment, the first that is there.',
  ),
  service_labels: labels('app_kubernetes_io_name', 'app', 'k8s_app').describe(
    'Labels of pods that name the service; without one it is the controller.',
  ),
  shared: SharedConfig.prefault({}).describe('What everybody bears together.'),
  watch_samples: z
    .boolean()
    .default(true)
    .describe(
      'Whether requests are written as metrics from watched clusters that no kube-state-metrics tells of.',
    ),
  hours_kept: duration('400d').describe('How long spend by the hour is kept.'),
  backfill: duration('31d').describe(
    'How far back hours without spend are computed, where there are metrics of then.',
  ),
  opportunity: OpportunityConfig.prefault({}).describe('What could be saved.'),
})
export type CostConfig = z.infer<typeof CostConfig>
