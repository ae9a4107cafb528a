export type Interval = { p10: number; p50: number; p90: number }

/** The normal distribution's tenth of a hundred: a tenth of all lies this many deviations below the middle. */
const z10 = 1.2816
/** A week against the one before it: more than this is a step, not a trend. */
const [trendMin, trendMax] = [0.5, 2]

/**
 * What a month will come to, the method TREND: what is spent, and for each day that is left the mean of the days elapsed × (mean of the last 7
 * days ÷ mean of the 7 before). Commonly the whole month is multiplied so; what is spent is spent, though. Without 14 whole days the trend is
 * 1, the method LEVEL. The interval comes from how much days differ from their neighbours: it counts the days that are left, how few days
 * the level was seen of, and for a trend the same of its two weeks. Null before a day has gone by. `days` are whole days up to now, oldest
 * first; NaN where a day is not known.
 */
export function forecastOf(input: {
  spentUsd: number
  elapsedDays: number
  monthDays: number
  days: readonly number[]
}): (Interval & { method: 'TREND' | 'LEVEL' }) | null {
  const { spentUsd, elapsedDays, monthDays } = input
  if (elapsedDays < 1) return null
  const days = input.days.filter((usd) => !Number.isNaN(usd))
  const [last, before] = [days.slice(-7), days.slice(-14, -7)]
  const isTrend = last.length === 7 && before.length === 7 && meanOf(before) > 0
  const trend = isTrend ? Math.min(trendMax, Math.max(trendMin, meanOf(last) / meanOf(before))) : 1
  const left = Math.max(0, monthDays - elapsedDays)
  const level = spentUsd / elapsedDays
  const p50 = spentUsd + left * level * trend
  const deviation = deviationOf(days, level)
  const ofDays = deviation * Math.sqrt(left + left ** 2 / elapsedDays)
  const ofTrend = isTrend && level > 0 ? left * trend * deviation * Math.sqrt(2 / 7) : 0
  const spread = z10 * Math.hypot(ofDays, ofTrend)
  // What is spent is spent.
  const atLeast = (usd: number): number => Math.max(spentUsd, usd)
  const middle = atLeast(p50)
  return {
    ...{ p10: atLeast(middle - spread), p50: middle, p90: middle + spread },
    method: isTrend ? 'TREND' : 'LEVEL',
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** From one day to the next, so that a trend is no noise; with fewer than 3 days half of a day's spend, since nothing better is known. */
function deviationOf(days: readonly number[], dayUsd: number): number {
  if (days.length < 3) return dayUsd / 2
  let sum = 0
  for (let i = 1; i < days.length; i += 1) sum += (days[i]! - days[i - 1]!) ** 2
  // The variance of a difference is that of two.
  return Math.sqrt(sum / (days.length - 1) / 2)
}
