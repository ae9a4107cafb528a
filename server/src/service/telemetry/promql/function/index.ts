/** The functions of PromQL: a table name → signature and evaluation; ranges, instants, labels, histograms, time. */

import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { Call, ValueType } from '../expression.ts'
import type { Evaluated, Notes, RawSeries, Steps } from '../value.ts'

/** Arguments as Prometheus declares them; `variadic` is how many more of the last may follow, -1 for any number; negative optional counts as there. */
export type FunctionSignature = {
  name: string
  args: readonly ValueType[]
  variadic: number
  returns: ValueType
  /** Behind Prometheus' feature flag `promql-experimental-functions`. */
  experimental?: boolean
}

/**
 * The samples of one series within one window, as slices of its columns: numbers [from, to), histograms [histogramFrom, histogramTo).
 * Stale markers are taken out before. The window is (startMs, endMs].
 */
export type SampleWindow = {
  series: RawSeries
  from: number
  to: number
  histogramFrom: number
  histogramTo: number
  startMs: number
  endMs: number
  /** The window's nominal width, ms. */
  rangeMs: number
  metricName: string
}
export type WindowResult = number | NativeHistogram | undefined
/** One window of one series to one value; `parameters` are the scalar arguments at this step, in order. Called for every window: no garbage. */
export type WindowFunction = (window: SampleWindow, parameters: readonly number[], notes: Notes) => WindowResult

export type CallContext = {
  steps: Steps
  notes: Notes
  call: Call
  lookbackMs: number
  /** For `info()` and whatever else must look at further series. */
  select(matchers: readonly { name: string; op: '=' | '!=' | '=~' | '!~'; value: string }[]): Promise<Evaluated>
}
/**
 * A function is one of: over windows of a matrix (`window`; `keepsName` where the metric name stays), or over whole evaluated arguments
 * (`whole`; may be async; a matrix argument never comes here except for `absent_over_time`, which `window`s with `absent` and is closed by the engine).
 */
export type FunctionEvaluation =
  | { kind: 'window'; keepsName: boolean; evaluate: WindowFunction }
  | { kind: 'whole'; evaluate(args: readonly Evaluated[], context: CallContext): Evaluated | Promise<Evaluated> }

export type PromqlFunction = FunctionSignature & FunctionEvaluation
