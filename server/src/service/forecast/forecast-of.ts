import type { ForecastMethod } from '@aiops/contract/model/forecast'
import { atOnce, type Stepwise } from '../../kernel/stepwise.ts'
import { backtestOf, errorsOf, horizonsOf, mixtureOf, originsOf, weightsAt } from './method/backtest.ts'
import type { Candidate, Course } from './method/candidate.ts'
import { decompositions, partsAt } from './method/decomposition.ts'
import { holtWinters, smoothings } from './method/holt-winters.ts'
import { type Widths, widthsOf } from './method/interval.ts'
import { lastOf, naive, seasonalNaive } from './method/naive.ts'
import { type Bounds, boundsOf, unwrapped } from './method/quantity.ts'
import { seasonsOf } from './method/season.ts'
import { noTrend, type Trend } from './method/theil-sen.ts'

export type BacktestFigures = {
  origins: number
  targets: number
  /** Share of targets that lay within [p10, p90], each band made of earlier errors alone. Null with too few. */
  coverage: number | null
  /** Mean absolute error, and that of the value a season ago (of the last value where there is no season). */
  error: number
  naiveError: number
}
export type Bands = {
  isRefused: false
  p10: Float64Array
  p50: Float64Array
  p90: Float64Array
  /** The same without bounds: what is cut off at one has lost its shape. */
  free: { p10: Float64Array; p50: Float64Array; p90: Float64Array }
  method: ForecastMethod
  /** Ways that have a say, the most first. */
  members: { method: ForecastMethod; seasonSteps: number; weight: number }[]
  /** 0 without a season. */
  seasonSteps: number
  /** A quarter of the history: as far as it can be trusted. */
  trustedSteps: number
  trend: Trend
  backtest: BacktestFigures
  /** Whether it would have done worse than the naive way, which it then is. */
  isNaiveBetter: boolean
  counterResets: number
  /** Older values that were not looked at. */
  leftOut: number
}
export type Refusal = { isRefused: true; reason: string }
export type ForecastOptions = { bounds?: Bounds }

const valuesMin = 8
/** Older ones are left out: work grows with them. */
export const valuesMax = 10_000
export const horizonStepsMax = 20_000

/** All at once; see `foretold`. */
export const forecastOf = (
  given: ArrayLike<number>,
  stepMs: number,
  horizon: number,
  options: ForecastOptions = {},
): Bands | Refusal => atOnce(foretold(given, stepMs, horizon, options))

/**
 * Values evenly spaced by `stepMs`, oldest first, NaN where there is none; the answer begins one step after the last value. Pure and
 * deterministic; work is bounded by `valuesMax` and `horizonStepsMax`, a step of it takes a few milliseconds.
 */
export function* foretold(
  given: ArrayLike<number>,
  stepMs: number,
  horizon: number,
  options: ForecastOptions = {},
): Stepwise<Bands | Refusal> {
  const trimmed = trimmedOf(given)
  const known = trimmed.filter(Number.isFinite).length
  if (known < valuesMin) return refusal(`There are ${known} values; a forecast needs at least ${valuesMin}.`)
  if (!(horizon >= 1)) return refusal('The horizon is shorter than one step of the series.')
  if (horizon > horizonStepsMax)
    return refusal(`The horizon is ${Math.floor(horizon)} steps; at most ${horizonStepsMax} are foretold.`)
  const counter = unwrapped(trimmed)
  const values = counter?.values ?? trimmed
  const bounds = { ...boundsOf(trimmed), ...options.bounds }
  const found = yield* judged(values, stepMs, Math.floor(horizon))
  const lost = counter ? (values.at(-1) ?? 0) - (trimmed.at(-1) ?? 0) : 0
  const { course, widths, ...rest } = found
  const free = bandsOf(course, widths, Math.floor(horizon), lost)
  return {
    ...{ isRefused: false, ...rest, free, ...heldWithin(free, bounds) },
    trustedSteps: Math.floor(values.length / 4),
    trend: partsAt(values, values.length, found.seasonSteps)?.trend ?? noTrend,
    counterResets: counter?.resets ?? 0,
    leftOut: Math.max(0, given.length - valuesMax),
  }
}

type Judged = Pick<Bands, 'isNaiveBetter' | 'method' | 'members' | 'seasonSteps' | 'backtest'> & {
  course: Course
  widths: Widths
}

const refusal = (reason: string): Refusal => ({ isRefused: true, reason })

/** The newest, between the first and the last that are values. */
function trimmedOf(given: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(given).subarray(Math.max(0, given.length - valuesMax))
  let [start, end] = [0, all.length]
  while (start < end && !Number.isFinite(all[start]!)) start += 1
  while (end > start && !Number.isFinite(all[end - 1]!)) end -= 1
  return all.slice(start, end)
}

function* judged(values: Float64Array, stepMs: number, horizon: number): Stepwise<Judged> {
  const seasons = seasonsOf(values, stepMs)
  yield
  const main = seasons[0] ?? 0
  const tested = originsOf(values.length, main)
  const fitted = [...tested, values.length]
  const candidates = yield* candidatesOf(values, fitted, seasons)
  const furthest = Math.min(horizon, values.length - tested[0]!)
  const horizons = horizonsOf(furthest)
  const backtest = backtestOf(values, tested, horizons, candidates)
  yield
  const mixed = mixtureOf(backtest, candidates)
  yield
  const { error, otherError, count } = errorsOf(backtest.actual, mixed, backtest.forecasts[0]!)
  const isNaiveBetter = error > otherError || count === 0
  const found = isNaiveBetter ? undefined : weightsAt(backtest, candidates, tested.length)
  const weights = found ?? candidates.map((_, c) => (c === 0 ? 1 : 0))
  const said = isNaiveBetter ? backtest.forecasts[0]! : mixed
  const residuals = backtest.actual.map((value, i) => value - said[i]!)
  return {
    ...{ isNaiveBetter, ...methodOf(candidates, weights) },
    course: mixedCourse(candidates, weights, tested.length, lastOf(values, values.length) ?? 0),
    widths: widthsOf(residuals, tested, horizons),
    backtest: {
      ...{ origins: tested.length, targets: count },
      coverage: yield* coverageOf(residuals, tested, horizons),
      ...{ error: isNaiveBetter ? otherError : error, naiveError: otherError },
    },
  }
}

/** What it is measured against comes first. */
function* candidatesOf(
  values: Float64Array,
  origins: readonly number[],
  seasons: readonly number[],
): Stepwise<Candidate[]> {
  const [main] = seasons
  const found = [
    main === undefined ? naive(values, origins) : seasonalNaive(values, origins, main),
    ...(main === undefined ? [] : [naive(values, origins)]),
    ...seasons.slice(1).map((steps) => seasonalNaive(values, origins, steps)),
  ]
  for (const steps of [0, ...seasons]) found.push(...(yield* decompositions(values, origins, steps)))
  for (const smoothing of smoothings)
    for (const steps of main === undefined ? [0] : [0, main]) {
      found.push(holtWinters(values, origins, steps, smoothing))
      yield
    }
  return found
}

function methodOf(
  candidates: readonly Candidate[],
  weights: readonly number[],
): Pick<Bands, 'method' | 'members' | 'seasonSteps'> {
  const byName = new Map<string, Bands['members'][number]>()
  for (const [c, weight] of weights.entries()) {
    if (weight === 0) continue
    const { method, seasonSteps } = candidates[c]!
    const known = byName.get(`${method}/${seasonSteps}`)
    if (known) known.weight += weight
    else byName.set(`${method}/${seasonSteps}`, { method, seasonSteps, weight })
  }
  const members = [...byName.values()].sort((a, b) => b.weight - a.weight)
  const [first] = members
  const method = first && first.weight >= 0.6 ? first.method : 'COMBINED'
  const seasonal = members.filter(({ seasonSteps }) => seasonSteps > 0)
  const share = seasonal.reduce((sum, { weight }) => sum + weight, 0)
  return { method, members, seasonSteps: share >= 0.3 ? seasonal[0]!.seasonSteps : 0 }
}

function mixedCourse(
  candidates: readonly Candidate[],
  weights: readonly number[],
  at: number,
  last: number,
): Course {
  const parts = weights.flatMap((weight, c) => {
    const course = candidates[c]!.courses[at]
    return weight > 0 && course ? [{ weight, course }] : []
  })
  if (parts.length === 0) return () => last
  return (ahead) => parts.reduce((sum, { weight, course }) => sum + weight * course(ahead), 0)
}

/** The second half of the origins against bands of the errors before each of them. */
function* coverageOf(
  residuals: Float64Array,
  origins: readonly number[],
  horizons: readonly number[],
): Stepwise<number | null> {
  const row = horizons.length
  let [within, count] = [0, 0]
  for (let i = Math.max(4, origins.length >> 1); i < origins.length; i++) {
    const before = residuals.slice(0, i * row)
    for (let past = 0; past < i; past++)
      for (let j = 0; j < row; j++)
        if (origins[past]! + horizons[j]! > origins[i]!) before[past * row + j] = Number.NaN
    const widths = widthsOf(before, origins.slice(0, i), horizons)
    yield
    for (let j = 0; j < row; j++) {
      const residual = residuals[i * row + j]!
      if (!Number.isFinite(residual)) continue
      const { low, high } = widths(horizons[j]!)
      const slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high), Math.abs(residual))
      if (residual >= low - slack && residual <= high + slack) within += 1
      count += 1
    }
  }
  return count >= 20 ? within / count : null
}

type Quantiles = Pick<Bands, 'p10' | 'p50' | 'p90'>

function bandsOf(course: Course, widths: Widths, horizon: number, lost: number): Quantiles {
  const [p10, p50, p90] = [new Float64Array(horizon), new Float64Array(horizon), new Float64Array(horizon)]
  for (let i = 0; i < horizon; i++) {
    const { low, mid, high } = widths(i + 1)
    const centre = course(i + 1) - lost
    p10[i] = centre + low
    p50[i] = centre + mid
    p90[i] = centre + high
  }
  return { p10, p50, p90 }
}

function heldWithin({ p10, p50, p90 }: Quantiles, bounds: Bounds): Quantiles {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds
  const held = (values: Float64Array) => values.map((value) => Math.min(max, Math.max(min, value)))
  return { p10: held(p10), p50: held(p50), p90: held(p90) }
}
