import type { Labels } from '@aiops/contract/model/label'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { Span } from '../expression.ts'
import { HistogramSum } from '../histogram/index.ts'
import { HISTOGRAM, type Notes, NUMBER, type StepSeries } from '../value.ts'
import { emptySeries, putHistogram } from './column.ts'
import type { GroupFold } from './group-fold.ts'
import { label, metricName } from './label-set.ts'

/** Beyond NUMBER and HISTOGRAM a step may hold what cannot be added up. */
const MIXED = 3
const INCOMPATIBLE = 4

/**
 * Sum or mean of a group at each step, summed with compensation (Neumaier 1974). A mean is the sum over the number until that sum would
 * overflow; from there on it is kept incrementally, as Prometheus does.
 */
export class SumFold implements GroupFold {
  readonly #mean: boolean
  readonly #result: StepSeries
  readonly #lost: Float64Array
  readonly #counts: Float64Array
  /** Steps whose `values` hold a running mean instead of a sum. */
  #incremental: Uint8Array | undefined
  readonly #histograms = new Map<number, HistogramSum>()
  readonly #notes: Notes
  readonly #at: Span | undefined
  constructor(name: 'sum' | 'avg', labels: Labels, count: number, notes: Notes, at: Span | undefined) {
    this.#mean = name === 'avg'
    this.#result = emptySeries(labels, count)
    this.#lost = new Float64Array(count)
    this.#counts = new Float64Array(this.#mean ? count : 0)
    this.#notes = notes
    this.#at = at
  }

  add(series: StepSeries): boolean {
    if (series.dropName) this.#result.dropName = true
    if (series.histograms) this.#addMixed(series)
    else if (this.#mean) this.#addToMeans(series)
    else this.#addToSums(series)
    return false
  }

  finish(): StepSeries[] {
    const { values, kinds } = this.#result
    for (let k = 0; k < kinds.length; k += 1) {
      const kind = kinds[k] as number
      if (kind === 0 || kind === HISTOGRAM) continue
      if (kind === NUMBER) values[k] = this.#total(k)
      else {
        kinds[k] = 0
        if (kind === MIXED)
          this.#notes.warn('encountered a mix of histograms and floats for aggregation', this.#at)
      }
    }
    for (const [k, sum] of this.#histograms) this.#finishHistogram(k, sum)
    return [this.#result]
  }

  #total(k: number): number {
    const [value, lost] = [this.#result.values[k] as number, this.#lost[k] as number]
    if (!this.#mean || this.#incremental?.[k]) return value + lost
    const count = this.#counts[k] as number
    return value / count + lost / count
  }

  #addToSums(series: StepSeries): void {
    const { values: sums, kinds: held } = this.#result
    const lost = this.#lost
    const { values, kinds } = series
    for (let k = 0; k < kinds.length; k += 1) {
      if (kinds[k] === 0) continue
      const value = values[k] as number
      if (held[k] === 0) {
        sums[k] = value
        held[k] = NUMBER
        continue
      }
      if (held[k] === HISTOGRAM) held[k] = MIXED
      const sum = sums[k] as number
      const next = sum + value
      if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) lost[k] = 0
      else if (Math.abs(sum) >= Math.abs(value)) lost[k] = (lost[k] as number) + (sum - next + value)
      else lost[k] = (lost[k] as number) + (value - next + sum)
      sums[k] = next
    }
  }

  #addToMeans(series: StepSeries): void {
    const { kinds, values } = series
    for (let k = 0; k < kinds.length; k += 1) if (kinds[k] === NUMBER) this.#addToMean(k, values[k] as number)
  }

  #addToMean(k: number, value: number): void {
    const { values: sums, kinds: held } = this.#result
    const count = (this.#counts[k] as number) + 1
    this.#counts[k] = count
    if (held[k] === 0) {
      sums[k] = value
      held[k] = NUMBER
      return
    }
    if (held[k] === HISTOGRAM) held[k] = MIXED
    const sum = sums[k] as number
    if (!this.#incremental?.[k]) {
      const next = sum + value
      if (Number.isFinite(next) || Number.isNaN(next)) {
        const rounding = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
        this.#lost[k] = (this.#lost[k] as number) + rounding
        sums[k] = next
        return
      }
      this.#incremental ??= new Uint8Array(sums.length)
      this.#incremental[k] = 1
      sums[k] = sum / (count - 1)
      this.#lost[k] = (this.#lost[k] as number) / (count - 1)
    }
    const share = (count - 1) / count
    const [mean, part] = [share * (sums[k] as number), value / count]
    const next = mean + part
    const lost = share * (this.#lost[k] as number)
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) this.#lost[k] = 0
    else this.#lost[k] = lost + (Math.abs(mean) >= Math.abs(part) ? mean - next + part : part - next + mean)
    sums[k] = next
  }

  #addMixed(series: StepSeries): void {
    const { kinds: held, values: sums } = this.#result
    for (let k = 0; k < held.length; k += 1) {
      const kind = series.kinds[k]
      if (kind === 0) continue
      if (kind === HISTOGRAM) this.#addHistogram(k, series)
      else if (this.#mean) this.#addToMean(k, series.values[k] as number)
      else if (held[k] === 0) {
        sums[k] = series.values[k] as number
        held[k] = NUMBER
      } else if (held[k] === HISTOGRAM) held[k] = MIXED
      else this.#addOne(k, series.values[k] as number)
    }
  }

  #addOne(k: number, value: number): void {
    const sum = this.#result.values[k] as number
    const next = sum + value
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) this.#lost[k] = 0
    else if (Math.abs(sum) >= Math.abs(value))
      this.#lost[k] = (this.#lost[k] as number) + (sum - next + value)
    else this.#lost[k] = (this.#lost[k] as number) + (value - next + sum)
    this.#result.values[k] = next
  }

  #addHistogram(k: number, series: StepSeries): void {
    const { kinds: held } = this.#result
    const histogram = series.histograms?.[k] as NativeHistogram
    if (held[k] === 0) {
      held[k] = HISTOGRAM
      this.#histograms.set(k, new HistogramSum(histogram))
      return
    }
    if (held[k] === NUMBER) held[k] = MIXED
    if (held[k] !== HISTOGRAM) return
    const sum = this.#histograms.get(k) as HistogramSum
    if (this.#mean ? sum.addToMean(histogram) : sum.add(histogram)) return
    held[k] = INCOMPATIBLE
    const name = label(series.labels, metricName)
    this.#notes.warn(
      `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${JSON.stringify(name)}`,
      this.#at,
    )
  }

  #finishHistogram(k: number, sum: HistogramSum): void {
    if (sum.reconciled)
      this.#notes.info('mismatched custom buckets were reconciled during aggregation', this.#at)
    if (this.#result.kinds[k] !== HISTOGRAM) return
    if (sum.collision) this.#notes.warn('conflicting counter resets during histogram aggregation', this.#at)
    putHistogram(this.#result, k, this.#mean ? sum.mean() : sum.total())
  }
}
