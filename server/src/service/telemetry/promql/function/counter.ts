import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { addHistograms, scaleHistogram } from '../histogram/index.ts'
import type { Notes, RawSeries } from '../value.ts'
import type { SampleWindow, WindowFunction, WindowResult } from './function.ts'
import { histogramDifference, histogramIncrease } from './histogram-rate.ts'
import { info, warning } from './note.ts'
import { startedAnew, startOverlaps, startWithin } from './start-time.ts'

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
  noteNoCounter(window, notes, result)
  return result
}

/** Says what a name suggests that a rate was taken of. */
export function noteNoCounter({ metricName }: SampleWindow, notes: Notes, result: WindowResult): void {
  if (typeof result === 'number' && metricName !== '' && !endsAsCounter(metricName))
    notes.info(info.maybeNotCounter(metricName))
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
  if (histogramTo > histogramFrom) return extrapolatedHistogram(window, notes, counter, divisor)
  if (to === from) return undefined
  const { values } = series
  const first = values[from]!
  const start = counter ? startWithin(series, from, window) : undefined
  if (start === undefined && to - from < 2) return undefined
  if (counter && series.startsMs) noteOverlaps(window, notes, series, from, to)
  const grown = values[to - 1]! - first + (counter ? lostToResets(window) : 0)
  if (start !== undefined)
    return ((grown + first) * stretchFrom(window, series.timesMs, from, to, start)) / divisor
  const stretch = stretchOf(window, series.timesMs, from, to, counter, first, grown)
  return (grown * stretch) / divisor
}

function extrapolatedHistogram(
  window: SampleWindow,
  notes: Notes,
  counter: boolean,
  divisor: number,
): WindowResult {
  const { histogramFrom: from, histogramTo: to } = window
  const column = window.series.histograms!
  const first = column.histograms[from]!
  const start = counter ? startWithin(column, from, window) : undefined
  if (start === undefined && to - from < 2) return undefined
  if (counter && column.startsMs) noteOverlaps(window, notes, column, from, to)
  const grown = to - from < 2 ? undefined : histogramIncrease(window, notes, counter)
  if (to - from >= 2 && grown === undefined) return undefined
  if (start !== undefined) {
    const whole = grown ? withFirst(grown, first, window, notes) : first
    return whole && scaleHistogram(whole, stretchFrom(window, column.timesMs, from, to, start) / divisor)
  }
  const stretch = stretchOf(window, column.timesMs, from, to, counter, first.count, grown!.count)
  return scaleHistogram(grown!, stretch / divisor)
}

/** Where the count began within the window, all that the first sample has was counted there. */
function withFirst(
  grown: NativeHistogram,
  first: NativeHistogram,
  { metricName }: SampleWindow,
  notes: Notes,
): NativeHistogram | undefined {
  const whole = addHistograms(grown, first)
  if (whole === undefined) notes.warn(warning.mixedSchemas(metricName))
  else if (whole.reconciled) notes.info(info.reconciled('addition'))
  return whole?.histogram
}

function noteOverlaps(
  { metricName }: SampleWindow,
  notes: Notes,
  column: { timesMs: Float64Array; startsMs?: Float64Array },
  from: number,
  to: number,
): void {
  for (let i = from + 1; i < to; i++)
    if (startOverlaps(column, i)) {
      notes.warn(warning.startOverlap(metricName))
      return
    }
}

/** What a counter had whenever it began anew within the window, in order. Resets are rare: they are found once for all windows of a series. */
function lostToResets(window: SampleWindow): number {
  const { values } = window.series
  window.resets ??= resetsOf(window.series)
  const { resets, from, to } = window
  let lost = 0
  for (let i = firstAbove(resets, from); i < resets.length && resets[i]! < to; i++)
    lost += values[resets[i]! - 1]!
  return lost
}

function resetsOf(series: RawSeries): number[] {
  const { values } = series
  const resets: number[] = []
  for (let i = 1; i < values.length; i++)
    if (values[i]! < values[i - 1]! || startedAnew(series, i)) resets.push(i)
  return resets
}

function firstAbove(resets: readonly number[], index: number): number {
  let low = 0
  let high = resets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (resets[middle]! <= index) low = middle + 1
    else high = middle
  }
  return low
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

/** As `stretchOf` where the first sample tells when it began to count: nothing is to be guessed before it. */
function stretchFrom(
  window: SampleWindow,
  timesMs: Float64Array,
  from: number,
  to: number,
  startMs: number,
): number {
  const count = to - from
  const between = count > 1 ? (timesMs[to - 1]! - timesMs[from]!) / 1_000 / (count - 1) : 0
  const sampled = (timesMs[to - 1]! - startMs) / 1_000
  let toEnd = (window.endMs - timesMs[to - 1]!) / 1_000
  if (toEnd >= between * 1.1) toEnd = between / 2
  return (sampled + toEnd) / sampled
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
  const anew = isRate && (last < before || startedAnew(series, to - 1))
  const grown = anew ? last : last - before
  return isRate ? grown / (apartMs / 1_000) : grown
}

function histogramPair(window: SampleWindow, notes: Notes, isRate: boolean, apartMs: number): WindowResult {
  if (apartMs === 0) return undefined
  const grown = histogramDifference(window, notes, isRate)
  return isRate && grown !== undefined ? scaleHistogram(grown, 1_000 / apartMs) : grown
}
