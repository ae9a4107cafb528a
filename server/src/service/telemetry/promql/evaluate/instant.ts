import { HISTOGRAM, NUMBER, type RawSeries, type StepSeries } from '../value.ts'
import { putHistogram } from './column.ts'
import type { Moments } from './moment.ts'
import { isStale, isStaleHistogram } from './stale.ts'

/**
 * The newest sample at each moment, none older than `lookbackMs` (exclusive); a stale marker hides what was before it. Writes into an
 * empty series; false where nothing was found. One walk over samples and moments.
 */
export function lookBack(raw: RawSeries, moments: Moments, lookbackMs: number, target: StepSeries): boolean {
  if (raw.histograms) return lookBackMixed(raw, moments, lookbackMs, target)
  const { timesMs, values } = raw
  const { kinds, values: found, timesMs: takenMs, startsMs } = target
  let at = -1
  let any = false
  for (let k = 0; k < moments.count; k += 1) {
    const moment = moments.firstMs + k * moments.stepMs
    while (at + 1 < timesMs.length && (timesMs[at + 1] as number) <= moment) at += 1
    if (at < 0 || (timesMs[at] as number) <= moment - lookbackMs) continue
    const value = values[at] as number
    if (Number.isNaN(value) && isStale(values, at)) continue
    found[k] = value
    kinds[k] = NUMBER
    if (takenMs) takenMs[k] = timesMs[at] as number
    if (startsMs && raw.startsMs) startsMs[k] = raw.startsMs[at] as number
    any = true
  }
  return any
}

function lookBackMixed(
  { timesMs, values, startsMs, histograms }: RawSeries,
  moments: Moments,
  lookbackMs: number,
  target: StepSeries,
): boolean {
  const histogramTimes = histograms?.timesMs ?? new Float64Array(0)
  let [at, histogramAt] = [-1, -1]
  let any = false
  for (let k = 0; k < moments.count; k += 1) {
    const moment = moments.firstMs + k * moments.stepMs
    while (at + 1 < timesMs.length && (timesMs[at + 1] as number) <= moment) at += 1
    while (histogramAt + 1 < histogramTimes.length && (histogramTimes[histogramAt + 1] as number) <= moment)
      histogramAt += 1
    const numberMs = at < 0 ? Number.NEGATIVE_INFINITY : (timesMs[at] as number)
    const histogramMs = histogramAt < 0 ? Number.NEGATIVE_INFINITY : (histogramTimes[histogramAt] as number)
    const newestMs = Math.max(numberMs, histogramMs)
    if (newestMs <= moment - lookbackMs) continue
    if (numberMs >= histogramMs) {
      if (Number.isNaN(values[at]) && isStale(values, at)) continue
      target.values[k] = values[at] as number
      target.kinds[k] = NUMBER
    } else {
      const histogram = histograms?.histograms[histogramAt]
      if (!histogram || isStaleHistogram(histogram)) continue
      putHistogram(target, k, histogram)
      target.kinds[k] = HISTOGRAM
    }
    if (target.timesMs) target.timesMs[k] = newestMs
    if (target.startsMs)
      target.startsMs[k] =
        (target.kinds[k] === NUMBER ? startsMs?.[at] : histograms?.startsMs?.[histogramAt]) ?? 0
    any = true
  }
  return any
}
