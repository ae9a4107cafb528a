import type { Candidate } from './candidate.ts'

/** Errors of one way at each origin and horizon, row by row; NaN where nothing is known. */
export type Errors = Float64Array
export type Backtest = {
  readonly origins: readonly number[]
  /** Steps ahead that are looked at, ascending. */
  readonly horizons: readonly number[]
  readonly forecasts: readonly Float64Array[]
  readonly actual: Float64Array
  /** Of each way, row by row. */
  readonly sums: readonly ErrorSums[]
}
/** Up to and with each horizon of an origin: errors of a way, those of the first way on the same targets, and how many. */
type ErrorSums = { own: Float64Array; first: Float64Array; both: Uint16Array; known: Uint16Array }

const originsMax = 24
/** Of many values, whose every origin costs more. */
const manyValues = 4_000
const originsOfMany = 16
const horizonsMax = 64
/** The golden ratio's fraction: origins that no season lines up with. */
const golden = 0.618_033_988_75

/**
 * Origins to foretell from: in the last three fifths of the series, each with at least one value after it, evenly spread and shaken a
 * little, so that they do not all lie in one phase of a season.
 */
export function originsOf(length: number, seasonSteps: number): number[] {
  const first = Math.min(
    Math.max(Math.floor(length * 0.4), Math.floor(2 * seasonSteps), 4),
    Math.floor(length * 0.7),
  )
  const count = Math.min(length > manyValues ? originsOfMany : originsMax, length - first)
  const gap = (length - first) / count
  const origins = Array.from({ length: count }, (_, i) =>
    Math.min(length - 1, Math.floor(first + gap * (i + ((i * golden) % 1)))),
  )
  return [...new Set(origins)].sort((a, b) => a - b)
}

/** Up to `horizon`, denser near than far. */
export function horizonsOf(horizon: number): number[] {
  if (horizon <= horizonsMax) return Array.from({ length: horizon }, (_, i) => i + 1)
  const found = Array.from({ length: horizonsMax }, (_, i) => {
    const share = (i + 1) / horizonsMax
    return Math.max(i + 1, Math.round(horizon * share * (0.5 + 0.5 * share)))
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

/** What each way would have said at each origin, which sees only what lies before it. */
export function backtestOf(
  values: Float64Array,
  origins: readonly number[],
  horizons: readonly number[],
  candidates: readonly Candidate[],
): Backtest {
  const row = horizons.length
  const actual = new Float64Array(origins.length * row).fill(Number.NaN)
  for (const [i, origin] of origins.entries())
    for (const [j, ahead] of horizons.entries())
      if (origin + ahead <= values.length) actual[i * row + j] = values[origin + ahead - 1]!
  const forecasts = candidates.map(({ courses }) => {
    const said = new Float64Array(actual.length).fill(Number.NaN)
    for (const i of origins.keys()) {
      const course = courses[i]
      if (course)
        for (const [j, ahead] of horizons.entries())
          if (Number.isFinite(actual[i * row + j]!)) said[i * row + j] = course(ahead)
    }
    return said
  })
  const sums = forecasts.map((said) => sumsOf(actual, said, forecasts[0]!, row))
  return { origins, horizons, forecasts, actual, sums }
}

function sumsOf(actual: Float64Array, said: Float64Array, reference: Float64Array, row: number): ErrorSums {
  const [own, first] = [new Float64Array(actual.length), new Float64Array(actual.length)]
  const [both, known] = [new Uint16Array(actual.length), new Uint16Array(actual.length)]
  for (let k = 0; k < actual.length; k++) {
    const before = k % row === 0 ? -1 : k - 1
    own[k] = before < 0 ? 0 : own[before]!
    first[k] = before < 0 ? 0 : first[before]!
    both[k] = before < 0 ? 0 : both[before]!
    known[k] = before < 0 ? 0 : known[before]!
    const value = actual[k]!
    if (!Number.isFinite(value)) continue
    known[k] = known[k]! + 1
    if (!Number.isFinite(said[k]!)) continue
    both[k] = both[k]! + 1
    own[k] = own[k]! + Math.abs(value - said[k]!)
    first[k] = first[k]! + Math.abs(value - reference[k]!)
  }
  return { own, first, both, known }
}

/** Beyond this share of the best, a way has no say. */
const shareMin = 0.25
const sharpness = 8
/** Below so many known targets, nothing is known of who is good. */
const targetsMin = 8
const originsMin = 6
/** By origin. */
const forgetting = 0.93
/** Of one origin: a hundredth, or a hundred times. */
const logMax = Math.log(100)

/**
 * How much each way has a say at an origin, by its errors there and then: only what was known at that moment counts. Errors are in those
 * of the first candidate, on the same targets. Sums to 1; undefined where too little was known.
 */
export function weightsAt(
  backtest: Backtest,
  candidates: readonly Candidate[],
  at: number,
): number[] | undefined {
  const ratios = candidates.map(({ courses }, c) =>
    courses[at] === undefined ? Number.POSITIVE_INFINITY : ratioOf(backtest, c, at),
  )
  const best = Math.min(...ratios)
  if (Number.isNaN(best)) return undefined
  if (!Number.isFinite(best)) return ratios.map((_, c) => (c === 0 ? 1 : 0))
  const raw = ratios.map((ratio) =>
    Number.isFinite(ratio) ? (ratio <= best ? 1 : ((best + 1e-9) / (ratio + 1e-9)) ** sharpness) : 0,
  )
  const kept = raw.map((weight) => (weight >= shareMin ? weight : 0))
  const sum = kept.reduce((total, weight) => total + weight, 0)
  return kept.map((weight) => weight / sum)
}

/**
 * Geometric mean over origins of the error in that of the first candidate: what went wrong for everybody decides nothing, and an origin
 * that is far back decides less. NaN where too little is known, infinite where this one never spoke.
 */
function ratioOf({ origins, horizons, sums }: Backtest, candidate: number, at: number): number {
  const row = horizons.length
  const now = origins[at] ?? Number.POSITIVE_INFINITY
  const { own, first, both, known } = sums[candidate]!
  let [logs, weights, targets, spoken] = [0, 0, 0, 0]
  for (let i = 0; i < at; i++) {
    const seen = seenOf(horizons, now - origins[i]!)
    if (seen === 0) continue
    const k = i * row + seen - 1
    targets += known[k]!
    const count = both[k]!
    if (count === 0) continue
    spoken += count
    const weight = forgetting ** (at - 1 - i) * Math.sqrt(count)
    weights += weight
    const ratio = own[k] === first[k] ? 0 : Math.log(own[k]! / first[k]!)
    logs += weight * Math.max(-logMax, Math.min(logMax, ratio))
  }
  if (targets < targetsMin) return Number.NaN
  if (spoken < targets / 2) return Number.POSITIVE_INFINITY
  return Math.exp(logs / weights)
}

/** How many horizons lie within a distance. */
function seenOf(horizons: readonly number[], distance: number): number {
  let [low, high] = [0, horizons.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (horizons[middle]! <= distance) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The mixture at each origin by what was known then: its errors are those it would really have made. Origins of before anything was known
 * are left out, unless that leaves too few: then they get what all are measured against.
 */
export function mixtureOf(backtest: Backtest, candidates: readonly Candidate[]): Float64Array {
  const { origins, horizons, forecasts, actual } = backtest
  const row = horizons.length
  const mixed = new Float64Array(actual.length).fill(Number.NaN)
  const weights = origins.map((_, i) => weightsAt(backtest, candidates, i))
  const isKnown = weights.filter((found) => found !== undefined).length >= originsMin
  for (const [i, found] of weights.entries()) {
    if (!found && isKnown) continue
    for (let j = 0; j < row; j++) {
      let sum = 0
      for (const [c, weight] of (found ?? [1]).entries())
        if (weight > 0) sum += weight * forecasts[c]![i * row + j]!
      mixed[i * row + j] = sum
    }
  }
  return mixed
}

/** Mean absolute error of both where both said something. */
export function errorsOf(
  actual: Float64Array,
  said: Float64Array,
  other: Float64Array,
): { error: number; otherError: number; count: number } {
  let [error, otherError, count] = [0, 0, 0]
  for (const [i, value] of actual.entries()) {
    if (!Number.isFinite(value) || !Number.isFinite(said[i]!) || !Number.isFinite(other[i]!)) continue
    error += Math.abs(value - said[i]!)
    otherError += Math.abs(value - other[i]!)
    count += 1
  }
  return { error: error / count, otherError: otherError / count, count }
}
