/** Cumulative buckets of a classic histogram at one moment, reused from step to step: counts of observations up to bounds. */
export type ClassicBuckets = { bounds: number[]; counts: number[] }

/** Where counts fell from one bucket to the next and were lifted. */
export type ForcedMonotonic = { minBound: number; maxBound: number; maxDiff: number }
export type ClassicQuantile = { value: number; forced: ForcedMonotonic | undefined }

/** Relative difference of neighbours that is taken for rounding. */
const smallDifference = 1e-12

/**
 * The φ-quantile, interpolated linearly; the lowest bucket begins at 0 where it ends above, the highest answers its lower end.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile. Changes the buckets.
 */
export function classicQuantile(q: number, buckets: ClassicBuckets): ClassicQuantile {
  const plain = (value: number): ClassicQuantile => ({ value, forced: undefined })
  if (Number.isNaN(q)) return plain(Number.NaN)
  if (q < 0) return plain(Number.NEGATIVE_INFINITY)
  if (q > 1) return plain(Number.POSITIVE_INFINITY)
  if (!arrange(buckets)) return plain(Number.NaN)
  const forced = makeMonotonic(buckets)
  const { bounds, counts } = buckets
  const last = bounds.length - 1
  const observations = counts[last]!
  if (last < 1 || observations === 0) return { value: Number.NaN, forced }
  const rank = q * observations
  let at = 0
  while (at < last && !(counts[at]! >= rank)) at++
  if (at === last) return { value: bounds[last - 1]!, forced }
  if (at === 0 && bounds[0]! <= 0) return { value: bounds[0]!, forced }
  const start = at === 0 ? 0 : bounds[at - 1]!
  const below = at === 0 ? 0 : counts[at - 1]!
  const within = (rank - below) / (counts[at]! - below)
  return { value: start + (bounds[at]! - start) * within, forced }
}

/** The share of observations between two values. Changes the buckets. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  if (!arrange(buckets)) return Number.NaN
  const all = buckets.counts.at(-1)!
  if (all === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN
  if (lower >= upper) return 0
  return (Math.min(rankOf(upper, buckets), all) - Math.min(rankOf(lower, buckets), all)) / all
}

/** Sorts by bound and adds up equal bounds; false where the bucket for everything, `+Inf`, is missing. */
function arrange(buckets: ClassicBuckets): boolean {
  const { bounds, counts } = buckets
  // Insertion: buckets come nearly sorted and are few.
  for (let i = 1; i < bounds.length; i++) {
    const bound = bounds[i]!
    const count = counts[i]!
    let at = i
    for (; at > 0 && bounds[at - 1]! > bound; at--) {
      bounds[at] = bounds[at - 1]!
      counts[at] = counts[at - 1]!
    }
    bounds[at] = bound
    counts[at] = count
  }
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) return false
  let kept = 0
  for (let i = 1; i < bounds.length; i++)
    if (bounds[i] === bounds[kept]) counts[kept]! += counts[i]!
    else {
      kept++
      bounds[kept] = bounds[i]!
      counts[kept] = counts[i]!
    }
  bounds.length = kept + 1
  counts.length = kept + 1
  return true
}

/** Lifts counts that fell below the one before; what can be rounding is not reported. */
function makeMonotonic({ bounds, counts }: ClassicBuckets): ForcedMonotonic | undefined {
  let forced: ForcedMonotonic | undefined
  let before = counts[0]!
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!
    if (count === before) continue
    const close = almostEqual(before, count)
    if (!close && !(count < before)) {
      before = count
      continue
    }
    counts[i] = before
    if (close) continue
    forced ??= { minBound: Number.POSITIVE_INFINITY, maxBound: Number.NEGATIVE_INFINITY, maxDiff: 0 }
    forced.minBound = Math.min(forced.minBound, bounds[i]!)
    forced.maxBound = Math.max(forced.maxBound, bounds[i]!)
    forced.maxDiff = Math.max(forced.maxDiff, before - count)
  }
  return forced
}

function almostEqual(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b)
  const difference = Math.abs(a - b)
  // The least normal double, 2^-1022: below it relative differences mean nothing.
  if (a === 0 || b === 0 || sum < 2 ** -1022) return difference < smallDifference * 2 ** -1022
  return difference / Math.min(sum, Number.MAX_VALUE) < smallDifference
}

/** Observations below a value, interpolated; a bucket without a lower end counts whole. */
function rankOf(value: number, { bounds, counts }: ClassicBuckets): number {
  let rank = 0
  for (let i = 0; i < bounds.length; i++) {
    const first = bounds[0]! <= 0 ? Number.NEGATIVE_INFINITY : 0
    const lower = i === 0 ? first : bounds[i - 1]!
    if (lower >= value) return rank
    const upper = bounds[i]!
    if (upper > value) {
      if (lower === Number.NEGATIVE_INFINITY) return counts[i]!
      return rank + ((counts[i]! - rank) * (value - lower)) / (upper - lower)
    }
    rank = counts[i]!
  }
  return counts.at(-1)!
}
