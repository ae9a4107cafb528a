import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

/** Settings of pulling: what is fetched, rather than sent. */
export const ScrapeConfig = z.object({
  config_files: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Files with `scrape_configs` in Prometheus’ form, such as a prometheus.yml as it is; of the rest, `global` counts and what is not about scraping is passed over.',
    ),
  folder: z
    .string()
    .default('')
    .describe('Folder of more such files; empty for `scrape` in the data folder.'),
  reload_interval: Duration.default('5s').describe('How often these files are looked at for changes.'),
  targets_max: z
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe('Targets of all jobs; further ones are not scraped, and said to be left out.'),
  at_once_max: z
    .number()
    .int()
    .positive()
    .default(64)
    .describe('Scrapes under way at once; further ones wait.'),
  response_bytes_max: z
    .number()
    .int()
    .positive()
    .default(64 * 1_048_576)
    .describe('Largest answer of a target, decompressed, in bytes; `body_size_limit` of a job may be less.'),
})
export type ScrapeConfig = z.infer<typeof ScrapeConfig>

export const PullConfig = z.object({
  folder: z
    .string()
    .default('')
    .describe(
      'Folder of `pulls` documents (YAML) for HTTP APIs that answer in JSON; empty for `pulls` in the data folder.',
    ),
  reload_interval: Duration.default('5s').describe('How often the folder is looked at for changes.'),
  at_once_max: z.number().int().positive().default(8).describe('Pulls under way at once; further ones wait.'),
  response_bytes_max: z
    .number()
    .int()
    .positive()
    .default(16 * 1_048_576)
    .describe('Largest answer, decompressed, in bytes.'),
  known_points_max: z
    .number()
    .int()
    .positive()
    .default(500_000)
    .describe('Points of one pull remembered, so that those fetched again are not written again.'),
})
export type PullConfig = z.infer<typeof PullConfig>
