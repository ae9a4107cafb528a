import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

const delayMs = 1_000
const delayMsMax = 300_000
/** Who ran for so long is no program that ends again and again. */
const steadyMs = 60_000

/** How often a program is started: after each failure it waits twice as long, from 1 s to 5 min. */
export class StartLimit {
  readonly #clock: Clock
  readonly #name: string
  #failures = 0
  #nextMs = Number.NEGATIVE_INFINITY
  #startedMs = 0

  constructor(clock: Clock, name: string) {
    this.#clock = clock
    this.#name = name
  }

  /** Throws NOT_READY while it has to wait. */
  begin(): void {
    const nowMs = this.#clock.monotonic()
    if (nowMs < this.#nextMs) {
      const seconds = Math.ceil((this.#nextMs - nowMs) / 1_000)
      throw new Fault(
        'NOT_READY',
        `The program of ${this.#name} failed ${this.#failures === 1 ? 'once' : `${this.#failures} times`}; it is started again in ${seconds} s at the earliest.`,
        { retryAfterSeconds: seconds },
      )
    }
    this.#startedMs = nowMs
  }

  failed(): void {
    const nowMs = this.#clock.monotonic()
    if (nowMs - this.#startedMs > steadyMs) this.#failures = 0
    this.#failures += 1
    this.#nextMs = nowMs + Math.min(delayMs * 2 ** (this.#failures - 1), delayMsMax)
  }
}
