import { Fault } from '../../../kernel/fault.ts'

export type TraceqlLimits = {
  /** Spans one query may look at. */
  spansMax: number
  seriesMax: number
  stepsMax: number
  timeoutMs: number
}
export const traceqlLimits: TraceqlLimits = {
  ...{ spansMax: 20_000_000, seriesMax: 1_000, stepsMax: 11_000, timeoutMs: 60_000 },
}

/** What a query has left of spans and time. `now` is any clock that does not go back, milliseconds. */
export class Budget {
  readonly #limits: TraceqlLimits
  readonly #now: () => number
  readonly #endMs: number
  spans = 0
  traces = 0
  constructor(limits: TraceqlLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#endMs = now() + limits.timeoutMs
  }
  get spent(): boolean {
    return this.spans >= this.#limits.spansMax || this.#now() >= this.#endMs
  }
  /** Counts what was looked at. */
  count(spans: number, traces: number): void {
    this.spans += spans
    this.traces += traces
  }
  /** What to tell who asked for too much. */
  fault(): Fault {
    const advice = 'Ask for a shorter time range, or for one service, name or attribute by "=".'
    return this.spans >= this.#limits.spansMax
      ? new Fault(
          'QUERY_TOO_LARGE',
          `The query would look at more than ${this.#limits.spansMax} spans. ${advice}`,
        )
      : new Fault(
          'QUERY_TIMEOUT',
          `The query took longer than ${this.#limits.timeoutMs / 1_000} s. ${advice}`,
        )
  }
}
