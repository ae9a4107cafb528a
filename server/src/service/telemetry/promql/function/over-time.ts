import { HistogramSum, KahanSum } from '../histogram/index.ts'
import type { Notes } from '../value.ts'
import type { SampleWindow, WindowFunction, WindowResult } from './function.ts'
import { info, warning } from './note.ts'

/** One accumulator for all windows: a window function never gives way in the middle. */
const kahan = new KahanSum()
const square = new KahanSum()

export const countOverTime: WindowFunction = (window) =>
  window.to - window.from + window.histogramTo - window.histogramFrom
export const presentOverTime: WindowFunction = () => 1

export const sumOverTime: WindowFunction = (window, _, notes) => {
  if (isMixed(window, notes)) return undefined
  const { from, to, series } = window
  if (to === from) return histogramsOverTime(window, notes, false)
  kahan.reset()
  for (let i = from; i < to; i++) kahan.add(series.values[i]!)
  return isFiniteOrNan(kahan.sum) ? kahan.total() : kahan.sum
}

/** Sum over number; incremental from where the sum would overflow. */
export const avgOverTime: WindowFunction = (window, _, notes) => {
  if (isMixed(window, notes)) return undefined
  const { from, to, series } = window
  if (to === from) return histogramsOverTime(window, notes, true)
  kahan.reset(series.values[from]!)
  for (let i = from + 1; i < to; i++) {
    const { sum, compensation } = kahan
    kahan.add(series.values[i]!)
    if (isFiniteOrNan(kahan.sum)) continue
    kahan.sum = sum
    kahan.compensation = compensation
    return incrementalMean(window, i)
  }
  const count = to - from
  return kahan.sum / count + kahan.compensation / count
}

export const minOverTime: WindowFunction = (window, _, notes) => extreme(window, notes, isLess, false)
export const maxOverTime: WindowFunction = (window, _, notes) => extreme(window, notes, isMore, false)
/** Of the last one where several samples are the least. */
export const tsOfMinOverTime: WindowFunction = (window, _, notes) => extreme(window, notes, isNoMore, true)
export const tsOfMaxOverTime: WindowFunction = (window, _, notes) => extreme(window, notes, isNoLess, true)

export const firstOverTime: WindowFunction = ({ series, from, to, histogramFrom, histogramTo }) => {
  const number = to > from ? series.timesMs[from]! : Number.POSITIVE_INFINITY
  const histogram =
    histogramTo > histogramFrom ? series.histograms!.timesMs[histogramFrom]! : Number.POSITIVE_INFINITY
  if (number === Number.POSITIVE_INFINITY && histogram === Number.POSITIVE_INFINITY) return undefined
  return number < histogram ? series.values[from]! : series.histograms!.histograms[histogramFrom]!
}
export const lastOverTime: WindowFunction = ({ series, from, to, histogramFrom, histogramTo }) => {
  const number = to > from ? series.timesMs[to - 1]! : Number.NEGATIVE_INFINITY
  const histogram =
    histogramTo > histogramFrom ? series.histograms!.timesMs[histogramTo - 1]! : Number.NEGATIVE_INFINITY
  if (number === Number.NEGATIVE_INFINITY && histogram === Number.NEGATIVE_INFINITY) return undefined
  return number > histogram ? series.values[to - 1]! : series.histograms!.histograms[histogramTo - 1]!
}
export const tsOfFirstOverTime: WindowFunction = ({ series, from, to, histogramFrom, histogramTo }) => {
  const number = to > from ? series.timesMs[from]! : Number.POSITIVE_INFINITY
  const histogram =
    histogramTo > histogramFrom ? series.histograms!.timesMs[histogramFrom]! : Number.POSITIVE_INFINITY
  return Math.min(number, histogram) / 1_000
}
export const tsOfLastOverTime: WindowFunction = ({ series, from, to, histogramFrom, histogramTo }) => {
  const number = to > from ? series.timesMs[to - 1]! : 0
  const histogram = histogramTo > histogramFrom ? series.histograms!.timesMs[histogramTo - 1]! : 0
  return Math.max(number, histogram) / 1_000
}

export const stdvarOverTime: WindowFunction = (window, _, notes) => variance(window, notes)
export const stddevOverTime: WindowFunction = (window, _, notes) => {
  const result = variance(window, notes)
  return result === undefined ? undefined : Math.sqrt(result)
}

/** Says that histograms were left out; for functions of numbers only. */
export function noteIgnored(window: SampleWindow, notes: Notes): void {
  if (window.histogramTo > window.histogramFrom) notes.info(info.histogramsIgnored(window.metricName))
}

function isMixed(window: SampleWindow, notes: Notes): boolean {
  if (window.to === window.from || window.histogramTo === window.histogramFrom) return false
  notes.warn(warning.mixedFloatsHistograms(window.metricName))
  return true
}

const isFiniteOrNan = (value: number): boolean =>
  value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY

function incrementalMean({ series, from, to }: SampleWindow, start: number): number {
  kahan.scale(1 / (start - from))
  for (let i = start; i < to; i++) {
    const count = i - from + 1
    kahan.scale((count - 1) / count)
    kahan.add(series.values[i]! / count)
  }
  return kahan.total()
}

function histogramsOverTime(window: SampleWindow, notes: Notes, mean: boolean): WindowResult {
  const { histogramFrom, histogramTo } = window
  if (histogramTo === histogramFrom) return undefined
  const { histograms } = window.series.histograms!
  const sum = new HistogramSum(histograms[histogramFrom]!)
  for (let i = histogramFrom + 1; i < histogramTo; i++) {
    if (mean ? sum.addToMean(histograms[i]!) : sum.add(histograms[i]!)) continue
    notes.warn(warning.mixedSchemas(window.metricName))
    return undefined
  }
  if (sum.collision) notes.warn(warning.collision('aggregation'))
  if (sum.reconciled) notes.info(info.reconciled('aggregation'))
  return mean ? sum.mean() : sum.total()
}

const isLess = (value: number, best: number): boolean => value < best
const isMore = (value: number, best: number): boolean => value > best
const isNoMore = (value: number, best: number): boolean => value <= best
const isNoLess = (value: number, best: number): boolean => value >= best

function extreme(
  window: SampleWindow,
  notes: Notes,
  better: (value: number, best: number) => boolean,
  asTime: boolean,
): number | undefined {
  const { series, from, to } = window
  if (to === from) return undefined
  noteIgnored(window, notes)
  let best = series.values[from]!
  let at = from
  for (let i = from; i < to; i++) {
    const value = series.values[i]!
    // Any number is better than NaN.
    if (!better(value, best) && !Number.isNaN(best)) continue
    best = value
    at = i
  }
  return asTime ? series.timesMs[at]! / 1_000 : best
}

/** Welford's method (1962) with compensated sums. */
function variance(window: SampleWindow, notes: Notes): number | undefined {
  const { series, from, to } = window
  if (to === from) return undefined
  noteIgnored(window, notes)
  kahan.reset()
  square.reset()
  for (let i = from; i < to; i++) {
    const value = series.values[i]!
    const off = value - kahan.total()
    kahan.add(off / (i - from + 1))
    square.add(off * (value - kahan.total()))
  }
  return square.total() / (to - from)
}
