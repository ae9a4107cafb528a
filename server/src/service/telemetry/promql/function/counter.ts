import { scaleHistogram } from '../histogram/index.ts'
import type { Notes } from '../value.ts'
import type { SampleWindow, WindowFunction, WindowResult } from './function.ts'
import { histogramDifference, histogramIncrease } from './histogram-rate.ts'
import { info, warning } from './note.ts'

/** Growth per second of a counter, extrapolated to the whole window. */
export const rate: WindowFunction = (window, _, notes) =>
  checkedCounter(window, notes, window.rangeMs / 1_000)
/** Growth of a counter, extrapolated to the whole window. */
export const increase: WindowFunction = (window, _, notes) => checkedCounter(window, notes, 1)
/** Difference between the ends of a gauge, extrapolated to the whole window. */
export const delta: WindowFunction = (window, _, notes) => extrapolated(window, notes, false, 1)

/** Growth per second between the last two samples. */
export const irate: WindowFunction = (window, _, notes) => lastTwo(window, notes, true)
export const idelta: WindowFunction = (window, _, notes) => lastTwo(window, notes, false)

function checkedCounter(window: SampleWindow, notes: Notes, divisor: number): WindowResult {
  const result = extrapolated(window, notes, true, divisor)
  const { metricName } = window
  if (typeof result === 'number' && metricName !== '' && !endsAsCounter(metricName))
    notes.info(info.maybeNotCounter(metricName))
  return result
}

const endsAsCounter = (name: string): boolean =>
  name.endsWith('_total') || name.endsWith('_sum') || name.endsWith('_count') || name.endsWith('_bucket')

/**
 * The difference between the last and the first sample, resets of a counter made good, stretched to the window: up to its ends where the
 * next sample would be expected beyond them, else by half the mean distance between samples, and never below a counter's zero.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
function extrapolated(window: SampleWindow, notes: Notes, counter: boolean, divisor: number): WindowResult {
  const { from, to, histogramFrom, histogramTo, series } = window
  if (to > from && histogramTo > histogramFrom) {
    notes.warn(warning.mixedFloatsHistograms(window.metricName))
    return undefined
  }
  if (histogramTo - histogramFrom >= 2) {
    const grown = histogramIncrease(window, notes, counter)
    if (grown === undefined) return undefined
    const { timesMs, histograms } = series.histograms!
    const first = histograms[histogramFrom]!
    const stretch = stretchOf(window, timesMs, histogramFrom, histogramTo, counter, first.count, grown.count)
    return scaleHistogram(grown, stretch / divisor)
  }
  if (to - from < 2) return undefined
  const { values } = series
  const grown = values[to - 1]! - values[from]! + (counter ? lostToResets(values, from, to) : 0)
  const stretch = stretchOf(window, series.timesMs, from, to, counter, values[from]!, grown)
  return (grown * stretch) / divisor
}

function lostToResets(values: Float64Array, from: number, to: number): number {
  let lost = 0
  for (let i = from + 1; i < to; i++) if (values[i]! < values[i - 1]!) lost += values[i - 1]!
  return lost
}

/** How much longer than the sampled interval the window is taken to be. */
function stretchOf(
  window: SampleWindow,
  timesMs: Float64Array,
  from: number,
  to: number,
  counter: boolean,
  first: number,
  grown: number,
): number {
  const sampled = (timesMs[to - 1]! - timesMs[from]!) / 1_000
  const between = sampled / (to - from - 1)
  const threshold = between * 1.1
  let toStart = (timesMs[from]! - window.startMs) / 1_000
  let toEnd = (window.endMs - timesMs[to - 1]!) / 1_000
  if (toStart >= threshold) toStart = between / 2
  // A counter cannot have been below zero: there its slope, led back, meets zero.
  if (counter && grown > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / grown))
  if (toEnd >= threshold) toEnd = between / 2
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled
}

function lastTwo(window: SampleWindow, notes: Notes, isRate: boolean): WindowResult {
  const { series, from, to, histogramFrom, histogramTo } = window
  const numbers = to - from
  const histograms = histogramTo - histogramFrom
  if (numbers + histograms < 2) return undefined
  if (numbers > 0 && histograms > 0) return lastTwoOfMixed(window, notes, isRate)
  if (numbers > 0) return numberPair(window, isRate)
  const { timesMs } = series.histograms!
  return histogramPair(window, notes, isRate, timesMs[histogramTo - 1]! - timesMs[histogramTo - 2]!)
}

/** Where both kinds are in the window the last two samples may still be of one kind. */
function lastTwoOfMixed(window: SampleWindow, notes: Notes, isRate: boolean): WindowResult {
  const { series, to, from, histogramTo, histogramFrom } = window
  const histogramTimes = series.histograms!.timesMs
  const lastNumber = series.timesMs[to - 1]!
  const lastHistogram = histogramTimes[histogramTo - 1]!
  if (to - from >= 2 && series.timesMs[to - 2]! > lastHistogram) return numberPair(window, isRate)
  if (histogramTo - histogramFrom >= 2 && histogramTimes[histogramTo - 2]! > lastNumber)
    return histogramPair(window, notes, isRate, lastHistogram - histogramTimes[histogramTo - 2]!)
  notes.warn(warning.mixedFloatsHistograms(window.metricName))
  return undefined
}

function numberPair({ series, to }: SampleWindow, isRate: boolean): number | undefined {
  const before = series.values[to - 2]!
  const last = series.values[to - 1]!
  const apartMs = series.timesMs[to - 1]! - series.timesMs[to - 2]!
  if (apartMs === 0) return undefined
  // After a reset a counter has grown from zero.
  const grown = isRate && last < before ? last : last - before
  return isRate ? grown / (apartMs / 1_000) : grown
}

function histogramPair(window: SampleWindow, notes: Notes, isRate: boolean, apartMs: number): WindowResult {
  if (apartMs === 0) return undefined
  const grown = histogramDifference(window, notes, isRate)
  return isRate && grown !== undefined ? scaleHistogram(grown, 1_000 / apartMs) : grown
}
