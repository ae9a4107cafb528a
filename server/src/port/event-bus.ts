import type { Event, EventType } from '@aiops/contract/event'
import type { LogBatch } from './log-store.ts'
import type { SampleBatch } from './metric-store.ts'
import type { SpanBatch } from './trace-store.ts'

/** Telemetry between stages: columns and batches, not envelopes. */
export type Topics = {
  /** What senders sent, stored. */
  samples: SampleBatch
  logs: LogBatch
  spans: SpanBatch
  /** What detectors watch: gauges as they are, counters as rates, histograms and spans as rate, mean, quantile, error ratio. */
  points: SampleBatch
  /** Everything else: anomalies, alerts, incidents, diagnoses, remediations. */
  events: Event
}
export type Topic = keyof Topics

/**
 * Delivers to every subscriber at least once, in order of publication per tenant, acknowledged by the subscriber's promise.
 * Bounded: `publish` of `samples`, `logs` and `spans` throws QUEUE_FULL when a subscriber is too far behind, so that ingest can
 * tell its sender; `events` wait. A subscriber that throws is logged and counted, and never disturbs another or the publisher.
 */
export interface EventBus {
  publish<T extends Topic>(topic: T, message: Topics[T]): void
  /** `accepts` narrows what is delivered, queued and counted. */
  subscribe<T extends Topic>(
    topic: T,
    name: string,
    handler: (message: Topics[T]) => void | Promise<void>,
    accepts?: (message: Topics[T]) => boolean,
  ): () => void
  /** Whether every subscriber of the topic has room: asked before an entry is made durable. */
  hasRoom(topic: Topic): boolean
  counts(): { subscriber: string; topic: Topic; handled: number; failed: number; waiting: number }[]
  /** Resolves when all that was published has been handled. */
  idle(): Promise<void>
}

/** Subscribes to events of some types only, payload typed. */
export function onEvent<T extends EventType>(
  bus: Pick<EventBus, 'subscribe'>,
  name: string,
  types: readonly T[],
  handler: (event: Event<T>) => void | Promise<void>,
): () => void {
  return bus.subscribe(
    'events',
    name,
    (event) => handler(event as Event<T>),
    (event) => (types as readonly EventType[]).includes(event.event_type),
  )
}
