import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const count = (fallback: number, min: number, max: number, text: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

export const TraceWatchConfig = z.object({
  enabled: z.boolean().default(true).describe('false: operations, fan-out and new calls are not watched.'),
  interval: duration('10s', 'Length of the intervals over which spans of an operation become points.'),
  delay: duration('3s', 'How long after its end an interval waits for stragglers.'),
  requests_min: count(
    10,
    2,
    100_000,
    'Requests that make a p95 or a ratio; fewer wait for those of the next intervals.',
  ),
  learn_for: duration('10m', 'How long calls of a service are learned before one of them can be new.'),
  learn_requests: count(100, 1, 1_000_000, 'And at least so many requests that it served or made.'),
  new_count: count(3, 1, 10_000, 'Calls of a new edge within a minute before it is told.'),
  quiet_after: duration('5m', 'A new edge ends when no call was seen for this long.'),
  adopt_after: duration('1h', 'What lasts this long is usual from then on.'),
  services_max: count(2_000, 1, 100_000, 'Services of a tenant whose spans are watched.'),
  operations_max: count(
    30,
    1,
    10_000,
    'Operations of a service that are series of their own, the first seen.',
  ),
  edges_max: count(100, 1, 10_000, 'Services that one service calls and that are told apart.'),
  spans_pending_max: count(100_000, 100, 10_000_000, 'Spans remembered for matching callers with callees.'),
  told_max: count(200, 1, 10_000, 'New edges that are open at one time.'),
})
export type TraceWatchConfig = z.infer<typeof TraceWatchConfig>
