import type { SeriesRef } from '../../port/metric-store.ts'
import type { Window } from './index.ts'
import { bucketQuantile } from './quantile.ts'

/** One bucket of a classic histogram: its series and its upper bound, +Inf for the last. */
export type Bucket = { ref: SeriesRef; bound: number }
export type QuantileWindow = { startMs: number; endMs: number; values: (number | null)[] }

/**
 * Quantiles of a histogram over windows, from how much each bucket grew in the window. A window in which not every bucket
 * was seen, or nothing was observed, has null.
 */
export function quantileWindows(
  buckets: readonly Bucket[],
  quantiles: readonly number[],
  windowsOf: (ref: SeriesRef) => readonly Window[],
): QuantileWindow[] {
  const sorted = buckets.toSorted((a, b) => a.bound - b.bound)
  const bounds = sorted.map((bucket) => bucket.bound)
  const grown = sorted.map((bucket) => new Map(windowsOf(bucket.ref).map((w) => [w.startMs, w])))
  return [...(grown[0]?.values() ?? [])].map(({ startMs, endMs }) => {
    const increases = grown.map((windows) => windows.get(startMs)?.ratePerSecond ?? Number.NaN)
    const values = quantiles.map((q) => {
      const value = increases.every(Number.isFinite) ? bucketQuantile(q, bounds, increases) : Number.NaN
      return Number.isFinite(value) ? value : null
    })
    return { startMs, endMs, values }
  })
}
