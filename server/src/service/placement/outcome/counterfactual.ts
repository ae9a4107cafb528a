import { RandomStream } from '../decision/random-stream.ts'

/** A process that reverts to a level on the log scale, as fitted to a history on an even grid. */
export type Fit = {
  level: number
  variance: number
  /** Correlation from one step to the next. */
  carry: number
  last: number
  steps: number
  /** Share of what moved the others there that moved it too; 0 without others. */
  share: number
  /** Steps of the history in one of these. */
  fold: number
}

const stepsMin = 8
const looksMin = 1.4
/** Steps are folded until there are about so many: noise of single readings would hide how long the process remembers. */
const foldedTo = 16

/**
 * Fits where a rate would have gone: log rate = level + share · (what moved the services that stayed there) + a first-order autoregression,
 * on folded steps, the carry corrected for its bias in short histories (Kendall 1954). `others` is the mean log change of the services that did
 * not move, before and after: difference in differences where there are any. Null below 8 steps.
 */
export function fitOf(rates: readonly number[], others: readonly number[] | null): Fit | null {
  const known = rates.flatMap((rate, at) =>
    rate > 0 ? [{ x: Math.log(rate), c: others?.[at] ?? Number.NaN }] : [],
  )
  if (known.length < stepsMin) return null
  const paired = known.every(({ c }) => Number.isFinite(c))
  const fold = Math.max(1, Math.min(12, Math.floor(known.length / foldedTo)))
  const points = Array.from({ length: Math.floor(known.length / fold) }, (_, at) => {
    // Counted back from the end, so that the last one is whole.
    const some = known.slice(known.length - (at + 1) * fold, known.length - at * fold)
    return { x: meanOf(some.map(({ x }) => x)), c: meanOf(some.map(({ c }) => c)) }
  }).reverse()
  const share = paired ? slopeOf(points) : 0
  const rest = points.map(({ x, c }) => x - (share === 0 ? 0 : share * c))
  const level = meanOf(rest)
  const variance = rest.reduce((sum, x) => sum + (x - level) ** 2, 0) / (rest.length - 1)
  let product = 0
  for (let at = 1; at < rest.length; at += 1) product += (rest[at]! - level) * (rest[at - 1]! - level)
  const raw = variance > 0 ? product / (variance * (rest.length - 1)) : 0
  const carry = Math.min(0.98, Math.max(0, raw + (1 + 3 * raw) / rest.length))
  return { level, variance, carry, last: rest.at(-1)!, steps: rest.length, share, fold }
}

/**
 * Paths of the rate after the history's end, `draws` of them, each summed by `weigh(step, rate)`. Level, spread and carry are drawn too, for
 * they are as little known as the history is long.
 */
export function drawPaths(
  fit: Fit,
  steps: number,
  others: readonly number[] | null,
  seed: number,
  draws: number,
  weigh: (step: number, rate: number) => number,
): Float64Array {
  const random = new RandomStream(seed)
  const sums = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw += 1) {
    const carry = clamp(fit.carry + Math.sqrt((1 - fit.carry ** 2) / fit.steps) * random.normal(), 0, 0.99)
    // So many independent looks the history was worth; about its own mean it shows that much less than its spread.
    const looks = Math.max(looksMin, (fit.steps * (1 - carry)) / (1 + carry))
    const freedom = Math.max(1.6, looks - 1)
    const shown = fit.variance / (1 - 1 / looks)
    const variance = (shown * freedom) / (2 * random.gamma(freedom / 2) + 1e-9)
    const spread = Math.sqrt(Math.min(variance, 25 * fit.variance + 1e-12))
    const level = fit.level + (spread / Math.sqrt(looks)) * random.normal()
    const noise = spread * Math.sqrt(1 - carry * carry)
    let x = fit.last - level
    let sum = 0
    for (let step = 0; step < steps; step += 1) {
      if (step % fit.fold === 0) x = carry * x + noise * random.normal()
      const other = others?.[step]
      const common = fit.share !== 0 && other !== undefined && Number.isFinite(other) ? fit.share * other : 0
      sum += weigh(step, Math.exp(Math.min(20, level + x + common)))
    }
    sums[draw] = sum
  }
  return sums
}

/** Slope on what moved the others; 0 where it could as well be chance: two series that remember long often seem to go together (Bartlett 1935). */
function slopeOf(of: readonly { x: number; c: number }[]): number {
  const x = meanOf(of.map((one) => one.x))
  const c = meanOf(of.map((one) => one.c))
  let both = 0
  let ofX = 0
  let ofC = 0
  let nextX = 0
  let nextC = 0
  for (const [at, one] of of.entries()) {
    both += (one.x - x) * (one.c - c)
    ofX += (one.x - x) ** 2
    ofC += (one.c - c) ** 2
    nextX += at > 0 ? (one.x - x) * (of[at - 1]!.x - x) : 0
    nextC += at > 0 ? (one.c - c) * (of[at - 1]!.c - c) : 0
  }
  if (ofX < 1e-12 || ofC < 1e-12) return 0
  const memory = clamp(nextX / ofX, 0, 0.95) * clamp(nextC / ofC, 0, 0.95)
  const looks = (of.length * (1 - memory)) / (1 + memory)
  const correlation = both / Math.sqrt(ofX * ofC)
  return correlation * Math.sqrt(looks) > chanceLimit ? clamp(both / ofC, 0, 1.5) : 0
}
const chanceLimit = 3

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length)
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
