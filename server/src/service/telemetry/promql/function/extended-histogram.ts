import type { NativeHistogram } from '../../../../port/metric-store.ts'
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  isCustom,
  resetBetween,
  scaleHistogram,
  subtractHistograms,
} from '../histogram/index.ts'
import type { Notes } from '../value.ts'
import type { SampleWindow } from './function.ts'
import { info, warning } from './note.ts'
import { boundsOf, type Extent } from './window-end.ts'

/** As for numbers, of histograms; a gauge comes out. */
export function extendedHistogram(
  window: SampleWindow,
  { smoothed, counter, perSecond }: Extent,
  notes: Notes,
): NativeHistogram | undefined {
  const { histogramFrom: from, histogramTo: to, startMs, endMs, metricName } = window
  const { timesMs, histograms } = window.series.histograms!
  const bounds = boundsOf(timesMs, from, to, window, smoothed)
  if (bounds === undefined) return undefined
  const { first, last } = bounds
  if (!fitTogether(window, bounds, counter, notes)) return undefined
  const drawn = (i: number, timeMs: number): NativeHistogram | undefined =>
    interpolateHistograms(
      histograms[i]!,
      timesMs[i]!,
      histograms[i + 1]!,
      timesMs[i + 1]!,
      timeMs,
      counter,
      notes,
    )
  const left = smoothed && timesMs[first]! < startMs ? drawn(first, startMs) : histograms[first]!
  const right = smoothed && last > from && timesMs[last]! > endMs ? drawn(last - 1, endMs) : histograms[last]!
  if (left === undefined || right === undefined) return undefined
  if (!counter && (left.reset !== 'GAUGE' || right.reset !== 'GAUGE'))
    notes.warn(warning.notGauge(metricName))
  let grown = told(subtractHistograms(right, left), 'subtraction', notes)
  const spans =
    smoothed && timesMs[first]! < startMs && resetBetween(histograms[first]!, histograms[first + 1]!)
  const resets = counter
    ? lostBetween(histograms, spans ? first + 1 : first, last, spans ? histograms[first + 1]! : left, right)
    : []
  for (const lost of resets) grown = grown && told(addHistograms(grown, lost), 'addition', notes)
  if (grown === undefined) return undefined
  const whole = perSecond ? divideHistogram(grown, window.rangeMs / 1_000) : grown
  return { ...compactHistogram(whole), reset: 'GAUGE' }
}

/** On the line between two histograms; after a reset a counter rises from nothing. Undefined where exponential and custom buckets meet. */
export function interpolateHistograms(
  from: NativeHistogram,
  fromMs: number,
  to: NativeHistogram,
  toMs: number,
  timeMs: number,
  counter: boolean,
  notes: Notes,
): NativeHistogram | undefined {
  if (timeMs === fromMs) return from
  if (timeMs === toMs) return to
  const share = (timeMs - fromMs) / (toMs - fromMs)
  if (counter && resetBetween(from, to)) return scaleHistogram(to, share)
  const step = told(subtractHistograms(to, from), 'subtraction', notes)
  return step && told(addHistograms(scaleHistogram(step, share), from), 'addition', notes)
}

/** Whether all have buckets of one sort; says where a counter is none. */
function fitTogether(
  { series, metricName }: SampleWindow,
  { first, last }: { first: number; last: number },
  counter: boolean,
  notes: Notes,
): boolean {
  const { histograms } = series.histograms!
  const custom = isCustom(histograms[first]!)
  for (let i = first; i <= last; i++) {
    if (isCustom(histograms[i]!) !== custom) {
      notes.warn(warning.mixedSchemas(metricName))
      return false
    }
    if (counter && histograms[i]!.reset === 'GAUGE') notes.warn(warning.notCounter(metricName))
  }
  return true
}

/**
 * What a counter had whenever it began anew. `before` stands for sample `first`, `right` for sample `last`, whose hint it has: the samples
 * between are looked at. Where a drawn left end spans a reset, that reset is in its value, and the sample after it stands for `first`.
 */
function lostBetween(
  histograms: readonly NativeHistogram[],
  first: number,
  last: number,
  start: NativeHistogram,
  right: NativeHistogram,
): NativeHistogram[] {
  // Both ends on one line that spans the reset.
  if (first + 1 > last) return []
  const lost: NativeHistogram[] = []
  let before = start
  for (let i = first + 1; i < last; i++) {
    if (resetBetween(before, histograms[i]!)) lost.push(before)
    before = histograms[i]!
  }
  if (resetBetween(before, right)) lost.push(before)
  return lost
}

function told(
  combined: ReturnType<typeof addHistograms>,
  operation: 'addition' | 'subtraction',
  notes: Notes,
): NativeHistogram | undefined {
  if (combined?.reconciled) notes.info(info.reconciled(operation))
  return combined?.histogram
}
