/**
 * The q-quantile of a histogram by linear interpolation within the bucket it falls into, as Prometheus' histogram_quantile
 * does: `bounds` ascending and ending in +Inf, `cumulative` the number of observations up to each. NaN without observations.
 */
export function bucketQuantile(q: number, bounds: readonly number[], cumulative: readonly number[]): number {
  const last = bounds.length - 1
  const total = cumulative[last] ?? 0
  if (!(total > 0) || bounds[last] !== Number.POSITIVE_INFINITY || last < 1) return Number.NaN
  const rank = q * total
  let at = 0
  while (at < last && (cumulative[at] as number) < rank) at += 1
  if (at === last) return bounds[last - 1] as number
  const upper = bounds[at] as number
  if (at === 0 && upper <= 0) return upper
  const lower = at === 0 ? 0 : (bounds[at - 1] as number)
  const below = at === 0 ? 0 : (cumulative[at - 1] as number)
  const inside = (cumulative[at] as number) - below
  return inside > 0 ? lower + (upper - lower) * ((rank - below) / inside) : upper
}

/** The q-quantile of values, nearest rank; sorts them. NaN when there are none. */
export function nearestRank(q: number, values: number[]): number {
  if (values.length === 0) return Number.NaN
  values.sort((a, b) => a - b)
  return values[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)] as number
}
