import type { Labels } from '@aiops/contract/model/label'
import type { RemotePoints, RemoteSample, RemoteValue } from '../../../port/cluster-backend.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { Span } from './expression.ts'

/** The moments a query is evaluated at: `startMs + k · stepMs` for k < `count`. An instant query has one. */
export type Steps = { startMs: number; stepMs: number; count: number }

export const ABSENT = 0
export const NUMBER = 1
export const HISTOGRAM = 2

/**
 * One series of an instant vector over all steps, as columns. `kinds[k]` says what step k holds; `values[k]` counts where it is NUMBER,
 * `histograms[k]` where it is HISTOGRAM. Who hands a series on gives it away: the receiver may change the columns in place.
 */
export type StepSeries = {
  labels: Labels
  /** The metric name is to go once the whole query is answered (as Prometheus' delayed name removal): it still tells series apart. */
  dropName: boolean
  values: Float64Array
  kinds: Uint8Array
  /** Absent where no step holds a histogram. */
  histograms?: (NativeHistogram | undefined)[]
  /** When the samples themselves were taken, for `timestamp()` and `info()`; filled in where a selector is asked for it. */
  timesMs?: Float64Array
  /** When what the samples count began, 0 where unknown; for `start_timestamp()`, from sources that know. */
  startsMs?: Float64Array
}

/** Samples of one series as stored: times ascending; stale markers included. Numbers and histograms never share a moment. Columns may be shared: they are not to be changed. */
export type RawSeries = {
  labels: Labels
  timesMs: Float64Array
  values: Float64Array
  /** When what each sample counts began, 0 where unknown; absent where the source does not keep it. */
  startsMs?: Float64Array
  histograms?: {
    timesMs: Float64Array
    startsMs?: Float64Array
    histograms: readonly NativeHistogram[]
  }
  /** Of how many samples these were enough; absent where it is all of them. */
  pickedFrom?: number
}

/**
 * What a reader should know of an answer; each sentence once, bounded in number. Sentences are Prometheus' texts without `PromQL warning: ` or
 * `PromQL info: ` in front and without the place behind: the engine puts both. `at` is the expression meant; the first argument of the call
 * (for operators the engine's own choice) where it is not given.
 */
export interface Notes {
  warn(sentence: string, at?: Span): void
  info(sentence: string, at?: Span): void
}

/** An evaluated expression. A scalar has a value at every step. */
export type Evaluated =
  | { type: 'vector'; series: StepSeries[] }
  | { type: 'scalar'; values: Float64Array }
  | { type: 'string'; value: string }

/** What a query answers, as the Prometheus HTTP API shapes it. Labels hold `__name__` where the series still has its name. The same here as from another cluster. */
export type QueryValue = RemoteValue
export type MatrixPoints = RemotePoints
export type VectorSample = RemoteSample
