import type { Labels } from '@aiops/contract/model/label'
import type { Span } from '../expression.ts'
import { HISTOGRAM, type Notes, NUMBER, type StepSeries } from '../value.ts'
import { emptySeries } from './column.ts'
import type { Finished } from './fold.ts'

/** One group of an aggregation over all steps. */
export interface GroupFold {
  add(series: StepSeries): boolean
  finish(): Finished
}

/** Greatest, least, number of values, or that there is one. Histograms count, but have no order. */
export function openTally(
  name: 'min' | 'max' | 'count' | 'group',
  labels: Labels,
  count: number,
  notes: Notes,
  at: Span | undefined,
): GroupFold {
  const result = emptySeries(labels, count)
  const { values, kinds } = result
  const ordered = name === 'min' || name === 'max'
  const sign = name === 'min' ? -1 : 1
  return {
    add(series) {
      if (ordered) noteHistograms(series, name, notes, at)
      if (series.dropName) result.dropName = true
      for (let k = 0; k < count; k += 1) {
        const kind = series.kinds[k]
        if (kind === 0 || (ordered && kind === HISTOGRAM)) continue
        if (name === 'count') values[k] = (values[k] as number) + 1
        else if (name === 'group') values[k] = 1
        else {
          const [value, best] = [series.values[k] as number, values[k] as number]
          if (kinds[k] === 0 || best * sign < value * sign || Number.isNaN(best)) values[k] = value
        }
        kinds[k] = NUMBER
      }
      return false
    },
    finish: () => [result],
  }
}

/** Variance of the values, or its root, by Welford's method (Knuth, TAOCP 2, 4.2.2). */
export function openMoments(
  name: 'stddev' | 'stdvar',
  labels: Labels,
  count: number,
  notes: Notes,
  at: Span | undefined,
): GroupFold {
  const result = emptySeries(labels, count)
  const { values, kinds } = result
  const [counts, means] = [new Float64Array(count), new Float64Array(count)]
  return {
    add(series) {
      noteHistograms(series, name, notes, at)
      if (series.dropName) result.dropName = true
      for (let k = 0; k < count; k += 1) {
        if (series.kinds[k] !== NUMBER) continue
        const value = series.values[k] as number
        const seen = (counts[k] as number) + 1
        counts[k] = seen
        kinds[k] = NUMBER
        const delta = value - (means[k] as number)
        const mean = seen === 1 ? value : (means[k] as number) + delta / seen
        means[k] = mean
        if (seen > 1) values[k] = (values[k] as number) + delta * (value - mean)
        else values[k] = Number.isFinite(value) ? 0 : Number.NaN
      }
      return false
    },
    finish() {
      for (let k = 0; k < count; k += 1) {
        if (kinds[k] === 0) continue
        const variance = (values[k] as number) / (counts[k] as number)
        values[k] = name === 'stddev' ? Math.sqrt(variance) : variance
      }
      return [result]
    },
  }
}

/** Says once that histograms take no part. */
export function noteHistograms(series: StepSeries, name: string, notes: Notes, at: Span | undefined): void {
  if (series.histograms && series.kinds.includes(HISTOGRAM))
    notes.info(`ignored histogram in ${name} aggregation`, at)
}
