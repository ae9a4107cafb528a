import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { Candidate, Course } from './candidate.ts'
import { lastLevelStart } from './change-point.ts'
import { freshShiftOf, lateTrendOf } from './late.ts'
import { autocorrelationAt, medianInPlace, medianOf, medianOfSome } from './order.ts'
import { noTrend, type Trend, trendOf } from './theil-sen.ts'

const seasonsMax = 8
const blocksMax = 40
/** A median of more values is not worth their sorting. */
const someMax = 400
const blockSomeMax = 48

/** What is left of a series at an origin once its season is taken out. */
export type Parts = {
  /** By phase from the origin; empty without a season. */
  profile: Float64Array
  /** The profile without its fine grain, which after few seasons is mostly noise. */
  smooth: Float64Array
  /** At the origin, of the level after the last change. */
  level: number
  trend: Trend
  /** How far the newest values lie from the level, and what is left of that a step on. */
  deviation: number
  memory: number
  /** Of the newest values alone. */
  late: { level: number; slope: number }
}

/**
 * Season, level and drift, each by medians: a profile of up to eight seasons, the level since the last change point, the Theil–Sen
 * slope since then where it is significant, and the newest deviation, which fades as such deviations did. After STL (Cleveland 1990) with
 * drift (Hyndman and Athanasopoulos, 3rd ed., 5.7), without its loess: a profile costs one pass.
 */
export function* decompositions(
  values: Float64Array,
  origins: readonly number[],
  seasonSteps: number,
): Stepwise<Candidate[]> {
  const parts: (Parts | undefined)[] = []
  for (const origin of origins) {
    parts.push(partsAt(values, origin, seasonSteps))
    yield
  }
  const candidate = (courseOf: (found: Parts) => Course): Candidate => ({
    ...{ method: seasonSteps > 0 ? 'DECOMPOSITION' : 'TREND', seasonSteps },
    courses: parts.map((found) => found && courseOf(found)),
  })
  return [
    candidate((found) => courseOf(found, found.profile, found.trend.isSignificant ? found.trend.slope : 0)),
    candidate((found) => courseOf(found, found.smooth, 0)),
    candidate((found) =>
      courseOf({ ...found, level: found.late.level, deviation: 0 }, found.smooth, found.late.slope),
    ),
    ...(seasonSteps > 0
      ? [
          candidate((found) =>
            courseOf(found, found.smooth, found.trend.isSignificant ? found.trend.slope : 0),
          ),
        ]
      : [candidate((found) => courseOf({ ...found, deviation: 0 }, found.profile, 0))]),
  ]
}

function courseOf({ level, deviation, memory }: Parts, profile: Float64Array, slope: number): Course {
  return (ahead) =>
    level +
    slope * ahead +
    (profile.length > 0 ? profile[(ahead - 1) % profile.length]! : 0) +
    deviation * memory ** ahead
}

/** Undefined before there are two seasons, or eight values. */
export function partsAt(values: Float64Array, origin: number, seasonSteps: number): Parts | undefined {
  if (origin < Math.max(8, 2 * seasonSteps)) return undefined
  const seasons = seasonSteps > 0 ? Math.min(seasonsMax, Math.floor(origin / seasonSteps)) : 0
  const start = seasons > 0 ? origin - seasons * seasonSteps : 0
  const profile =
    seasons > 0 ? profileOf(values.subarray(start, origin), seasonSteps, seasons) : new Float64Array(0)
  const rest = values
    .slice(start, origin)
    .map((value, i) => (profile.length > 0 ? value - profile[i % profile.length]! : value))
  const length = Math.max(1, Math.ceil(rest.length / blocksMax))
  const count = Math.floor(rest.length / length)
  const offset = rest.length - count * length
  // Blocks end at the origin, whose last value has time 0.
  const times = Float64Array.from({ length: count }, (_, i) => (i - count + 0.5) * length + 0.5)
  const blocks = filled(
    Float64Array.from({ length: count }, (_, i) =>
      length === 1
        ? rest[offset + i]!
        : medianOfSome(rest, offset + i * length, offset + (i + 1) * length, blockSomeMax),
    ),
  )
  if (!blocks) return undefined
  const from = lastLevelStart(blocks)
  const trend = count - from >= 8 ? trendOf(times.subarray(from), blocks.subarray(from)) : noTrend
  const slope = trend.isSignificant ? trend.slope : 0
  const recent = Math.max(from, count - Math.max(8, Math.ceil((count - from) / 3)))
  const level = medianOf(blocks.subarray(recent).map((value, i) => value - slope * times[recent + i]!))
  const around = rest.map((value, i) => value - level - slope * (i + 1 - rest.length))
  const segment = around.subarray(Math.max(offset + from * length, rest.length - 4_000))
  const lag = Math.max(1, Math.min(12, Math.floor(segment.length / 20)))
  const alike = Math.min(0.995 ** lag, autocorrelationAt(segment, lag))
  const shift = freshShiftOf(around)
  const newest = medianOf(around, around.length - 3) - shift
  return {
    ...{ profile, smooth: smoothed(profile), level: level + shift, trend, late: lateTrendOf(rest) },
    deviation: Number.isFinite(newest) ? newest : 0,
    memory: alike > 0 ? alike ** (1 / lag) : 0,
  }
}

/** Mean over seasons by phase, each season around its own middle and without its slope; from four seasons on the median. */
function profileOf(values: Float64Array, seasonSteps: number, seasons: number): Float64Array {
  const pairs = values.length - seasonSteps
  const stride = Math.ceil(pairs / someMax)
  const slope = medianOf(
    Float64Array.from({ length: Math.floor(pairs / stride) }, (_, i) => {
      const at = i * stride
      return (values[at + seasonSteps]! - values[at]!) / seasonSteps
    }),
  )
  const middles = Array.from({ length: seasons }, (_, i) =>
    medianOfSome(values, i * seasonSteps, (i + 1) * seasonSteps, someMax),
  )
  const drift = Number.isFinite(slope) ? slope : 0
  const profile = new Float64Array(seasonSteps)
  const column = new Float64Array(seasons)
  for (let phase = 0; phase < seasonSteps; phase++) {
    let count = 0
    for (let i = 0; i < seasons; i++) {
      const value = values[i * seasonSteps + phase]! - middles[i]! - drift * (phase - (seasonSteps - 1) / 2)
      if (Number.isFinite(value)) column[count++] = value
    }
    if (count === 0) profile[phase] = Number.NaN
    else profile[phase] = count >= 4 ? medianInPlace(column, count) : meanOf(column.subarray(0, count))
  }
  const gapless = filled(profile) ?? profile.fill(0)
  const middle = meanOf(gapless)
  return gapless.map((value) => value - middle)
}

/** Over a twenty-fourth of the season, around it. */
function smoothed(profile: Float64Array): Float64Array {
  const reach = Math.floor(profile.length / 48)
  if (reach === 0) return profile
  const width = 2 * reach + 1
  let sum = 0
  for (let i = -reach; i <= reach; i++) sum += profile[(i + profile.length) % profile.length]!
  return profile.map((_, i) => {
    const mean = sum / width
    sum +=
      profile[(i + reach + 1) % profile.length]! - profile[(i - reach + profile.length) % profile.length]!
    return mean
  })
}

/** Gaps get the value before them, those at the beginning the first there is; undefined without any. */
function filled(values: Float64Array): Float64Array | undefined {
  const first = values.find(Number.isFinite)
  if (first === undefined) return undefined
  let last = first
  return values.map((value) => {
    if (Number.isFinite(value)) last = value
    return last
  })
}

function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0]
  for (const value of values)
    if (Number.isFinite(value)) {
      sum += value
      count += 1
    }
  return count > 0 ? sum / count : Number.NaN
}
