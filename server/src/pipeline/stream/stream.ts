import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { SampleBatch } from '../../port/metric-store.ts'
import type { SpanBatch } from '../../port/trace-store.ts'
import type { StreamConfig } from './config.ts'
import type { Stream, StreamDeps } from './index.ts'
import { DerivedSeries, PointSink } from './point-sink.ts'
import { createSampleFold } from './sample-fold.ts'
import { SpanFold } from './span-fold.ts'

const tickMs = 250
/** While the detectors are behind, no more is taken; then the points are dropped and counted. */
const roomWaitMs = 20
const roomWaitsMax = 500

export function createStream(deps: StreamDeps, config: StreamConfig): Stream {
  const { bus, metricStore, clock, metrics, log } = deps
  const dropped = metrics.counter(
    'aiops_stream_dropped_total',
    'Points and spans that did not get through.',
    ['reason'],
  )
  const points = metrics.counter('aiops_stream_points_total', 'Points given to the detectors.')
  const derived = new DerivedSeries(metricStore.catalog, () => dropped.inc({ reason: 'series_limit' }))
  const sinks = new Map<TenantId, PointSink>()
  const spanFolds = new Map<TenantId, { fold: SpanFold; dropped: number }>()
  const sinkOf = (tenant: TenantId): PointSink => {
    const known = sinks.get(tenant)
    if (known) return known
    const sink = new PointSink(tenant)
    sinks.set(tenant, sink)
    return sink
  }
  const limits = limitsOf(config)
  const samples = createSampleFold(metricStore.catalog, derived, limits, sinkOf, () =>
    dropped.inc({ reason: 'groups_limit' }),
  )
  const stops: (() => void)[] = []

  function publish(batch: SampleBatch): void {
    try {
      bus.publish('points', batch)
      points.inc(batch.count)
    } catch (error) {
      dropped.inc({ reason: 'detectors_behind' }, batch.count)
      log.debug({ error: messageOf(error) }, 'points were dropped because the detectors are behind')
    }
  }

  function flush(tenant: TenantId): void {
    sinkOf(tenant).flush((batch) => metricStore.append(batch, 0), publish)
  }

  /** Nothing to wait for, usually: then the next message is taken at once. */
  async function room(): Promise<void> {
    for (let waits = 0; waits < roomWaitsMax && !bus.hasRoom('points'); waits += 1)
      await clock.sleep(roomWaitMs)
  }

  function onSamples(batch: SampleBatch): void | Promise<void> {
    samples.add(batch)
    samples.endBatch(clock.monotonic())
    flush(batch.tenant)
    return bus.hasRoom('points') ? undefined : room()
  }

  function onSpans(batch: SpanBatch): void | Promise<void> {
    const entry = spanFoldOf(batch.tenant)
    const atMs = clock.monotonic()
    entry.fold.add(batch.spans, clock.now(), atMs)
    entry.fold.close(atMs, sinkOf(batch.tenant))
    flush(batch.tenant)
    return bus.hasRoom('points') ? undefined : room()
  }

  function spanFoldOf(tenant: TenantId): { fold: SpanFold; dropped: number } {
    const known = spanFolds.get(tenant)
    if (known) return known
    const entry = { fold: new SpanFold(tenant, derived, limits), dropped: 0 }
    spanFolds.set(tenant, entry)
    return entry
  }

  function tick(): void {
    const atMs = clock.monotonic()
    samples.tick(atMs)
    for (const [tenant, entry] of spanFolds) {
      entry.fold.close(atMs, sinkOf(tenant))
      dropped.inc({ reason: 'late_spans' }, entry.fold.droppedCount - entry.dropped)
      entry.dropped = entry.fold.droppedCount
    }
    for (const tenant of sinks.keys()) flush(tenant)
  }

  return {
    async start() {
      stops.push(
        bus.subscribe('samples', 'stream', onSamples),
        bus.subscribe('spans', 'stream', onSpans),
        clock.every(tickMs, tick),
      )
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
    },
    windows: (ref, sizeMs) => samples.windows(ref, sizeMs),
  }
}

function limitsOf(config: StreamConfig) {
  const windowSizesMs = config.window_sizes.map(durationMs)
  const baseMs = windowSizesMs[0] as number
  if (windowSizesMs.some((sizeMs) => sizeMs % baseMs !== 0))
    throw new Fault('CONFIG_INVALID', 'stream.window_sizes: each size must be a multiple of the first.')
  return {
    windowSizesMs,
    latenessMs: durationMs(config.lateness),
    gapMs: durationMs(config.gap),
    completeMs: durationMs(config.completeness_wait),
    groupsMax: config.groups_max,
    bucketMs: durationMs(config.span_interval),
    delayMs: durationMs(config.span_delay),
    spansPendingMax: config.spans_pending_max,
    servicesMax: config.services_max,
    edgesMax: config.edges_max,
  }
}
