/** PromQL: parses, prints and evaluates queries over any source of samples. */

import type { Matcher } from '@aiops/contract/model/label'
import type { Expression } from './expression.ts'
import type { Evaluated, QueryValue, RawSeries } from './value.ts'

/** What an expression needs of the samples it selects, so that a source may do less work. */
export type SelectHints = {
  /** Of the query; 0 for an instant one. */
  stepMs: number
  /** Width of the window that a function looks at; 0 for an instant selector. */
  rangeMs: number
  /** The function or aggregation around the selector; empty for none. */
  func: string
  /** Of the samples up to each step, counted back from `endMs`, only the newest is looked at: others may be left out. */
  newestOnly?: boolean
  /**
   * Given where, instead of all samples, one that stands for the newest of each 5 minutes up to a step may be handed out; a source that
   * does so says it here. Steps are then multiples of 5 minutes apart, counted from `endMs`.
   */
  approximate?: (sentence: string) => void
}
export type Selection = {
  matchers: readonly Matcher[]
  /** Both inclusive. */
  startMs: number
  endMs: number
  /** Samples that may still be read; a source throws a Fault over it, and may throw before reading where it can tell. */
  samplesMax: number
  hints: SelectHints
  signal?: AbortSignal
}

/** Where selectors read. One is bound to a tenant, a cluster, or a set of files. */
export interface SampleSource {
  /** Whole series in batches small enough to hold; series without a sample in the range are left out. No order between series. */
  select(selection: Selection): AsyncIterable<RawSeries[]>
}

export type QueryLimits = {
  /** Samples one query may touch. */
  samplesMax: number
  /** Points one answer may hold in each series. */
  stepsMax: number
  seriesMax: number
  timeoutMs: number
}
export type QueryContext = {
  source: SampleSource
  /** How far back an instant selector looks, ms; 5 minutes unless given. */
  lookbackMs?: number
  /** Subqueries without a resolution, ms; 1 minute unless given. */
  defaultStepMs?: number
  limits?: Partial<QueryLimits>
  /** Never answered from rollups, however many samples there are. */
  exact?: boolean
  /** Answers for the `given` nodes of the expression. */
  given?: ReadonlyMap<string, Evaluated>
  signal?: AbortSignal
}
export type QueryAnswer = {
  value: QueryValue
  /** Without their `PromQL …: ` prefixes' duplicates; as the Prometheus API shows them. */
  warnings: string[]
  infos: string[]
  samplesRead: number
}

/** Evaluates in slices, giving the event loop back every few milliseconds. Throws Faults: INVALID_PROMQL, QUERY_FAILED, QUERY_TOO_LARGE, QUERY_TIMEOUT. */
export interface PromqlEngine {
  instant(query: string | Expression, timeMs: number, context: QueryContext): Promise<QueryAnswer>
  range(
    query: string | Expression,
    range: { startMs: number; endMs: number; stepMs: number },
    context: QueryContext,
  ): Promise<QueryAnswer>
}
