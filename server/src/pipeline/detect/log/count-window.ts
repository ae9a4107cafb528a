import { IntervalClock, type IntervalLimits } from './interval-clock.ts'

/** Counts of one interval: lines by level, and by pattern. */
export type CountBucket = { number: number; levels: Uint32Array; patterns: Uint32Array }

/** Counts of one source's lines by interval. */
export class CountWindow {
  readonly #clock: IntervalClock
  readonly #levels: number
  readonly #open = new Map<number, CountBucket>()
  #last: CountBucket | undefined

  constructor(limits: IntervalLimits, levels: number) {
    this.#clock = new IntervalClock(limits)
    this.#levels = levels
  }

  get lateCount(): number {
    return this.#clock.lateCount
  }

  /** The interval of this time; undefined where it is closed. `patterns`: how many it should have room for. */
  at(timeMs: number, nowMs: number, patterns: number): CountBucket | undefined {
    const number = this.#clock.at(timeMs, nowMs)
    if (number < 0) return undefined
    const bucket = this.#last?.number === number ? this.#last : this.#bucket(number)
    this.#last = bucket
    if (patterns > bucket.patterns.length) bucket.patterns = grown(bucket.patterns, patterns)
    return bucket
  }

  *close(nowMs: number): Iterable<CountBucket> {
    for (const number of this.#clock.close(nowMs)) {
      const bucket = this.#open.get(number)
      this.#open.delete(number)
      if (this.#last === bucket) this.#last = undefined
      yield bucket ?? { number, levels: new Uint32Array(this.#levels), patterns: new Uint32Array(0) }
    }
  }

  #bucket(number: number): CountBucket {
    const known = this.#open.get(number)
    if (known) return known
    const bucket = { number, levels: new Uint32Array(this.#levels), patterns: new Uint32Array(16) }
    this.#open.set(number, bucket)
    return bucket
  }
}

function grown(column: Uint32Array, length: number): Uint32Array {
  const next = new Uint32Array(Math.max(length, column.length * 2))
  next.set(column)
  return next
}
