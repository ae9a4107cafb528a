import { Fault } from '../../../../kernel/fault.ts'
import { KahanSum } from '../histogram/index.ts'
import type { SampleWindow, WindowFunction } from './function.ts'
import { noteIgnored } from './over-time.ts'

const sumX = new KahanSum()
const sumY = new KahanSum()
const sumXY = new KahanSum()
const sumXX = new KahanSum()

/** Slope per second of the line through the samples (least squares). */
export const deriv: WindowFunction = (window, _, notes) => {
  if (window.to > window.from) noteIgnored(window, notes)
  if (window.to - window.from < 2) return undefined
  // Times are taken from the first sample on: large ones would cost digits.
  return lineOf(window, window.series.timesMs[window.from]!).slope
}

/** Where the line through the samples will be some seconds after the moment of evaluation. */
export const predictLinear: WindowFunction = (window, parameters, notes) => {
  if (window.to > window.from) noteIgnored(window, notes)
  if (window.to - window.from < 2) return undefined
  const { slope, intercept } = lineOf(window, window.timeMs ?? window.endMs)
  return slope * parameters[0]! + intercept
}

/** Holt's linear method: level and trend smoothed exponentially (Holt 1957; Winters 1960). */
export const doubleExponentialSmoothing: WindowFunction = (window, parameters, notes) => {
  const smoothing = inUnit('smoothing', 'sf', parameters[0]!)
  const trend = inUnit('trend', 'tf', parameters[1]!)
  const { series, from, to } = window
  if (to > from) noteIgnored(window, notes)
  if (to - from < 2) return undefined
  let before = 0
  let level = series.values[from]!
  let slope = series.values[from + 1]! - level
  for (let i = from + 1; i < to; i++) {
    if (i > from + 1) slope = trend * (level - before) + (1 - trend) * slope
    const next = smoothing * series.values[i]! + (1 - smoothing) * (level + slope)
    before = level
    level = next
  }
  return level
}

const line = { slope: 0, intercept: 0 }

/** Least squares through the samples, `intercept` at the moment given; the object is reused. */
function lineOf({ series, from, to }: SampleWindow, zeroMs: number): typeof line {
  for (const sum of [sumX, sumY, sumXY, sumXX]) sum.reset()
  const first = series.values[from]!
  let constant = true
  for (let i = from; i < to; i++) {
    const y = series.values[i]!
    const x = (series.timesMs[i]! - zeroMs) / 1_000
    if (y !== first) constant = false
    sumX.add(x)
    sumY.add(y)
    sumXY.add(x * y)
    sumXX.add(x * x)
  }
  if (constant) {
    const finite = first !== Number.POSITIVE_INFINITY && first !== Number.NEGATIVE_INFINITY
    line.slope = finite ? 0 : Number.NaN
    line.intercept = finite ? first : Number.NaN
    return line
  }
  const n = to - from
  const x = sumX.total()
  const y = sumY.total()
  line.slope = (sumXY.total() - (x * y) / n) / (sumXX.total() - (x * x) / n)
  line.intercept = y / n - (line.slope * x) / n
  return line
}

function inUnit(name: string, symbol: string, value: number): number {
  if (value <= 0 || value >= 1)
    throw new Fault(
      'QUERY_FAILED',
      `invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${value.toFixed(6)}`,
    )
  return value
}
