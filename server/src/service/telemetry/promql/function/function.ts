import type { NativeHistogram } from '../../../../port/metric-store.ts'
import type { At, Call, Extension, ValueType } from '../expression.ts'
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
  /** The step's moment, which is not `endMs` where the selector has an offset or `@`. */
  timeMs?: number
  /** Indexes of the series' numbers that are below the one before, once a function needed them. */
  resets?: readonly number[] | undefined
}
export type WindowResult = number | NativeHistogram | undefined
/** One window of one series to one value; `parameters` are the scalar arguments at this step, in order. Called for every window: no garbage. */
export type WindowFunction = (
  window: SampleWindow,
  parameters: readonly number[],
  notes: Notes,
) => WindowResult

export type CallContext = {
  steps: Steps
  notes: Notes
  call: Call
  lookbackMs: number
  /** Between two series: lets others run, and ends a query that is out of time. */
  breathe?(): Promise<void>
  /** What the whole query was asked for, also within a subquery: `start()`, `end()`, `range()` and `step()`. `steps` where not given. */
  query?: { startMs: number; endMs: number; stepMs: number }
  /** For `info()` and whatever else must look at further series; `timesMs` filled in. `shift` moves the moments it looks at. */
  select(
    matchers: readonly { name: string; op: '=' | '!=' | '=~' | '!~'; value: string }[],
    shift?: { offsetMs: number; at?: At },
  ): Promise<Evaluated>
}
/**
 * A function is one of: over windows of a matrix (`window`; `keepsName` where the metric name stays), or over whole evaluated arguments
 * (`whole`; may be async; a matrix argument never comes here except for `absent_over_time`, which `window`s with `absent` and is closed by the engine).
 */
export type FunctionEvaluation =
  | {
      kind: 'window'
      keepsName: boolean
      evaluate: WindowFunction
      /** In its place where the selector is `anchored` or `smoothed`; absent where it cannot be. */
      extended?: Partial<Record<Extension, WindowFunction>>
    }
  | { kind: 'whole'; evaluate: WholeFunction }
export type WholeFunction = (
  args: readonly Evaluated[],
  context: CallContext,
) => Evaluated | Promise<Evaluated>

export type PromqlFunction = FunctionSignature & FunctionEvaluation
