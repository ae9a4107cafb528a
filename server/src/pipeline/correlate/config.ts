import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { RuleConfig } from './rule/rule-config.ts'

export const CorrelateConfig = z.object({
  time_window: Duration.default('5m').describe(
    'Anomalies and alerts whose beginnings lie farther apart are not joined, unless the same entity is still in trouble.',
  ),
  topology_depth: z
    .number()
    .int()
    .min(0)
    .max(6)
    .default(3)
    .describe('Largest number of edges between two entities that may belong to one incident.'),
  similarity_threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Least product of nearness in time, nearness in the topology and likeness that joins two.'),
  merge_window: Duration.default('2m').describe(
    'Two open incidents become one when something near both appears and they began no farther apart.',
  ),
  burst_window: Duration.default('6s').describe(
    'Alerts around one place that begin this close together are one burst.',
  ),
  burst_echo: Duration.default('3m').describe(
    'How fast it gets unlikelier that further alerts belong to a burst: after this long a third as likely.',
  ),
  burst_span: Duration.default('6m').describe(
    'Alerts that begin later after the first of an incident do not join it, unless one of it fires again.',
  ),
  alert_persist: Duration.default('15m').describe(
    'A lone alert of MEDIUM severity that lasts this long is worth an incident.',
  ),
  pair_window: Duration.default('60s').describe(
    'Two lesser anomalies that begin this close together are worth an incident.',
  ),
  persist: Duration.default('60s').describe(
    'A single MEDIUM anomaly that lasts this long is worth an incident.',
  ),
  confidence_min: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('Least confidence with which one HIGH anomaly is worth an incident.'),
  resolve_after: Duration.default('30s').describe(
    'An incident is resolved when everything in it has ended and stayed so this long.',
  ),
  reopen_within: Duration.default('10m').describe(
    'A resolved incident is reopened when one of its anomalies or alerts comes back this soon.',
  ),
  rules: RuleConfig.prefault({}),
  silences_max: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(2_000)
    .describe('Silences of a tenant that have not ended.'),
  silence_retention: Duration.default('5d').describe('How long a silence is kept after its end.'),
  silenced_max: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(50_000)
    .describe(
      'Alerts and anomalies of a tenant that silences hold back at once; the oldest give way and stay without an incident.',
    ),
  pending_max: z
    .number()
    .int()
    .min(10)
    .max(1_000_000)
    .default(20_000)
    .describe(
      'Anomalies and alerts of a tenant that may wait for company before they are worth an incident; the oldest give way.',
    ),
  incidents_max: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe(
      'Incidents of a tenant followed at once; beyond it the longest quiet one is no longer followed, though kept.',
    ),
  lesson_half_life: Duration.default('90d').describe(
    'After this long, what somebody taught by joining or parting alerts weighs half as much.',
  ),
  lessons_max: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(500)
    .describe('Lessons of a tenant; the longest untouched gives way. With 0, nothing is learned.'),
  lesson_acts_per_hour: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(30)
    .describe('What one person joins or parts within an hour beyond this is done and teaches nothing.'),
  timeline_members_max: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      "Single anomalies and alerts written to one incident's timeline; further ones are only counted.",
    ),
})
export type CorrelateConfig = z.infer<typeof CorrelateConfig>
