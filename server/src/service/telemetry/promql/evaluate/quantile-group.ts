import type { Labels } from '@aiops/contract/model/label'
import type { Stepwise } from '../../../../kernel/stepwise.ts'
import type { Span } from '../expression.ts'
import { type Notes, NUMBER, type StepSeries } from '../value.ts'
import { emptySeries, putNumber } from './column.ts'
import { type GroupFold, noteHistograms } from './group-fold.ts'

/** The quantile of a group's values at each step. It keeps its series. */
export class QuantileGroup implements GroupFold {
  readonly #labels: Labels
  readonly #quantiles: Float64Array
  readonly #notes: Notes
  readonly #at: Span | undefined
  readonly #members: StepSeries[] = []
  constructor(labels: Labels, quantiles: Float64Array, notes: Notes, at: Span | undefined) {
    this.#labels = labels
    this.#quantiles = quantiles
    this.#notes = notes
    this.#at = at
  }
  add(series: StepSeries): boolean {
    noteHistograms(series, 'quantile', this.#notes, this.#at)
    this.#members.push(series)
    return true
  }
  *finish(): Stepwise<StepSeries[]> {
    const count = this.#quantiles.length
    const result = emptySeries(this.#labels, count)
    result.dropName = this.#members.some((member) => member.dropName)
    const values = new Float64Array(this.#members.length)
    for (let k = 0; k < count; k += 1) {
      let length = 0
      for (const member of this.#members)
        if (member.kinds[k] === NUMBER) values[length++] = member.values[k] as number
      if (k % 16 === 0 || length > 4_096) yield
      if (length > 0) putNumber(result, k, quantile(this.#quantiles[k] as number, values.subarray(0, length)))
    }
    return [result]
  }
}

/** Linear between the two values around the rank. NaN counts as the least. Sorts `values`. */
export function quantile(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  // A typed array sorts NaN last.
  values.sort()
  let absent = 0
  while (absent < values.length && Number.isNaN(values[values.length - 1 - absent])) absent += 1
  const at = (index: number): number => (index < absent ? Number.NaN : (values[index - absent] as number))
  const rank = q * (values.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(values.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return at(lower) * (1 - weight) + at(upper) * weight
}
