import { medianOf } from './order.ts'
import { trendOf } from './theil-sen.ts'

const lateMax = 24
/** Values in a row that make a new level rather than an excursion, and how far off they lie, in scales of what is usual. */
const newMin = 6
const newScales = 5

/** Level and significant slope of the newest values alone, at the last of them; what began lately is in no longer view. */
export function lateTrendOf(rest: Float64Array): { level: number; slope: number } {
  const newest = rest.subarray(Math.max(0, rest.length - lateMax))
  const times = newest.map((_, i) => i + 1 - newest.length)
  const trend = trendOf(times, newest)
  const slope = trend.isSignificant ? trend.slope : 0
  const level = medianOf(newest.map((value, i) => value - slope * times[i]!))
  return { level, slope }
}

/** How far the level has moved just now: all of the newest values lie far off it, on one side. 0 where they do not. */
export function freshShiftOf(around: Float64Array): number {
  const newest = around.subarray(Math.max(0, around.length - newMin))
  if (around.length < 4 * newMin || !newest.every(Number.isFinite)) return 0
  const before = around.subarray(Math.max(0, around.length - 200), around.length - newMin)
  const scale = 1.4826 * medianOf(before.map(Math.abs))
  const least = Math.min(...newest.map(Math.abs))
  const isOneSided = newest.every((value) => value > 0) || newest.every((value) => value < 0)
  return isOneSided && least > newScales * scale ? medianOf(newest) : 0
}
