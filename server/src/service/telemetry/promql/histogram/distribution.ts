import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { type Bucket, fractionBelow, isCustom, walkBuckets } from './bucket.ts'
import { KahanSum } from './kahan-sum.ts'

/** What a reader should know of a quantile or fraction of a histogram with NaN observations. */
export type NanEffect = 'none' | 'result-nan' | 'skewed' | 'excluded'
export type Estimate = { value: number; nan: NanEffect }

export const meanOf = (histogram: NativeHistogram): number => histogram.sum / histogram.count

/** Variance about the mean, each bucket taken at its geometric (exponential) or arithmetic (custom) middle. */
export function varianceOf(histogram: NativeHistogram): number {
  const mean = meanOf(histogram)
  const custom = isCustom(histogram)
  const sum = new KahanSum()
  walkBuckets(histogram, false, (bucket) => {
    if (bucket.count === 0) return false
    const delta = middleOf(bucket, custom) - mean
    sum.add(bucket.count * delta * delta)
    return false
  })
  return sum.total() / histogram.count
}

/**
 * The φ-quantile, interpolated linearly within custom buckets and the zero bucket, else on a logarithmic scale.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantileOf(histogram: NativeHistogram, q: number): Estimate {
  if (q < 0) return plain(Number.NEGATIVE_INFINITY)
  if (q > 1) return plain(Number.POSITIVE_INFINITY)
  if (histogram.count === 0 || Number.isNaN(q)) return plain(Number.NaN)
  // NaN observations count in `count` and in no bucket: then ranks hold only from below.
  const hasNan = Number.isNaN(histogram.sum)
  const descending = !hasNan && q >= 0.5
  const rank = descending ? (1 - q) * histogram.count : q * histogram.count
  const { bucket, cumulated, all } = bucketAt(histogram, rank, descending)
  const custom = isCustom(histogram)
  if (custom && bucket.lower === Number.NEGATIVE_INFINITY) {
    if (bucket.upper <= 0) return plain(bucket.upper)
    bucket.lower = 0
  } else if (custom && bucket.upper === Number.POSITIVE_INFINITY) return plain(bucket.lower)
  if (!custom && bucket.lower < 0 && bucket.upper > 0) cutAtZero(histogram, bucket)
  // Rounding may have let the buckets count more than the whole.
  const count = Math.min(cumulated, histogram.count)
  if (count < rank) return hasNan ? { value: Number.NaN, nan: 'result-nan' } : plain(bucket.upper)
  const within = descending ? count - rank : rank - (count - bucket.count)
  const nan = hasNan && all < histogram.count ? 'skewed' : 'none'
  return { value: interpolate(bucket, within / bucket.count, custom), nan }
}

/** The share of observations between two values; the inverse of `quantileOf`. */
export function fractionOf(histogram: NativeHistogram, lower: number, upper: number): Estimate {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return plain(Number.NaN)
  if (lower >= upper) return plain(0)
  const hasNan = Number.isNaN(histogram.sum)
  const inBuckets = hasNan ? countInBuckets(histogram) : histogram.count
  const from = Math.min(rankOf(histogram, lower, inBuckets), inBuckets)
  const to = Math.min(rankOf(histogram, upper, inBuckets), inBuckets)
  return {
    value: (to - from) / histogram.count,
    nan: hasNan && inBuckets < histogram.count ? 'excluded' : 'none',
  }
}

const plain = (value: number): Estimate => ({ value, nan: 'none' })

function middleOf(bucket: Bucket, custom: boolean): number {
  if (custom) return (bucket.upper + bucket.lower) / 2
  if (bucket.lower <= 0 && bucket.upper >= 0) return 0
  const middle = Math.sqrt(bucket.upper * bucket.lower)
  return bucket.upper < 0 ? -middle : middle
}

/** The bucket in which the count reaches `rank`, or the last one; what was counted up to there and, from below, in all. */
function bucketAt(
  histogram: NativeHistogram,
  rank: number,
  descending: boolean,
): { bucket: Bucket; cumulated: number; all: number } {
  const found: Bucket = { lower: 0, upper: 0, count: 0 }
  let cumulated = 0
  let all = 0
  let reached = false
  walkBuckets(histogram, descending, (bucket) => {
    all += bucket.count
    if (reached || bucket.count === 0) return false
    cumulated = all
    found.lower = bucket.lower
    found.upper = bucket.upper
    found.count = bucket.count
    reached = cumulated >= rank
    return reached && descending
  })
  return { bucket: found, cumulated, all }
}

/** A histogram with observations on one side of zero only has none on the other side of its zero bucket. */
function cutAtZero(histogram: NativeHistogram, bucket: Bucket): void {
  const negative = histogram.negative.indexes.length > 0
  const positive = histogram.positive.indexes.length > 0
  if (!negative && positive) bucket.lower = 0
  else if (!positive && negative) bucket.upper = 0
}

function interpolate({ lower, upper }: Bucket, fraction: number, custom: boolean): number {
  if (custom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction
  const low = Math.log2(Math.abs(lower))
  const high = Math.log2(Math.abs(upper))
  return lower > 0 ? 2 ** (low + (high - low) * fraction) : -(2 ** (high + (low - high) * (1 - fraction)))
}

/** How many observations lie below a value; all of them where it lies above the last bucket. */
function rankOf(histogram: NativeHistogram, value: number, all: number): number {
  const custom = isCustom(histogram)
  let below = 0
  let rank = all
  walkBuckets(histogram, false, (bucket) => {
    const linear = custom || (bucket.lower <= 0 && bucket.upper >= 0)
    if (bucket.lower <= 0 && bucket.upper >= 0) cutAtZero(histogram, bucket)
    if (bucket.lower >= value) {
      rank = below
      return true
    }
    if (bucket.upper > value) {
      // A bucket without a lower end cannot be split: all of it counts.
      const whole = bucket.lower === Number.NEGATIVE_INFINITY
      rank = whole ? bucket.count : below + bucket.count * fractionBelow(bucket, value, linear)
      return true
    }
    below += bucket.count
    return false
  })
  return rank
}

function countInBuckets(histogram: NativeHistogram): number {
  let count = 0
  walkBuckets(histogram, false, (bucket) => {
    count += bucket.count
    return false
  })
  return count
}
