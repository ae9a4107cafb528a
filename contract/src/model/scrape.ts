import { z } from 'zod'
import { Labels } from './label.ts'
import { Time } from './time.ts'

const Health = z.enum(['UP', 'DOWN', 'UNKNOWN'])
const Remark = z.object({ file: z.string(), message: z.string() })

/** What is scraped, and how the last scrape of each target went. */
export const ScrapeTargets = z.object({
  targets: z.array(
    z.object({
      job: z.string(),
      url: z.string(),
      labels: Labels,
      /** Before `relabel_configs`. */
      discovered_labels: Labels,
      health: Health,
      /** Empty for none. */
      last_error: z.string(),
      last_scrape: Time.nullable(),
      last_scrape_duration_seconds: z.number(),
      samples_scraped: z.number().int(),
      scrape_interval_seconds: z.number(),
    }),
  ),
  /** Targets that `relabel_configs` drop. */
  dropped: z.number().int(),
  /** What is wrong with configurations and discoveries; the last good state of each is in force. */
  problems: z.array(Remark),
  /** Parts of configurations that are passed over. */
  notes: z.array(Remark),
})
export type ScrapeTargets = z.infer<typeof ScrapeTargets>

/** HTTP APIs that are pulled, and how the last pull of each went. */
export const Pulls = z.object({
  pulls: z.array(
    z.object({
      name: z.string(),
      health: Health,
      last_error: z.string(),
      last_pull: Time.nullable(),
      points_written: z.number().int(),
      /** Entries of the last answer without name, time or number. */
      entries_skipped: z.number().int(),
    }),
  ),
  problems: z.array(Remark),
})
export type Pulls = z.infer<typeof Pulls>
