export type IntervalLimits = { bucketMs: number; delayMs: number }

/** A time so far in the platform's future is a broken clock, and taken for now. */
const futureMsMax = 5_000
/** Intervals that are open at one time. */
const openMax = 32
/** Intervals without anything that still count as zero: five minutes of ten seconds. */
const idleMax = 30

/**
 * Which interval a time belongs to, and which are over. An interval closes when the newest time, moved on by what has passed since it came,
 * is past it: senders' clocks need not agree with ours, and replay goes at its own speed.
 */
export class IntervalClock {
  readonly #limits: IntervalLimits
  readonly #open = new Set<number>()
  #newestMs = Number.NEGATIVE_INFINITY
  #newestAtMs = 0
  #closedTo = Number.NaN
  #dataTo = Number.NaN
  /** What came after its interval was closed, or for more intervals than may be open. */
  lateCount = 0

  constructor(limits: IntervalLimits) {
    this.#limits = limits
  }

  /** The number of this time's interval; −1 where it is closed. */
  at(timeMs: number, nowMs: number): number {
    const usable = timeMs > 0 && timeMs <= nowMs + futureMsMax ? timeMs : nowMs
    if (usable > this.#newestMs) {
      this.#newestMs = usable
      this.#newestAtMs = nowMs
    }
    const number = Math.floor(usable / this.#limits.bucketMs)
    if (this.#open.has(number)) return number
    if (number <= this.#closedTo || this.#open.size >= openMax) {
      this.lateCount += 1
      return -1
    }
    if (Number.isNaN(this.#dataTo)) {
      this.#dataTo = number
      this.#closedTo = number - 1
    }
    this.#open.add(number)
    return number
  }

  /** Intervals that are over, oldest first, silent ones between and after them included. */
  *close(nowMs: number): Iterable<number> {
    const { bucketMs, delayMs } = this.#limits
    if (Number.isNaN(this.#dataTo)) return
    const watermarkMs = this.#newestMs + Math.max(0, nowMs - this.#newestAtMs) - delayMs
    const to = Math.floor(watermarkMs / bucketMs) - 1
    for (;;) {
      const next = this.#next(to)
      if (next === undefined) return
      this.#closedTo = next
      if (this.#open.delete(next)) this.#dataTo = next
      yield next
    }
  }

  /** The interval to close next: after a long silence the next one with something in it. */
  #next(to: number): number | undefined {
    const next = this.#closedTo + 1
    if (next > to) return undefined
    if (next - this.#dataTo <= idleMax) return next
    let least = Number.POSITIVE_INFINITY
    for (const number of this.#open) least = Math.min(least, number)
    return least <= to ? least : undefined
  }
}
