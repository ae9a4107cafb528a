import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { equalBounds } from './combine.ts'
import { compactSide, emptySide, equalSides, mapCounts } from './side.ts'

/** All counts and the sum times a factor; a negative one makes a gauge. */
export const scaleHistogram = (histogram: NativeHistogram, factor: number): NativeHistogram =>
  mapHistogram(histogram, (value) => value * factor, factor < 0)

/** All counts and the sum over a divisor; by 0 no bucket is left. */
export function divideHistogram(histogram: NativeHistogram, divisor: number): NativeHistogram {
  const divided = mapHistogram(histogram, (value) => value / divisor, divisor < 0)
  return divisor === 0 ? { ...divided, positive: emptySide, negative: emptySide } : divided
}

export const negateHistogram = (histogram: NativeHistogram): NativeHistogram => scaleHistogram(histogram, -1)

/** Empty buckets left out. */
export const compactHistogram = (histogram: NativeHistogram): NativeHistogram => ({
  ...histogram,
  positive: compactSide(histogram.positive),
  negative: compactSide(histogram.negative),
})

/** The same counts in the same buckets; reset hints do not count. */
export function equalHistograms(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    equalBounds(a.bounds, b.bounds) &&
    equalSides(compactSide(a.positive), compactSide(b.positive)) &&
    equalSides(compactSide(a.negative), compactSide(b.negative))
  )
}

function mapHistogram(
  histogram: NativeHistogram,
  change: (value: number) => number,
  gauge: boolean,
): NativeHistogram {
  return {
    ...histogram,
    count: change(histogram.count),
    sum: change(histogram.sum),
    zeroCount: change(histogram.zeroCount),
    positive: mapCounts(histogram.positive, change),
    negative: mapCounts(histogram.negative, change),
    reset: gauge ? 'GAUGE' : histogram.reset,
  }
}
