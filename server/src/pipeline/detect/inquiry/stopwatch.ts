/** One call of so many is timed: reading a clock costs as much as judging a point. */
const sampled = 64

/** What one call of something costs on average, by timing a few of them. */
export class Stopwatch {
  readonly #nowMs: () => number
  calls = 0
  #timed = 0
  #sumMs = 0
  #fromMs = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Counts a call; whether `end` is to be told when it is over. */
  begin(): boolean {
    this.calls += 1
    if (this.calls % sampled !== 0) return false
    this.#fromMs = this.#nowMs()
    return true
  }
  end(): void {
    this.#sumMs += this.#nowMs() - this.#fromMs
    this.#timed += 1
  }
  /** Of all calls so far; undefined before one was timed. */
  get totalMs(): number | undefined {
    return this.#timed === 0 ? undefined : (this.#sumMs / this.#timed) * this.calls
  }
}
