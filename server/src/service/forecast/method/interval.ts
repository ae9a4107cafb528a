import { quantileOf } from './order.ts'

/** What is to be added to a forecast so many steps ahead. */
export type Offsets = { low: number; mid: number; high: number }
export type Widths = (ahead: number) => Offsets

/** 90 % of Student's t over that of the normal distribution, by degrees of freedom less one. */
const tooFew = [2.4, 1.47, 1.28, 1.2, 1.15, 1.12, 1.1, 1.09, 1.08, 1.07, 1.065, 1.06, 1.055, 1.05]

type Bin = { at: number; low: number; mid: number; high: number; count: number }

/**
 * Widths of [p10, p90] by horizon from what the same way of foretelling got wrong before (split conformal prediction, Vovk 2005, here
 * rolling): quantiles of the errors in bins of the horizon, wider where few origins speak, never narrower further ahead (isotonic
 * regression by pooling neighbours). Beyond what was tested they grow on as they grew, at least with the fourth root of time.
 */
export function widthsOf(
  residuals: Float64Array,
  origins: readonly number[],
  horizons: readonly number[],
): Widths {
  const bins = binsOf(residuals, origins, horizons)
  if (bins.length === 0) return () => ({ low: 0, mid: 0, high: 0 })
  const lows = isotonic(
    bins.map(({ mid, low }) => mid - low),
    bins,
  )
  const highs = isotonic(
    bins.map(({ mid, high }) => high - mid),
    bins,
  )
  const last = bins.at(-1)!
  const mids = bins.map((bin) => bin.mid)
  const growth = growthOf(bins, lows, highs)
  return (ahead) => {
    const further = ahead > last.at ? (ahead / last.at) ** growth : 1
    const [low, high] = [between(bins, lows, ahead), between(bins, highs, ahead)]
    const mid = between(bins, mids, ahead)
    return { low: mid - low * further, mid, high: mid + high * further }
  }
}

function binsOf(residuals: Float64Array, origins: readonly number[], horizons: readonly number[]): Bin[] {
  const bins: Bin[] = []
  const row = horizons.length
  for (let from = 0; from < row; ) {
    // A bin ends at half as far again, and has at least two horizons.
    let to = from + 1
    while (to < row && (to - from < 2 || horizons[to]! <= horizons[from]! * 1.6)) to += 1
    const found: number[][] = []
    let [first, last] = [Number.NaN, 0]
    for (const [i, origin] of origins.entries()) {
      const own = Array.from(residuals.subarray(i * row + from, i * row + to)).filter(Number.isFinite)
      if (own.length === 0) continue
      found.push(own)
      if (found.length === 1) first = origin
      last = origin
    }
    const at = (horizons[from]! + horizons[to - 1]!) / 2
    if (found.length >= 2) bins.push(binOf(at, found.flat(), worthOf(found, 1 + (last - first) / at)))
    from = to
  }
  return bins
}

/**
 * How many errors these are worth: those of one origin may all be one error, and origins nearer to each other than the horizon share what
 * they foretell. As far as errors of an origin are alike (intraclass correlation), only windows that do not overlap count.
 */
function worthOf(found: readonly number[][], apart: number): number {
  const all = found.flat()
  const mean = meanOf(all)
  const between = meanOf(found.map((own) => (meanOf(own) - mean) ** 2))
  const whole = meanOf(all.map((one) => (one - mean) ** 2))
  const alike = whole > 0 ? between / whole : 0
  return Math.max(2, Math.min(found.length, Math.round(apart / Math.max(alike, 0.05))))
}

const meanOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length

function binOf(at: number, found: number[], speaking: number): Bin {
  const sorted = Float64Array.from(found).sort()
  const mid = quantileOf(sorted, 0.5)
  const inflation = (tooFew[speaking - 2] ?? 1.04) * Math.sqrt(1 + 1 / speaking)
  const [low, high] = [quantileOf(sorted, 0.1), quantileOf(sorted, 0.9)]
  // Half of the middle error is taken for a bias: few origins that err together prove less.
  const bias = 0.5 * mid
  return {
    ...{ at, count: speaking, mid: bias },
    low: Math.min(bias, mid - (mid - low) * inflation),
    high: Math.max(bias, mid + (high - mid) * inflation),
  }
}

/** Pool adjacent violators (Ayer 1955). */
function isotonic(values: readonly number[], bins: readonly Bin[]): number[] {
  const pools: { value: number; weight: number; length: number }[] = []
  for (const [i, value] of values.entries()) {
    pools.push({ value, weight: bins[i]!.count, length: 1 })
    while (pools.length > 1 && pools.at(-2)!.value > pools.at(-1)!.value) {
      const [right, left] = [pools.pop()!, pools.pop()!]
      const weight = left.weight + right.weight
      const mean = (left.value * left.weight + right.value * right.weight) / weight
      pools.push({ value: mean, weight, length: left.length + right.length })
    }
  }
  return pools.flatMap(({ value, length }) => Array.from({ length }, () => value))
}

/** Power of time by which the band widened over the second half of what was tested. */
function growthOf(bins: readonly Bin[], lows: readonly number[], highs: readonly number[]): number {
  const middle = bins.length >> 1
  const last = bins.length - 1
  const width = (i: number): number => lows[i]! + highs[i]!
  if (last < 2 || width(middle) <= 0) return 0.5
  const power = Math.log(width(last) / width(middle)) / Math.log(bins[last]!.at / bins[middle]!.at)
  return Math.min(1, Math.max(0.25, power))
}

function between(bins: readonly Bin[], values: readonly number[], ahead: number): number {
  let right = 0
  while (right < bins.length && bins[right]!.at < ahead) right += 1
  if (right === 0) return values[0]!
  if (right === bins.length) return values.at(-1)!
  const [from, to] = [bins[right - 1]!.at, bins[right]!.at]
  const share = (ahead - from) / (to - from)
  return values[right - 1]! + (values[right]! - values[right - 1]!) * share
}
