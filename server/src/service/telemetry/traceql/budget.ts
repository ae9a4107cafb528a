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

/** When it shows how fast a query gets on, milliseconds. */
const judgedAfterMs = 700
/** By how much the limit has to be missed: what was slow to begin with gets faster once it is in memory. */
const margin = 1.5

const advice = 'Ask for a shorter time range, or for one service, name or attribute by "=".'

/** What a query has left of spans and time. `now` is any clock that does not go back, milliseconds. */
export class Budget {
  readonly #limits: TraceqlLimits
  readonly #now: () => number
  readonly #begunMs: number
  /** Spans that the query has to pass, and those passed; 0 where the store could not tell. */
  #expected = 0
  #passed = 0
  spans = 0
  traces = 0
  constructor(limits: TraceqlLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#begunMs = now()
  }
  get spent(): boolean {
    return this.spans >= this.#limits.spansMax || this.#now() - this.#begunMs >= this.#limits.timeoutMs
  }
  /** Spans that lie in what the query asks for. `all`: each of them has to be looked at. Throws QUERY_TOO_LARGE. */
  expect(spans: number, all: boolean): void {
    this.#expected = spans
    if (all && spans > this.#limits.spansMax * margin)
      throw tooLarge(
        `The query would look at more than ${spans.toLocaleString('en')} spans and may look at ${this.#limits.spansMax.toLocaleString('en')}.`,
      )
  }
  /** Most spans that it is worth counting for `expect`. */
  get expectedMax(): number {
    return this.#limits.spansMax * 10
  }
  pass(spans: number): void {
    this.#passed += spans
  }
  /** Counts what was looked at. */
  count(spans: number, traces: number): void {
    this.spans += spans
    this.traces += traces
  }
  /** Why the query cannot come to its end; undefined while it may. Tells it within a second where the store knows how much there is. */
  get outlook(): Fault | undefined {
    if (this.spent) return this.fault()
    const elapsedMs = this.#now() - this.#begunMs
    if (elapsedMs < judgedAfterMs || this.#passed === 0 || this.#passed >= this.#expected) return undefined
    const times = this.#expected / this.#passed
    const inAllMs = elapsedMs * times
    if (inAllMs > this.#limits.timeoutMs * margin)
      return tooLarge(
        `The query would take about ${Math.round(inAllMs / 1_000).toLocaleString('en')} s for the ${this.#expected.toLocaleString('en')} spans of its range and may take ${this.#limits.timeoutMs / 1_000} s.`,
      )
    if (this.spans * times > this.#limits.spansMax * margin)
      return tooLarge(
        `The query would look at about ${Math.round(this.spans * times).toLocaleString('en')} spans and may look at ${this.#limits.spansMax.toLocaleString('en')}.`,
      )
    return undefined
  }
  /** What to tell who asked for too much. */
  fault(): Fault {
    return this.spans >= this.#limits.spansMax
      ? tooLarge(`The query would look at more than ${this.#limits.spansMax} spans.`)
      : new Fault(
          'QUERY_TIMEOUT',
          `The query took longer than ${this.#limits.timeoutMs / 1_000} s. ${advice}`,
        )
  }
}

const tooLarge = (sentence: string): Fault => new Fault('QUERY_TOO_LARGE', `${sentence} ${advice}`)
