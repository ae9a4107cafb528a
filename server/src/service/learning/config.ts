import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = (fallback: number, min: number, text: string) =>
  z.number().int().min(min).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

export const LearningConfig = z.object({
  labels_per_day_max: count(100, 1, 'Labels one person may give in 24 hours; further ones are refused.'),
  explanation_min: count(
    50,
    0,
    'Characters of explanation that a label needs which contradicts the platform on HIGH or CRITICAL, or most other people.',
  ),
  bulk_labels: count(
    20,
    2,
    'More labels of one unreal verdict than this within bulk_window wait for a review.',
  ),
  bulk_window: duration('5m', 'The stretch of time in which bulk_labels are counted.'),
  outlier_sigmas: z
    .number()
    .min(1)
    .default(3)
    .describe(
      'Somebody who disagrees with the others by more standard deviations than this has their labels reviewed.',
    ),
  volume_share_max: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.8)
    .describe('Of 50 labels or more in a day by three people or more, the share that one of them may give.'),
  label_half_life: duration('90d', 'After this long a label counts half.'),
  labels_max: count(5_000, 10, 'The newest labels are learned from, so many at most.'),
  user_share_max: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.5)
    .describe('What one person of three or more may weigh among all labels that are learned from.'),
  chance_real_max: z
    .number()
    .min(0.01)
    .max(0.5)
    .default(0.2)
    .describe('What is likelier real than this is never held back.'),
  factor_max: z
    .number()
    .min(1)
    .max(4)
    .default(4)
    .describe('A bound is raised to so many times itself at most.'),
  train_every: duration('24h', 'Corrections are trained anew this often where labels changed.'),
  train_labels: count(5, 1, 'So many new labels train a candidate before that.'),
  train_pause: duration('5m', 'Least time between two trainings.'),
  unreal_share_max: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('More labels of the last day than this called unreal train a candidate at once.'),
  shadow_decisions: count(
    20,
    1,
    'Decisions a candidate is judged by in shadow before it is applied anywhere.',
  ),
  canary_decisions: count(10, 1, 'Decisions a candidate is judged by at each step of its roll-out.'),
  canary_step: duration('10m', 'Least time of a step of the roll-out: 1, 10, 50, 100 % of the series.'),
  regression_max: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe('A candidate whose F1 is lower than the champion’s by more than this is taken back.'),
  stale_after: duration('30d', 'A champion older than this is called stale.'),
  versions_kept: count(5, 1, 'Versions kept beside the one in force.'),
  check_every: duration('1m', 'How often roll-out, drift and training are looked at.'),
})
export type LearningConfig = z.infer<typeof LearningConfig>
