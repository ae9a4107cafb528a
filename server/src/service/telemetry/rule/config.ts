import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

/** Recording and alerting rules in Prometheus' form. */
export const RulesConfig = z.object({
  folder: z
    .string()
    .default('')
    .describe(
      'Folder of rule files as Prometheus has them (YAML); empty for `prometheus-rules` in the data folder. A folder in it named as a tenant holds that tenant’s; the others are the first tenant’s. Read again every few seconds.',
    ),
  reload_interval: duration('5s', 'How often the folder is looked at.'),
  evaluation_interval: duration('1m', 'How often the groups are evaluated that say nothing else.'),
  query_offset: duration('0s', 'How far back groups look that say nothing else, for data that comes late.'),
  query_timeout: duration('2m', 'Longest evaluation of one rule.'),
  resend_delay: duration('1m', 'How long to wait before a firing alert is told again.'),
  for_outage_tolerance: duration(
    '1h',
    'After a pause of at most this, alerts that wait for their `for` go on waiting where they were.',
  ),
  for_grace_period: duration(
    '10m',
    'Alerts with at least this `for` fire no sooner than this after such a pause.',
  ),
  external_labels: z
    .record(z.string(), z.string())
    .default({})
    .describe('What templates know as `$externalLabels`.'),
  groups_max: z.number().int().positive().default(2_000).describe('Groups of one tenant.'),
  evaluations_at_once_max: z
    .number()
    .int()
    .positive()
    .default(4)
    .describe('Groups that are evaluated at once.'),
})
export type RulesConfig = z.infer<typeof RulesConfig>
