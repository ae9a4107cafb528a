import { autocorrelationAt, medianOf, quantileOf } from './order.ts'

/** By step. `low` to `high` holds the slope with 95 %. */
export type Trend = { slope: number; low: number; high: number; isSignificant: boolean }

export const noTrend: Trend = { slope: 0, low: 0, high: 0, isSignificant: false }
const pointsMin = 6
/** Two-sided 95 % of the normal distribution. */
const z95 = 1.96

/**
 * Median of the slopes between all pairs (Theil 1950, Sen 1968), with the interval from the variance of Kendall's S, widened by the
 * correlation of neighbours (as Hamed and Rao 1998, with the first lag alone). Takes no more than some 64 points: pairs grow with the square.
 */
export function trendOf(times: ArrayLike<number>, values: ArrayLike<number>): Trend {
  const kept = Array.from({ length: values.length }, (_, i) => i).filter((i) => Number.isFinite(values[i]!))
  const count = kept.length
  if (count < pointsMin) return noTrend
  const slopes = new Float64Array((count * (count - 1)) / 2)
  let filled = 0
  for (let right = 1; right < count; right++)
    for (let left = 0; left < right; left++) {
      const [from, to] = [kept[left]!, kept[right]!]
      slopes[filled++] = (values[to]! - values[from]!) / (times[to]! - times[from]!)
    }
  slopes.sort()
  const slope = quantileOf(slopes, 0.5)
  const rest = Float64Array.from(kept, (i) => values[i]! - slope * times[i]!)
  const middle = medianOf(rest)
  const neighbours = Math.min(
    0.9,
    Math.max(
      0,
      autocorrelationAt(
        rest.map((value) => value - middle),
        1,
      ),
    ),
  )
  const variance = ((count * (count - 1) * (2 * count + 5)) / 18) * ((1 + neighbours) / (1 - neighbours))
  const reach = Math.min(1, (z95 * Math.sqrt(variance)) / slopes.length) / 2
  const [low, high] = [quantileOf(slopes, 0.5 - reach), quantileOf(slopes, 0.5 + reach)]
  return { slope, low, high, isSignificant: low > 0 || high < 0 }
}
