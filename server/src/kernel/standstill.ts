import type { Clock } from './clock.ts'

/**
 * Notices that this process did not run for a while: the machine slept, was paused or had no turn to give. Whoever asks
 * does so far more often than `leastMs`. Both clocks are read, as that which never goes back stands still in sleep.
 */
export class Standstill {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #leastMs: number
  #seenMs: number
  #seenMonotonicMs: number

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, leastMs: number) {
    this.#clock = clock
    this.#leastMs = leastMs
    this.#seenMs = clock.now()
    this.#seenMonotonicMs = clock.monotonic()
  }

  /** Milliseconds since it was asked last, where these are `leastMs` or more; else 0. */
  lasted(): number {
    const nowMs = this.#clock.now()
    const monotonicMs = this.#clock.monotonic()
    const awayMs = Math.max(nowMs - this.#seenMs, monotonicMs - this.#seenMonotonicMs)
    this.#seenMs = nowMs
    this.#seenMonotonicMs = monotonicMs
    return awayMs >= this.#leastMs ? awayMs : 0
  }
}
