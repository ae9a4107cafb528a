import { equalHistograms, resetBetween } from '../histogram/index.ts'
import type { RawSeries } from '../value.ts'
import type { SampleWindow, WindowFunction } from './function.ts'
import { startedAnew } from './start-time.ts'

/** How often a counter began anew by its values or its start timestamps; a sample of the other kind counts as a reset. */
export const resets: WindowFunction = (window) => countPairs(window, fell, histogramReset)
/** How often the value changed; from NaN to NaN is no change. */
export const changes: WindowFunction = (window) => countPairs(window, changed, histogramChanged)

/** The same over a window to which the last sample before it belongs as well, as `anchored` asks. */
export const anchoredResets: WindowFunction = (window) => countPairs(withAnchor(window), fell, histogramReset)
export const anchoredChanges: WindowFunction = (window) =>
  countPairs(withAnchor(window), changed, histogramChanged)

/** Whether the samples at two neighbouring indexes of a kind differ. */
type Differ = (series: RawSeries, before: number, now: number) => boolean

const fell: Differ = (series, before, now) =>
  series.values[now]! < series.values[before]! || startedAnew(series, now)
const changed: Differ = ({ values }, before, now) =>
  values[now] !== values[before] && !(Number.isNaN(values[now]) && Number.isNaN(values[before]))
const histogramReset: Differ = ({ histograms }, before, now) =>
  startedAnew(histograms!, now) || resetBetween(histograms!.histograms[before]!, histograms!.histograms[now]!)
const histogramChanged: Differ = ({ histograms }, before, now) =>
  !equalHistograms(histograms!.histograms[now]!, histograms!.histograms[before]!)

/** Walks numbers and histograms by time and counts the neighbours that differ. */
function countPairs(
  { series, from, to, histogramFrom, histogramTo }: SampleWindow,
  numbersDiffer: Differ,
  histogramsDiffer: Differ,
): number | undefined {
  if (to === from && histogramTo === histogramFrom) return undefined
  let count = 0
  let number = from
  let histogram = histogramFrom
  let before: 'none' | 'number' | 'histogram' = 'none'
  while (number < to || histogram < histogramTo) {
    const numberMs = number < to ? series.timesMs[number]! : Number.POSITIVE_INFINITY
    const histogramMs =
      histogram < histogramTo ? series.histograms!.timesMs[histogram]! : Number.POSITIVE_INFINITY
    if (numberMs < histogramMs) {
      if (before === 'histogram') count++
      else if (before === 'number' && numbersDiffer(series, number - 1, number)) count++
      before = 'number'
      number++
    } else {
      if (before === 'number') count++
      else if (before === 'histogram' && histogramsDiffer(series, histogram - 1, histogram)) count++
      before = 'histogram'
      histogram++
    }
  }
  return count
}

/** The window from its anchor on: the last sample at or before its start, of either kind; empty where none follows. */
function withAnchor(window: SampleWindow): SampleWindow {
  const { series, from, to, histogramFrom, histogramTo, startMs } = window
  const histogramTimes = series.histograms?.timesMs
  let number = from
  while (number < to && series.timesMs[number]! <= startMs) number++
  let histogram = histogramFrom
  while (histogram < histogramTo && histogramTimes![histogram]! <= startMs) histogram++
  if (number === to && histogram === histogramTo) return { ...window, from: to, histogramFrom: histogramTo }
  const numberMs = number > from ? series.timesMs[number - 1]! : Number.NEGATIVE_INFINITY
  const histogramMs = histogram > histogramFrom ? histogramTimes![histogram - 1]! : Number.NEGATIVE_INFINITY
  if (numberMs === histogramMs) return window
  const isNumber = numberMs > histogramMs
  return {
    ...window,
    from: isNumber ? number - 1 : number,
    histogramFrom: isNumber ? histogram : histogram - 1,
  }
}
