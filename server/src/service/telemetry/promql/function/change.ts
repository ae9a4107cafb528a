import { equalHistograms, resetBetween } from '../histogram/index.ts'
import type { RawSeries } from '../value.ts'
import type { SampleWindow, WindowFunction } from './function.ts'

/** How often a counter began anew; a sample of the other kind counts as a reset. */
export const resets: WindowFunction = (window) => countPairs(window, fell, histogramReset)
/** How often the value changed; from NaN to NaN is no change. */
export const changes: WindowFunction = (window) => countPairs(window, changed, histogramChanged)

type NumbersDiffer = (before: number, now: number) => boolean
type HistogramsDiffer = (series: RawSeries, before: number, now: number) => boolean

const fell: NumbersDiffer = (before, now) => now < before
const changed: NumbersDiffer = (before, now) => now !== before && !(Number.isNaN(now) && Number.isNaN(before))
const histogramReset: HistogramsDiffer = ({ histograms }, before, now) =>
  resetBetween(histograms!.histograms[before]!, histograms!.histograms[now]!)
const histogramChanged: HistogramsDiffer = ({ histograms }, before, now) =>
  !equalHistograms(histograms!.histograms[now]!, histograms!.histograms[before]!)

/** Walks numbers and histograms by time and counts the neighbours that differ. */
function countPairs(
  { series, from, to, histogramFrom, histogramTo }: SampleWindow,
  numbersDiffer: NumbersDiffer,
  histogramsDiffer: HistogramsDiffer,
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
      else if (before === 'number' && numbersDiffer(series.values[number - 1]!, series.values[number]!))
        count++
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
