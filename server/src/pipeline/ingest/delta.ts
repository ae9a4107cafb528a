import type { MetricStore, SeriesRef } from '../../port/metric-store.ts'
import type { SampleColumns } from './sample-columns.ts'

/**
 * Turns differences into running totals, in place, in the order in which requests became durable: a difference is added to the
 * newest total of its series in the store. So there is no accumulator that a restart could lose: a replay goes on from what the
 * store holds. A series new to the store, or whose newest value is stale, begins at 0, which readers see as a counter reset.
 * A difference no newer than the stored total is one sent again: it is left out, so that a repeated request adds nothing.
 * Returns how many were left out.
 */
export function accumulate(columns: SampleColumns, store: Pick<MetricStore, 'latest'>): number {
  if (columns.deltas.length === 0) return 0
  const { series, timesMs, values, deltas } = columns
  const totals = new Map<SeriesRef, { timeMs: number; value: number }>(
    store.latest([...new Set(deltas.map((at) => series[at]!))]),
  )
  const dropped = new Set<number>()
  for (const at of deltas) {
    const ref = series[at]!
    const timeMs = timesMs[at]!
    const before = totals.get(ref)
    if (before && timeMs <= before.timeMs) {
      dropped.add(at)
      continue
    }
    const value = (before && Number.isFinite(before.value) ? before.value : 0) + values[at]!
    values[at] = value
    totals.set(ref, { timeMs, value })
  }
  columns.drop(dropped)
  return dropped.size
}
