import type { EventBus } from '../../port/event-bus.ts'
import type { SampleBatch, SeriesRef } from '../../port/metric-store.ts'

type Listener = (ref: SeriesRef, timeMs: number, value: number) => void

/** Points of watched series out of all that pass. While nobody watches, a batch costs one comparison. */
export type PointFeed = { watch(ref: SeriesRef, listener: Listener): () => void; close(): void }

export function createPointFeed(bus: EventBus): PointFeed {
  const listeners = new Map<SeriesRef, Set<Listener>>()
  const handle = (batch: SampleBatch): void => {
    if (listeners.size === 0) return
    for (let i = 0; i < batch.count; i += 1) {
      const ref = batch.series[i] ?? 0
      const watching = listeners.get(ref)
      if (watching)
        for (const listener of watching) listener(ref, batch.timesMs[i] ?? 0, batch.values[i] ?? Number.NaN)
    }
  }
  const stops = [bus.subscribe('samples', 'live', handle), bus.subscribe('points', 'live', handle)]
  return {
    watch(ref, listener) {
      const watching = listeners.get(ref) ?? new Set()
      listeners.set(ref, watching.add(listener))
      return () => {
        watching.delete(listener)
        if (watching.size === 0) listeners.delete(ref)
      }
    },
    close() {
      for (const stop of stops) stop()
      listeners.clear()
    },
  }
}
