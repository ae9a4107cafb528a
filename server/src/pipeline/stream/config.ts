import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = (fallback: number, text: string) => z.number().int().min(1).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

export const StreamConfig = z.object({
  window_sizes: z
    .array(Duration)
    .min(1)
    .max(6)
    .default(['10s', '1m', '5m'])
    .describe('Window sizes, each a multiple of the first.'),
  lateness: duration('2m', 'How late a sample may come and still correct its window.'),
  gap: duration('5m', 'After a silence this long a counter or histogram starts anew: no rate over the gap.'),
  completeness_wait: duration(
    '500ms',
    "How long a histogram waits for the rest of its series when one export's samples come in several requests.",
  ),
  groups_max: count(50_000, 'Histogram and counter groups that may be folded; further ones are not watched.'),
  span_interval: duration('2s', 'Length of the intervals over which spans become points.'),
  span_delay: duration('1500ms', 'How long after its end a span interval waits for stragglers.'),
  spans_pending_max: count(50_000, 'Calls kept for matching callers with callees, per tenant.'),
  services_max: count(5_000, 'Services per tenant whose spans become points.'),
  edges_max: count(200, 'Called addresses per service that are watched.'),
})
export type StreamConfig = z.infer<typeof StreamConfig>
