import type { NativeHistogram } from '../../../../port/metric-store.ts'

/** A histogram that comes with its own bounds (NHCB), not with exponential ones. */
export const customSchema = -53
export const isCustom = (histogram: NativeHistogram): boolean => histogram.schema === customSchema

/** One bucket, both ends as numbers; a visitor must not keep it: it is reused. */
export type Bucket = { lower: number; upper: number; count: number }

/**
 * Upper end of exponential bucket `index`: 2^(index · 2^-schema). The bucket that would end at 2^1024 ends at the greatest double:
 * the one after it, which ends at infinity, counts infinite observations.
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema <= 0) {
    const exponent = index * 2 ** -schema
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent
  }
  const steps = 2 ** schema
  const whole = Math.floor(index / steps)
  const rest = index - whole * steps
  if (rest === 0) return whole === 1024 ? Number.MAX_VALUE : 2 ** whole
  return fractionsOf(schema)[rest]! * 2 ** whole
}

/** Upper end of positive bucket `index`. */
export function upperBound(histogram: NativeHistogram, index: number): number {
  if (!isCustom(histogram)) return exponentialBound(index, histogram.schema)
  const bounds = histogram.bounds!
  return index < bounds.length ? bounds[index]! : Number.POSITIVE_INFINITY
}

export function lowerBound(histogram: NativeHistogram, index: number): number {
  if (!isCustom(histogram)) return exponentialBound(index - 1, histogram.schema)
  return index === 0 ? Number.NEGATIVE_INFINITY : histogram.bounds![index - 1]!
}

/**
 * Walks all populated buckets by value, ascending or descending, the zero bucket among them; buckets that reach into the zero bucket
 * are cut at its threshold. Ends early once the visitor answers true. Nothing is allocated.
 */
export function walkBuckets(
  histogram: NativeHistogram,
  descending: boolean,
  visit: (bucket: Bucket) => boolean | undefined,
): void {
  if (descending) {
    if (walkSide(histogram, true, true, visit)) return
    if (walkZero(histogram, visit)) return
    walkSide(histogram, false, false, visit)
  } else {
    if (walkSide(histogram, false, true, visit)) return
    if (walkZero(histogram, visit)) return
    walkSide(histogram, true, false, visit)
  }
}

/** Log2 of the position between two exponential bounds, or the plain position: how much of a bucket lies below `value`. */
export function fractionBelow(bucket: Bucket, value: number, linear: boolean): number {
  if (linear) return (value - bucket.lower) / (bucket.upper - bucket.lower)
  const lower = Math.log2(Math.abs(bucket.lower))
  const upper = Math.log2(Math.abs(bucket.upper))
  const at = Math.log2(Math.abs(value))
  return value > 0 ? (at - lower) / (upper - lower) : 1 - (at - upper) / (lower - upper)
}

const fractions: (Float64Array | undefined)[] = []
function fractionsOf(schema: number): Float64Array {
  const known = fractions[schema]
  if (known !== undefined) return known
  const steps = 2 ** schema
  const made = Float64Array.from({ length: steps }, (_, i) => 2 ** (i / steps))
  fractions[schema] = made
  return made
}

function walkZero(histogram: NativeHistogram, visit: (bucket: Bucket) => boolean | undefined): boolean {
  if (!(histogram.zeroCount > 0)) return false
  const bucket = {
    lower: -histogram.zeroThreshold,
    upper: histogram.zeroThreshold,
    count: histogram.zeroCount,
  }
  return visit(bucket) === true
}

/** One side from its outer end (`inwards`) or from zero outwards. */
function walkSide(
  histogram: NativeHistogram,
  positive: boolean,
  inwards: boolean,
  visit: (bucket: Bucket) => boolean | undefined,
): boolean {
  const { indexes, counts } = positive ? histogram.positive : histogram.negative
  const threshold = histogram.zeroThreshold
  const bucket: Bucket = { lower: 0, upper: 0, count: 0 }
  for (let k = 0; k < indexes.length; k++) {
    const i = inwards ? indexes.length - 1 - k : k
    let near = lowerBound(histogram, indexes[i]!)
    const far = upperBound(histogram, indexes[i]!)
    if (near > 0 && near < threshold) near = threshold
    bucket.lower = positive ? near : -far
    bucket.upper = positive ? far : -near
    bucket.count = counts[i]!
    if (visit(bucket) === true) return true
  }
  return false
}
