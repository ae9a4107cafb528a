/** Stream: samples and spans become windows, and the points that detectors watch. */
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { MetricStore, SeriesRef } from '../../port/metric-store.ts'

export type Window = {
  startMs: number
  endMs: number
  count: number
  mean: number
  min: number
  max: number
  last: number
  ratePerSecond: number | null
}

export interface Stream extends Lifecycle {
  /** The closed and the current windows of a series, oldest first; sizes are those of the configuration. */
  windows(ref: SeriesRef, sizeMs: number): Window[]
}

export type StreamDeps = { bus: EventBus; metricStore: MetricStore; clock: Clock; metrics: Metrics; log: Log }

export { StreamConfig } from './config.ts'
export { type Bucket, type QuantileWindow, quantileWindows } from './histogram-window.ts'
export { createStream } from './stream.ts'
