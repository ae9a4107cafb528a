import type { Stepwise } from '../../../../kernel/stepwise.ts'
import type { AggregationName, Grouping, Span } from '../expression.ts'
import type { StepSeries } from '../value.ts'

export type AggregationSpec = {
  name: AggregationName
  /** Absent for one group of all. */
  grouping?: Grouping | undefined
  /** `k`, `q` or the ratio at each step; the label of `count_values`. */
  parameter?: Float64Array | string | undefined
  /** For the places in notes. */
  spans?: { whole: Span; inner: Span; parameter?: Span | undefined }
}

/** Takes series one by one; what it does not need any more can be used again by whoever made it. */
export interface AggregationFold {
  /** True where the series was kept: its columns then belong to the fold. */
  add(series: StepSeries): boolean
  finish(): Finished
}

/** What a fold made, or the steps to it where it takes long. */
export type Finished = StepSeries[] | Stepwise<StepSeries[]>
export function* finishing(made: Finished): Stepwise<StepSeries[]> {
  return Array.isArray(made) ? made : yield* made
}
