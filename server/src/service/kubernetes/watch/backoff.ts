import type { Random } from '../../../kernel/random.ts'

const delayMs = 800
const delayMsMax = 30_000
/** However long an API server asks to stay away. */
const retryAfterMsMax = 300_000

/** Waits after failures in a row: 0.8 s, doubling up to 30 s, each ±25 %; never sooner than the API server asked for. */
export class Backoff {
  readonly #random: Random
  #failures = 0
  constructor(random: Random) {
    this.#random = random
  }
  get failures(): number {
    return this.#failures
  }
  succeeded(): void {
    this.#failures = 0
  }
  next(retryAfterMs = 0): number {
    const own = Math.min(delayMs * 2 ** Math.min(this.#failures, 10), delayMsMax)
    this.#failures += 1
    const jitter = 0.75 + this.#random.next() * 0.5
    return (
      Math.max(own, Math.min(retryAfterMs, retryAfterMsMax)) * (retryAfterMs > own ? jitter + 0.25 : jitter)
    )
  }
}
