import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = (fallback: number, min: number, max: number, text: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(text)

export const ExplainConfig = z.object({
  settle: Duration.default('3s').describe(
    'Wait after an incident opens before the first diagnosis, so that neighbours have reported too.',
  ),
  refine: z
    .array(Duration)
    .max(10)
    .default(['10s', '20s', '40s'])
    .describe('Times after the opening at which the diagnosis is made again on the data there is by then.'),
  update_throttle: Duration.default('10s').describe(
    'Least time between two diagnoses of one incident that new members of it cause.',
  ),
  lookback: Duration.default('10m').describe('Time before the incident that shows what is usual.'),
  window_max: Duration.default('10m').describe(
    'Time after the beginning of an incident that is looked at; later samples show what people did about it.',
  ),
  depth: count(3, 0, 5, 'Calls to follow from the affected entities, in both directions.'),
  entities_max: count(60, 1, 5_000, 'Entities looked at per diagnosis, nearest first.'),
  series_max: count(3_000, 1, 100_000, 'Series read per diagnosis.'),
  samples_max: count(3_000_000, 1_000, 50_000_000, 'Samples read per diagnosis.'),
  log_entities_max: count(12, 0, 200, 'Entities whose error logs are counted before and after.'),
  log_records_max: count(300, 1, 10_000, 'Log records read per entity and side.'),
  changes_before: Duration.default('30m').describe(
    'Time before the beginning of an incident in which changes are weighed as its reason; the nearer the stronger.',
  ),
  changes_max: count(300, 0, 10_000, 'Changes weighed per diagnosis, the newest first.'),
  findings_max: count(5_000, 0, 100_000, 'Findings of clusters looked through per diagnosis.'),
  causes_max: count(5, 1, 20, 'Causes named in a diagnosis; the rest joins the unknown.'),
  waiting_max: count(200, 1, 10_000, 'Diagnoses that may wait for their turn; one runs at a time.'),
  backlog_max: count(
    10_000,
    0,
    100_000,
    'Incidents that wait for a first diagnosis until there is room, the most severe and newest first; beyond it the least severe and oldest get none by themselves.',
  ),
  incidents_max: count(
    1_000,
    1,
    100_000,
    'Incidents followed at once; beyond it the one followed longest is let go.',
  ),
})
export type ExplainConfig = z.infer<typeof ExplainConfig>
