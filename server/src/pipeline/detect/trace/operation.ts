/** Requests of one operation since its last point. */
export class Operation {
  #durationsMs: number[] = []
  #count = 0
  #errors = 0
  #intervals = 0
  /** By the platform's clock. */
  seenMs = 0

  add(durationMs: number, error: boolean, nowMs: number): void {
    this.seenMs = nowMs
    this.#count += 1
    if (error) this.#errors += 1
    if (this.#durationsMs.length < samplesMax) this.#durationsMs.push(durationMs)
  }

  /** An interval is over: p95 in seconds and share of failures, once there are enough requests; few wait for a minute of intervals. */
  take(requestsMin: number): { p95S: number; errorRatio: number } | undefined {
    this.#intervals += 1
    if (this.#count < requestsMin) {
      if (this.#intervals >= intervalsMax) this.#clear()
      return undefined
    }
    const sorted = this.#durationsMs.sort((a, b) => a - b)
    const point = {
      p95S: (sorted[Math.ceil(sorted.length * 0.95) - 1] as number) / 1_000,
      errorRatio: this.#errors / this.#count,
    }
    this.#clear()
    return point
  }

  #clear(): void {
    this.#durationsMs = []
    this.#count = 0
    this.#errors = 0
    this.#intervals = 0
  }
}

/** Durations of one interval that are kept; further requests are only counted. */
const samplesMax = 2_000
const intervalsMax = 6
