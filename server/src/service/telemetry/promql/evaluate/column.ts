import type { Labels } from '@aiops/contract/model/label'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { HISTOGRAM, NUMBER, type StepSeries } from '../value.ts'

/** A series without a value at any step. */
export const emptySeries = (labels: Labels, count: number, dropName = false): StepSeries => ({
  labels,
  dropName,
  values: new Float64Array(count),
  kinds: new Uint8Array(count),
})

/**
 * Columns that were let go of, for the next series of the same query: an aggregation over many series needs no more than a batch of
 * them. What is taken has no kinds set; its values are whatever they were.
 */
export class ColumnPool {
  readonly #free: StepSeries[] = []
  take(labels: Labels, count: number, dropName = false): StepSeries {
    const used = this.#free.pop()
    if (used?.kinds.length !== count) return emptySeries(labels, count, dropName)
    used.kinds.fill(0)
    return { labels, dropName, values: used.values, kinds: used.kinds }
  }
  give(series: StepSeries): void {
    if (this.#free.length < pooledMax) this.#free.push(series)
  }
}
/** Series of a batch and more. */
const pooledMax = 1_024

export function putNumber(series: StepSeries, step: number, value: number): void {
  series.values[step] = value
  series.kinds[step] = NUMBER
}

export function putHistogram(series: StepSeries, step: number, histogram: NativeHistogram): void {
  series.histograms ??= new Array<NativeHistogram | undefined>(series.kinds.length).fill(undefined)
  series.histograms[step] = histogram
  series.kinds[step] = HISTOGRAM
}

/** Step `step` of `from` becomes that of `to`, its exact bits kept. */
export function copyStep(from: StepSeries, to: StepSeries, step: number): void {
  if (from.kinds[step] === HISTOGRAM) putHistogram(to, step, from.histograms?.[step] as NativeHistogram)
  else {
    to.values[step] = from.values[step] as number
    to.kinds[step] = from.kinds[step] as number
  }
}

export const hasValue = (series: StepSeries): boolean => {
  const { kinds } = series
  for (let k = 0; k < kinds.length; k += 1) if (kinds[k] !== 0) return true
  return false
}

/** The value of one step at every step of a longer column. */
export function broadcast(series: StepSeries, count: number): StepSeries {
  const wide = emptySeries(series.labels, count, series.dropName)
  wide.values.fill(series.values[0] as number)
  wide.kinds.fill(series.kinds[0] as number)
  const histogram = series.histograms?.[0]
  if (histogram) wide.histograms = new Array<NativeHistogram | undefined>(count).fill(histogram)
  return wide
}
