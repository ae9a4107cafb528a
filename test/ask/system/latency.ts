/** Upper bounds in seconds, as client libraries of Prometheus have them. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/**
 * Shares of answers at or below each bound, of which `histogram_quantile(0.95, …)` makes exactly `p95Seconds`: what lies in its bucket is cut
 * where the straight line within the bucket passes 95 %.
 */
export function sharesFor(p95Seconds: number): number[] {
  const at = bounds.findIndex((bound) => bound >= p95Seconds)
  const [low, high] = [at === 0 ? 0 : (bounds[at - 1] ?? 0), bounds[at] ?? 10]
  const part = (p95Seconds - low) / (high - low)
  const below = 0.95 - 0.04 * part
  return bounds.map((bound, i) => {
    if (i < at) return below * (bound / low) ** 1.5
    return i === at ? below + 0.04 : 1
  })
}

/** The latency, in seconds, that a share of the answers stays below; the inverse of the above. */
export function latencyAt(share: number, shares: readonly number[]): number {
  const at = shares.findIndex((one) => one >= share)
  const [from, to] = [at === 0 ? 0 : (shares[at - 1] ?? 0), shares[at] ?? 1]
  const [low, high] = [at === 0 ? 0 : (bounds[at - 1] ?? 0), bounds[at] ?? 10]
  return low + (high - low) * (to === from ? 1 : (share - from) / (to - from))
}

/** Mean that the buckets' middles make. */
export function meanSeconds(shares: readonly number[]): number {
  return shares.reduce((sum, share, i) => {
    const middle = ((bounds[i] ?? 0) + (bounds[i - 1] ?? 0)) / 2
    return sum + middle * (share - (shares[i - 1] ?? 0))
  }, 0)
}
