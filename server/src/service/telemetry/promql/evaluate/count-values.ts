import { Fault } from '../../../../kernel/fault.ts'
import { plainNumber } from '../../../../kernel/go-number.ts'
import { quote } from '../parse/quoted.ts'
import { HISTOGRAM, NUMBER, type StepSeries, type Steps } from '../value.ts'
import { emptySeries } from './column.ts'
import type { AggregationFold, AggregationSpec } from './fold.ts'
import { groupLabels, labelsKey, setLabel } from './label-set.ts'
import { printHistogram } from './print-histogram.ts'

/** Most series that `count_values` may make: each value is one. */
const resultsMax = 100_000

/** How many series have each value, which becomes a label. */
export class CountValues implements AggregationFold {
  readonly #spec: AggregationSpec
  readonly #label: string
  readonly #count: number
  readonly #results = new Map<string, StepSeries>()
  constructor(spec: AggregationSpec, steps: Steps) {
    this.#label = String(spec.parameter)
    if (this.#label === '' || !this.#label.isWellFormed())
      throw new Fault('QUERY_FAILED', `invalid label name ${quote(this.#label)}`)
    const { grouping } = spec
    this.#spec =
      grouping && 'without' in grouping
        ? spec
        : { ...spec, grouping: { by: [...(grouping?.by ?? []), this.#label] } }
    this.#count = steps.count
  }
  add(series: StepSeries): boolean {
    const byValue = new Map<string, StepSeries>()
    for (let k = 0; k < this.#count; k += 1) {
      const kind = series.kinds[k]
      if (kind === 0) continue
      const histogram = kind === HISTOGRAM ? series.histograms?.[k] : undefined
      const text = histogram ? printHistogram(histogram) : plainNumber(series.values[k] as number)
      let result = byValue.get(text)
      if (!result) {
        result = this.#resultOf(series, text)
        byValue.set(text, result)
      }
      result.values[k] = (result.values[k] as number) + 1
      result.kinds[k] = NUMBER
    }
    return false
  }
  finish(): StepSeries[] {
    return [...this.#results.values()]
  }
  #resultOf(series: StepSeries, text: string): StepSeries {
    const labels = groupLabels(setLabel(series.labels, this.#label, text), this.#spec.grouping)
    const key = labelsKey(labels)
    let result = this.#results.get(key)
    if (!result) {
      if (this.#results.size >= resultsMax)
        throw new Fault(
          'QUERY_TOO_LARGE',
          `count_values would make more than ${resultsMax} series; round the values or group them first`,
        )
      result = emptySeries(labels, this.#count)
      this.#results.set(key, result)
    }
    return result
  }
}
