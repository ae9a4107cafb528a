import type { SampleWindow, WindowFunction } from './function.ts'
import { warning } from './note.ts'
import { noteIgnored } from './over-time.ts'

export const quantileOverTime: WindowFunction = (window, parameters, notes) => {
  if (window.to === window.from) return undefined
  const q = parameters[0]!
  if (!(q >= 0 && q <= 1)) notes.warn(warning.badQuantile(q))
  noteIgnored(window, notes)
  return quantileOfSorted(q, sorted(window))
}

/** Median absolute deviation from the median. */
export const madOverTime: WindowFunction = (window, _, notes) => {
  if (window.to === window.from) return undefined
  noteIgnored(window, notes)
  const values = sorted(window)
  const median = quantileOfSorted(0.5, values)
  if (Number.isNaN(values.at(-1))) return Number.NaN
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]! - median)
  return quantileOfSorted(0.5, values.sort())
}

/** Weighted between the two nearest ranks. `values` ascending, NaN at the end as typed arrays sort; it counts as the least, as in Prometheus. */
export function quantileOfSorted(q: number, values: Float64Array): number {
  const count = values.length
  if (count === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  let numbers = count
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--
  const nans = count - numbers
  const rank = q * (count - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(count - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  // Ranks below `nans` are NaN's.
  if (lower < nans) return Number.NaN
  return values[lower - nans]! * (1 - weight) + values[upper - nans]! * weight
}

/** Kept between windows: as long as the longest window of samples so far, which the query's limits bound. */
let scratch = new Float64Array(256)

function sorted({ series, from, to }: SampleWindow): Float64Array {
  if (scratch.length < to - from) scratch = new Float64Array(2 * (to - from))
  const values = scratch.subarray(0, to - from)
  for (let i = from; i < to; i++) values[i - from] = series.values[i]!
  return values.sort()
}
