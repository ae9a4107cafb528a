import type { Opened } from '../opened.ts'

/**
 * Whether a deviation from what the season foretells is a break of the season alone: the value is one that the series has at
 * some other time of the period. `offset` is what the season took from the worst value, `range` what it takes at most and at
 * least anywhere in the period; `opened` is of adjusted values.
 */
export function isSeasonBreak(
  { shape, worst, mid }: Opened,
  offset: number,
  range: { low: number; high: number },
): boolean {
  if (shape === 'TREND_CHANGE' || shape === 'FLAT_LINE' || shape === 'VARIANCE_CHANGE') return false
  const value = worst + offset
  const margin = marginShare * (range.high - range.low)
  return value > mid + range.low + margin && value < mid + range.high - margin
}

/** At the edges of the season the value might as well be a new extreme. */
const marginShare = 0.05
