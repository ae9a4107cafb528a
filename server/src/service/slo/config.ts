import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)
const count = (fallback: number, text: string) => z.number().int().min(1).default(fallback).describe(text)

/** Service level objectives. */
export const SloConfig = z.object({
  folder: z
    .string()
    .default('')
    .describe(
      'Folder of objectives as documents (YAML: our form, OpenSLO v1 or Sloth’s prometheus/v1); empty for `slos` in the data folder. A folder in it named as a tenant holds that tenant’s; the others are the first tenant’s. Read again every few seconds.',
    ),
  reload_interval: duration('5s', 'How often the folder is looked at.'),
  evaluation_delay: duration('5s', 'How long after the end of a minute its events are counted.'),
  lateness: duration(
    '2m',
    'How long a minute is counted again for data that comes late, before it is recorded.',
  ),
  backfill: duration(
    '50m',
    'How far back an objective is counted that is new, whose data was missing, or that was not looked at for a while. What ingest takes for too old (`ingest.remote_write_age_max`) is lost.',
  ),
  no_data_after: duration('10m', 'After so long without data an objective is in state NO_DATA.'),
  query_timeout: duration('30s', 'Longest evaluation of one query.'),
  evaluations_at_once_max: count(4, 'Objectives that are evaluated at once.'),
  slos_max: count(2_000, 'Objectives of one tenant.'),
})
export type SloConfig = z.infer<typeof SloConfig>
