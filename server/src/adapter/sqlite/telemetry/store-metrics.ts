import type { Metrics } from '../../../kernel/metric.ts'
import type { LogStore } from '../../../port/log-store.ts'
import type { TraceStore } from '../../../port/trace-store.ts'
import type { SqliteMetricStore } from './metric-store.ts'

type Observed = {
  metricStore: SqliteMetricStore
  logStore: LogStore
  traceStore: TraceStore
  fileBytes(): number
  queueBytes(): number
}

/** Registers the store's own metrics, read when scraped. Gives a wrapper that times checkpoints and counts failed ones. */
export function storeMetrics(
  metrics: Metrics,
  store: Observed,
): (checkpoint: () => Promise<void>) => Promise<void> {
  metrics.gauge('aiops_store_bytes', 'Payload bytes on disk, by signal.', ['signal'], (gauge) => {
    gauge.set({ signal: 'metric' }, store.metricStore.stats().bytesOnDisk)
    gauge.set({ signal: 'log' }, store.logStore.stats().bytesOnDisk)
    gauge.set({ signal: 'span' }, store.traceStore.stats().bytesOnDisk)
  })
  metrics.gauge(
    'aiops_store_file_bytes',
    'Bytes of the telemetry file and its write-ahead log.',
    [],
    (gauge) => gauge.set(store.fileBytes()),
  )
  metrics.gauge('aiops_store_head_bytes', 'Bytes of samples held in memory.', [], (gauge) =>
    gauge.set(store.metricStore.stats().headBytes),
  )
  metrics.gauge('aiops_store_series', 'Series known.', [], (gauge) =>
    gauge.set(store.metricStore.stats().series),
  )
  metrics.gauge(
    'aiops_store_samples',
    'Samples handed to the store since the start, by what became of them.',
    ['outcome'],
    (gauge) => {
      for (const [outcome, count] of Object.entries(store.metricStore.outcomes)) gauge.set({ outcome }, count)
    },
  )
  metrics.gauge('aiops_telemetry_log_queue_bytes', 'Bytes waiting to be committed.', [], (gauge) =>
    gauge.set(store.queueBytes()),
  )
  const seconds = metrics.histogram('aiops_store_checkpoint_seconds', 'Duration of checkpoints.')
  const failures = metrics.counter(
    'aiops_store_checkpoint_failures_total',
    'Checkpoints that failed; what they covered stays in the log.',
  )
  return async (checkpoint) => {
    const end = seconds.startTimer()
    try {
      await checkpoint()
      end()
    } catch (error) {
      failures.inc()
      throw error
    }
  }
}
