import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { exponentialBound } from './bucket.ts'

/** What the zero bucket would count with a wider threshold, and the threshold it then needs so that no populated bucket is split. */
export type ZeroBucket = { count: number; threshold: number }

export function widenedZeroBucket(histogram: NativeHistogram, threshold: number): ZeroBucket {
  let needed = threshold
  if (needed === histogram.zeroThreshold) return { count: histogram.zeroCount, threshold: needed }
  // Each round widens the threshold to the end of one more bucket; there are as many rounds as buckets at most.
  for (;;) {
    const before = needed
    let count = histogram.zeroCount
    for (const side of [histogram.positive, histogram.negative])
      for (let i = 0; i < side.indexes.length; i++) {
        const index = side.indexes[i]!
        if (exponentialBound(index - 1, histogram.schema) >= needed) break
        count += side.counts[i]!
        if (side.counts[i] !== 0) needed = Math.max(needed, exponentialBound(index, histogram.schema))
      }
    if (needed === before) return { count, threshold: needed }
  }
}

/** The least threshold both histograms can have without splitting a populated bucket. */
export function sharedThreshold(a: NativeHistogram, b: NativeHistogram): number {
  let threshold = Math.max(a.zeroThreshold, b.zeroThreshold)
  for (;;) {
    const wider = widenedZeroBucket(b, widenedZeroBucket(a, threshold).threshold).threshold
    if (wider === threshold) return threshold
    threshold = wider
  }
}
