import type { Clock } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { RelayState } from './index.ts'

/** What /metrics tells of a relay. */
export class RelayMeter {
  readonly #kept
  readonly #keptBytes
  readonly #refused
  readonly #forwarded
  readonly #forwardedBytes
  readonly #failed
  readonly #dead

  constructor(metrics: Metrics, clock: Clock, state: () => RelayState) {
    this.#kept = metrics.counter('aiops_edge_kept_requests_total', 'Requests that were put on disk.')
    this.#keptBytes = metrics.counter('aiops_edge_kept_bytes_total', 'Bytes of their bodies.')
    this.#refused = metrics.counter(
      'aiops_edge_refused_requests_total',
      'Requests that could not be put on disk; their senders were told.',
      ['error_type'],
    )
    this.#forwarded = metrics.counter('aiops_edge_forwarded_requests_total', 'Requests that the hub took.')
    this.#forwardedBytes = metrics.counter('aiops_edge_forwarded_bytes_total', 'Bytes of their bodies.')
    this.#failed = metrics.counter(
      'aiops_edge_failed_attempts_total',
      'Requests that were sent and will be sent again.',
    )
    this.#dead = metrics.counter(
      'aiops_edge_dead_letters_total',
      'Requests that the hub refused for good; they are set aside.',
    )
    metrics.gauge('aiops_edge_buffered_bytes', 'Bytes on disk that wait to be sent on.', [], (gauge) =>
      gauge.set(state().bufferedBytes),
    )
    metrics.gauge('aiops_edge_buffer_limit_bytes', 'Room on disk for them.', [], (gauge) =>
      gauge.set(state().bufferBytesMax),
    )
    metrics.gauge(
      'aiops_edge_oldest_age_seconds',
      'Age of the oldest that waits; 0 where none does.',
      [],
      (gauge) => {
        const { oldestMs } = state()
        gauge.set(oldestMs === null ? 0 : Math.max(0, clock.now() - oldestMs) / 1_000)
      },
    )
    metrics.gauge(
      'aiops_edge_dropped_requests',
      'Requests dropped for newer ones since the log was made.',
      [],
      (gauge) => gauge.set(state().dropped.requests),
    )
    metrics.gauge(
      'aiops_edge_damaged_bytes',
      'Bytes that could not be read back since the log was made.',
      [],
      (gauge) => gauge.set(state().damaged.bytes),
    )
    metrics.gauge('aiops_edge_hub_up', 'Whether the hub took the last request.', [], (gauge) =>
      gauge.set(state().problem === '' ? 1 : 0),
    )
  }

  kept(bytes: number): void {
    this.#kept.inc()
    this.#keptBytes.inc(bytes)
  }
  refused(error_type: string): void {
    this.#refused.inc({ error_type })
  }
  forwarded(bytes: number): void {
    this.#forwarded.inc()
    this.#forwardedBytes.inc(bytes)
  }
  failed(): void {
    this.#failed.inc()
  }
  refusedByHub(): void {
    this.#dead.inc()
  }
}
