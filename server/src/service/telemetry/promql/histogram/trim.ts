import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { type Bucket, fractionBelow, isCustom, lowerBound, upperBound } from './bucket.ts'
import { compactSide, type Side } from './side.ts'

/** What a cut leaves of a bucket: how many observations, and the value they are taken at for the sum. */
type Kept = { count: number; middle: number }

/**
 * The observations below (`upper`) or above (`lower`) a value; the bucket it falls into is split by interpolation, one without an end is
 * kept or dropped whole. The sum is estimated anew from the buckets once any is cut.
 */
export function trimHistogram(
  histogram: NativeHistogram,
  value: number,
  end: 'upper' | 'lower',
): NativeHistogram {
  const totals = { count: 0, sum: 0, cut: false }
  const keep = (before: number, kept: Kept): number => {
    totals.count += kept.count
    totals.sum += kept.middle * kept.count
    if (kept.count !== before) totals.cut = true
    return kept.count
  }
  const sideOf = (side: Side, positive: boolean): Side => ({
    indexes: side.indexes,
    counts: side.counts.map((count, i) => {
      if (count === 0) return 0
      const near = lowerBound(histogram, side.indexes[i]!)
      const far = upperBound(histogram, side.indexes[i]!)
      const bucket = positive ? { lower: near, upper: far, count } : { lower: -far, upper: -near, count }
      return keep(count, keptOf(bucket, value, end, positive, isCustom(histogram)))
    }),
  })
  const positive = sideOf(histogram.positive, true)
  const negative = sideOf(histogram.negative, false)
  let zeroCount = histogram.zeroCount
  if (zeroCount > 0) zeroCount = keep(zeroCount, keptOfZero(histogram, value, end))
  if (!totals.cut) return histogram
  return {
    ...histogram,
    count: totals.count,
    sum: totals.sum,
    zeroCount,
    positive: compactSide(positive),
    negative: compactSide(negative),
  }
}

function keptOf(
  bucket: Bucket,
  value: number,
  end: 'upper' | 'lower',
  positive: boolean,
  custom: boolean,
): Kept {
  const { lower, upper, count } = bucket
  const whole = end === 'upper' ? upper <= value : lower >= value
  if (whole) return { count, middle: middleOf(lower, upper, positive, custom) }
  const none = end === 'upper' ? lower >= value : upper <= value
  if (none) return { count: 0, middle: 0 }
  if (lower === Number.NEGATIVE_INFINITY || upper === Number.POSITIVE_INFINITY)
    return keptOfEndless(bucket, value, end)
  const below = count * fractionBelow(bucket, value, custom)
  return end === 'upper'
    ? { count: below, middle: middleOf(lower, value, positive, custom) }
    : { count: count - below, middle: middleOf(value, upper, positive, custom) }
}

/** A value within a bucket without an end: the distribution is unknown there. */
function keptOfEndless({ lower, upper, count }: Bucket, value: number, end: 'upper' | 'lower'): Kept {
  if (lower === Number.NEGATIVE_INFINITY) {
    const natural = upper > 0 && upper !== Number.POSITIVE_INFINITY
    // Observations are taken to be positive where the first bound is.
    if (end === 'upper') {
      if (value > 0 && natural) return { count: (count * value) / upper, middle: value / 2 }
      return upper <= 0 ? { count, middle: value } : { count: 0, middle: 0 }
    }
    if (value >= 0 && natural) return { count: count * (1 - value / upper), middle: (value + upper) / 2 }
    return { count: 0, middle: 0 }
  }
  return end === 'lower' && value >= lower ? { count, middle: value } : { count: 0, middle: 0 }
}

function keptOfZero(histogram: NativeHistogram, value: number, end: 'upper' | 'lower'): Kept {
  const populated = (side: Side): boolean => side.counts.some((count) => count !== 0)
  const hasNegative = populated(histogram.negative)
  const hasPositive = populated(histogram.positive)
  const lower = hasPositive && !hasNegative ? 0 : -histogram.zeroThreshold
  const upper = hasNegative && !hasPositive ? 0 : histogram.zeroThreshold
  const count = histogram.zeroCount
  const whole = { count, middle: (lower + upper) / 2 }
  const none = { count: 0, middle: 0 }
  if (value <= lower) return end === 'upper' ? none : whole
  if (value >= upper) return end === 'upper' ? whole : none
  return end === 'upper'
    ? { count: count * ((value - lower) / (upper - lower)), middle: (lower + value) / 2 }
    : { count: count * ((upper - value) / (upper - lower)), middle: (value + upper) / 2 }
}

function middleOf(lower: number, upper: number, positive: boolean, custom: boolean): number {
  if (!Number.isFinite(lower)) {
    if (!Number.isFinite(upper)) return 0
    return upper > 0 ? upper / 2 : upper
  }
  if (!Number.isFinite(upper)) return lower
  if (custom) return (lower + upper) / 2
  const middle = Math.sqrt(Math.abs(lower * upper))
  return positive ? middle : -middle
}
