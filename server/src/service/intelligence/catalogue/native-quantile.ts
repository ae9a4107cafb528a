/** Quantiles of one native histogram in Prometheus' JSON form, `[boundaries, lower, upper, count]` a bucket: linear within the bucket. */
export function nativeQuantiles(
  histogram: unknown,
  quantiles: readonly number[],
): { count: number; sum: number; values: (number | null)[] } | undefined {
  if (typeof histogram !== 'object' || histogram === null) return undefined
  const { count, sum, buckets } = histogram as { count?: unknown; sum?: unknown; buckets?: unknown }
  const read = (Array.isArray(buckets) ? buckets : []).flatMap((bucket: unknown) => {
    if (!Array.isArray(bucket) || bucket.length < 4) return []
    const [lower, upper, held] = [Number(bucket[1]), Number(bucket[2]), Number(bucket[3])]
    return Number.isFinite(held) ? [{ lower, upper, held }] : []
  })
  const all = Number(count)
  if (!Number.isFinite(all)) return undefined
  const values = quantiles.map((quantile) => {
    let below = 0
    const wanted = quantile * all
    for (const { lower, upper, held } of read) {
      if (held > 0 && below + held >= wanted) {
        const value = lower + (upper - lower) * ((wanted - below) / held)
        return Number.isFinite(value) ? value : null
      }
      below += held
    }
    return null
  })
  return { count: all, sum: Number(sum), values }
}
