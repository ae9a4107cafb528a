/** Where the middle of some values lies and how far they usually lie from it. */
export type Spread = { median: number; mad: number; mean: number; deviation: number; q1: number; q3: number }

/** Of a normal distribution: its standard deviation in median absolute deviations, and in mean absolute deviations (Iglewicz and Hoaglin, 1993). */
const perMad = 1.4826
const perMeanDeviation = 1.2533

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return {
    ...{ median, mean, deviation: Math.sqrt(variance) },
    mad: robustDeviation(values, median),
    ...{ q1: quantile(sorted, 0.25), q3: quantile(sorted, 0.75) },
  }
}

/** In standard deviations. Where more than half of the values are alike, the mean distance stands in for the median one. */
function robustDeviation(values: readonly number[], median: number): number {
  const distances = values.map((value) => Math.abs(value - median)).sort((a, b) => a - b)
  const middle = quantile(distances, 0.5)
  if (middle > 0) return middle * perMad
  return (distances.reduce((sum, distance) => sum + distance, 0) / distances.length) * perMeanDeviation
}

/** Of ascending values, between neighbours where it falls between them. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  const [a, b] = [sorted[low] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return a + (b - a) * (at - low)
}

/**
 * How far a value lies from the others, in standard deviations, signed: the modified z-score, and no more than the plain z-score says where
 * that one and Tukey's fences (1.5 interquartile ranges) both find nothing: two of three must agree.
 */
export function robustScore(value: number, spread: Spread, threshold: number): number {
  const { median, mad, mean, deviation, q1, q3 } = spread
  if (mad === 0) return 0
  const modified = (value - median) / mad
  const plain = deviation === 0 ? 0 : (value - mean) / deviation
  const isOutside = value < q1 - 1.5 * (q3 - q1) || value > q3 + 1.5 * (q3 - q1)
  const agree =
    Number(Math.abs(modified) >= threshold) + Number(Math.abs(plain) >= threshold) + Number(isOutside)
  return agree >= 2 ? modified : Math.sign(modified) * Math.min(Math.abs(modified), Math.abs(plain))
}

/**
 * The chance that none of `count` normal values lies `score` standard deviations away: what is left of "it was only chance".
 * Bonferroni's bound over the two-sided tail; erfc after Abramowitz and Stegun 7.1.26, absolute error below 2e-7.
 */
export function confidenceOf(score: number, count: number): number {
  const x = Math.abs(score) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  return Math.max(0, Math.min(1, 1 - count * series * Math.exp(-x * x)))
}
