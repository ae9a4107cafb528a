/** Where values cannot go beyond. */
export type Bounds = { min?: number; max?: number }

/** Shares: what touches its full again and again without going past it. */
const touchesMin = 3
const resetsShareMax = 0.05

/** Bounds that values themselves show: never below nought, and never above 1 or 100 where they lie at it several times. */
export function boundsOf(values: Float64Array): Bounds {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values)
    if (Number.isFinite(value)) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  const touches = high === 1 || high === 100 ? values.filter((value) => value === high).length : 0
  return {
    ...(low >= 0 ? { min: 0 } : low >= -Number.EPSILON ? {} : {}),
    ...(touches >= touchesMin && low >= 0 ? { max: high } : {}),
  }
}

/**
 * A counter that began anew, taken apart: what it would be had it never done so. Undefined for what is none, which is nearly all: it only
 * grows but for a few falls to a small part of what it was, and it does grow between them.
 */
export function unwrapped(values: Float64Array): { values: Float64Array; resets: number } | undefined {
  let [last, resets, rises, steps] = [Number.NaN, 0, 0, 0]
  let lost = 0
  const whole = new Float64Array(values.length)
  for (const [i, value] of values.entries()) {
    whole[i] = value + lost
    if (!Number.isFinite(value)) continue
    if (value < 0) return undefined
    if (value < last) {
      if (value > 0.1 * last) return undefined
      lost += last
      whole[i] = value + lost
      resets += 1
    }
    if (value > last) rises += 1
    steps += 1
    last = value
  }
  return resets > 0 && resets <= steps * resetsShareMax && rises > 0.5 * steps
    ? { values: whole, resets }
    : undefined
}
