import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = (fallback: number, min: number, max: number, text: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

export const LogWatchConfig = z.object({
  enabled: z.boolean().default(true).describe('false: log lines are stored and searched, never judged.'),
  worker: z.boolean().default(true).describe('Mine in a thread of its own; false: in the main thread.'),
  interval: duration('10s', 'Length of the intervals over which log lines become points.'),
  delay: duration('3s', 'How long after its end an interval waits for stragglers.'),
  learn_for: duration('10m', 'How long the lines of a service are learned before one of them can be new.'),
  learn_lines: count(20, 1, 1_000_000, 'And at least so many lines.'),
  history: duration('1h', 'Stored lines that are learned from when the first line of a tenant arrives.'),
  history_lines: count(50_000, 0, 1_000_000, 'At most so many of them; 0: none.'),
  new_count: count(
    3,
    1,
    10_000,
    'Lines of a new pattern within new_within before it is told; one FATAL line is enough.',
  ),
  new_within: duration('1m', 'See new_count.'),
  burst_count: count(
    30,
    2,
    100_000,
    'A new pattern that is neither warning nor error is told from so many lines within new_within.',
  ),
  confidence_min: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe(
      'A new pattern less sure than this is not told: 0.6 after ten minutes, 0.9 after an hour, less where they are frequent.',
    ),
  quiet_after: duration('2m', 'What was told ends when it was not seen for this long.'),
  adopt_after: duration('1h', 'What lasts this long is usual from then on.'),
  sources_max: count(
    2_000,
    1,
    100_000,
    'Services whose lines are mined; beyond them one silent for five minutes makes room, else the new one waits.',
  ),
  patterns_max: count(
    256,
    16,
    10_000,
    'Patterns known of one service; lines of further ones are only counted.',
  ),
  memory_max_mb: count(
    192,
    8,
    65_536,
    'Memory for patterns; beyond it the services that hold most begin anew.',
  ),
  pattern_series_max: count(
    8,
    0,
    256,
    'Patterns of one service, the most frequent, whose rate is a series of its own.',
  ),
  told_max: count(200, 1, 10_000, 'Anomalies of logs that are open at one time.'),
  queue_lines_max: count(
    50_000,
    1_000,
    10_000_000,
    'Lines on their way to the thread; more are stored and not mined, and counted.',
  ),
})
export type LogWatchConfig = z.infer<typeof LogWatchConfig>
