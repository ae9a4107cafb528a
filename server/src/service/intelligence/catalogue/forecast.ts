import { type CoursePoint, medianOf, quantileOf } from './course.ts'

/** Points that a trend needs. */
export const pointsMin = 12
/** Points that are fitted; of longer series every nth: all pairs are looked at. */
const fittedMax = 240
/** A trend is one where the chance that there is none is below 5 %, on either side. */
const significance = 1.96
/** And where it moves what is measured by more than its own noise, and by a share of its level. */
const shareMin = 0.01

export type Trend = {
  direction: 'RISING' | 'FALLING' | 'NONE'
  /** Of the value, per ms; the ends of its 95 % interval. */
  slope: number
  slopeLow: number
  slopeHigh: number
  /** The line's value at the last point. */
  level: number
  /** Half the width within which nine in ten points lay around the line. */
  noise: number
  points: number
  /** Why there is no trend, or fewer points were taken. */
  note: string
}

/**
 * The course of a series by Theil and Sen: the median of the slopes between all pairs of points, which up to 29 % of wild points do not
 * move. Interval of the slope by Sen (1968) from the spread of Kendall's S; where the second half runs otherwise than the whole, it alone counts.
 */
export function trendOf(points: readonly CoursePoint[]): Trend {
  const all = thinned(points)
  const whole = fitted(all)
  const half = all.slice(Math.floor(all.length / 2))
  if (half.length < pointsMin) return whole
  const recent = fitted(half)
  const differs = recent.slopeLow > whole.slopeHigh || recent.slopeHigh < whole.slopeLow
  if (!differs || recent.noise * 2 > whole.noise) return whole
  return {
    ...recent,
    note: recent.note || 'Its second half runs otherwise than its first, and alone was taken.',
  }
}

function fitted(points: readonly CoursePoint[]): Trend {
  const none = { direction: 'NONE' as const, slope: 0, slopeLow: 0, slopeHigh: 0 }
  const level = medianOf(points.map(([, value]) => value))
  const spread = (values: readonly number[]) =>
    quantileOf(
      [...values].sort((a, b) => a - b),
      0.9,
    )
  const last = points.at(-1)
  if (points.length < pointsMin || !last) {
    const note = `${points.length} points are too few for a trend; it takes ${pointsMin}.`
    return { ...none, level, noise: 0, points: points.length, note }
  }
  const slopes: number[] = []
  let balance = 0
  for (let i = 0; i < points.length; i += 1)
    for (let k = i + 1; k < points.length; k += 1) {
      const [a, b] = [points[i] as CoursePoint, points[k] as CoursePoint]
      if (b[0] === a[0]) continue
      slopes.push((b[1] - a[1]) / (b[0] - a[0]))
      balance += Math.sign(b[1] - a[1])
    }
  slopes.sort((a, b) => a - b)
  const slope = quantileOf(slopes, 0.5)
  const n = points.length
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const reach = (significance * deviation) / slopes.length
  const offset = medianOf(points.map(([at, value]) => value - slope * (at - last[0])))
  const noise = spread(points.map(([at, value]) => Math.abs(value - (offset + slope * (at - last[0])))))
  const moved = Math.abs(slope) * (last[0] - (points[0]?.[0] ?? last[0]))
  const found = {
    ...{ slope, slopeLow: quantileOf(slopes, Math.max(0, 0.5 - reach / 2)) },
    ...{ slopeHigh: quantileOf(slopes, Math.min(1, 0.5 + reach / 2)), level: offset, noise, points: n },
  }
  if (Math.abs(balance) <= significance * deviation || moved <= noise || moved <= shareMin * Math.abs(level))
    return { ...found, direction: 'NONE', note: 'It moves no more than its own noise.' }
  return { ...found, direction: slope > 0 ? 'RISING' : 'FALLING', note: '' }
}

function thinned(points: readonly CoursePoint[]): readonly CoursePoint[] {
  const every = Math.ceil(points.length / fittedMax)
  // Counted from the end, so that the latest point is always one of them.
  return every <= 1 ? points : points.filter((_, i) => (points.length - 1 - i) % every === 0)
}

export type Arrival = {
  /** When the line meets the level; the ends are those of the slope's interval and the noise. Undefined: never, on that line. */
  atMs: number
  earliestMs: number
  latestMs: number | undefined
}

/** When a trend meets a level that it runs towards. Undefined where it runs from it, or nowhere. `met` where it is there already. */
export function arrivalOf(trend: Trend, level: number, lastMs: number): Arrival | undefined {
  const gap = level - trend.level
  const towards = trend.direction === 'RISING' ? gap > 0 : trend.direction === 'FALLING' && gap < 0
  if (!towards) return undefined
  const [fast, slow] =
    trend.direction === 'RISING' ? [trend.slopeHigh, trend.slopeLow] : [trend.slopeLow, trend.slopeHigh]
  const sure = Math.max(0, Math.abs(gap) - trend.noise)
  const late = (Math.abs(gap) + trend.noise) / Math.abs(slow)
  const keeps = Math.sign(slow) === Math.sign(trend.slope) && Number.isFinite(late)
  return {
    atMs: lastMs + Math.abs(gap) / Math.abs(trend.slope),
    earliestMs: lastMs + sure / Math.abs(fast),
    latestMs: keeps ? lastMs + late : undefined,
  }
}

export type PastError = {
  /** Mean distance of the last third from what the first two thirds foretold, in the series' own unit. */
  error: number
  /** That of saying "it stays as it is". */
  naive: number
  points: number
}

/** How the same method would have done: it is given the first two thirds and asked for the last. */
export function pastErrorOf(points: readonly CoursePoint[]): PastError | undefined {
  const cut = Math.floor((points.length * 2) / 3)
  const [known, later] = [points.slice(0, cut), points.slice(cut)]
  const last = known.at(-1)
  if (known.length < pointsMin || later.length === 0 || !last) return undefined
  const trend = trendOf(known)
  const slope = trend.direction === 'NONE' ? 0 : trend.slope
  const mean = (of: (point: CoursePoint) => number) =>
    later.reduce((sum, point) => sum + Math.abs(of(point) - point[1]), 0) / later.length
  return {
    error: mean(([at]) => trend.level + slope * (at - last[0])),
    naive: mean(() => last[1]),
    points: later.length,
  }
}
