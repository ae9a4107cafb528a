import type { Metrics } from '../../kernel/metric.ts'

/** Senders without an answer never learn what was not taken; here it is. */
export const droppedMessages = (metrics: Metrics) =>
  metrics.counter(
    'aiops_collector_dropped_total',
    'Messages and connections that were not taken, or cut, by listener and reason.',
    ['listener', 'reason'],
  )
