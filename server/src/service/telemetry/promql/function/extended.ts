import type { Notes } from '../value.ts'
import { noteNoCounter } from './counter.ts'
import { extendedHistogram } from './extended-histogram.ts'
import type { SampleWindow, WindowFunction, WindowResult } from './function.ts'
import { warning } from './note.ts'
import { boundsOf, type Extent, endsOf } from './window-end.ts'

/**
 * Differences over windows that reach beyond their own samples, without extrapolation. `anchored`: from the last sample before the window,
 * if there is one, to the last in it. `smoothed`: between the values at both ends, on lines to the samples next to them.
 * https://prometheus.io/docs/prometheus/latest/feature_flags/ (`promql-extended-range-selectors`)
 * The window holds the samples of the lookback before, and where smoothed after, it as well.
 */
export const extended =
  (extent: Extent): WindowFunction =>
  (window, _, notes) => {
    const result = extendedOf(window, extent, notes)
    if (extent.counter) noteNoCounter(window, notes, result)
    return result
  }

function extendedOf(window: SampleWindow, extent: Extent, notes: Notes): WindowResult {
  const { series, from, to, histogramFrom, histogramTo } = window
  if (histogramTo > histogramFrom) {
    if (to === from) return extendedHistogram(window, extent, notes)
    notes.warn(warning.mixedFloatsHistograms(window.metricName))
    return undefined
  }
  const bounds = boundsOf(series.timesMs, from, to, window, extent.smoothed)
  if (bounds === undefined) return undefined
  const [left, right] = endsOf(series, from, bounds, window, extent)
  const grown = right - left + (extent.counter ? lostBetween(window, bounds, left, right) : 0)
  return extent.perSecond ? grown / (window.rangeMs / 1_000) : grown
}

/** What a counter had whenever it began anew; resets between the samples around an end are in the end's own value. */
function lostBetween(
  { series: { timesMs, values }, startMs, endMs }: SampleWindow,
  { first, last }: { first: number; last: number },
  left: number,
  right: number,
): number {
  const from = timesMs[first]! <= startMs ? first + 1 : first
  const to = timesMs[last]! >= endMs ? last - 1 : last
  let lost = 0
  let before = left
  for (let i = from; i <= to; i++) {
    if (values[i]! < before) lost += before
    before = values[i]!
  }
  return right < before ? lost + before : lost
}
