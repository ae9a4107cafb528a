import type { Clock } from '../../../kernel/clock.ts'

export type BreakerSettings = { failures: number; recoveryMs: number; trials: number }
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN'

/**
 * Stops asking what fails: after `failures` in a row it is OPEN for `recoveryMs`, then HALF_OPEN lets `trials` through; one success closes
 * it, one failure opens it again. (Nygard, Release It!, "Circuit Breaker".)
 */
export class Breaker {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #settings: BreakerSettings
  #failed = 0
  #openedMs = 0
  #trying = 0
  lastError = ''
  /** How long the last success took; endless after a failure. */
  lastMs = 0
  constructor(clock: Pick<Clock, 'monotonic'>, settings: BreakerSettings) {
    this.#clock = clock
    this.#settings = settings
  }

  get state(): BreakerState {
    if (this.#failed < this.#settings.failures) return 'CLOSED'
    return this.retryInMs > 0 ? 'OPEN' : 'HALF_OPEN'
  }

  /** Until it is tried again; 0 where it may be asked now. */
  get retryInMs(): number {
    if (this.#failed < this.#settings.failures) return 0
    return Math.max(0, this.#openedMs + this.#settings.recoveryMs - this.#clock.monotonic())
  }

  /** Whether to ask now. Who is let through says afterwards how it went, once. */
  admit(): boolean {
    const { state } = this
    if (state === 'OPEN' || (state === 'HALF_OPEN' && this.#trying >= this.#settings.trials)) return false
    if (state === 'HALF_OPEN') this.#trying += 1
    return true
  }

  succeeded(tookMs = 0): void {
    this.lastMs = tookMs
    this.#failed = 0
    this.#trying = 0
    this.lastError = ''
  }

  failed(error: string): void {
    this.#failed += 1
    this.#trying = 0
    this.lastError = error
    this.lastMs = Number.POSITIVE_INFINITY
    if (this.#failed >= this.#settings.failures) this.#openedMs = this.#clock.monotonic()
  }

  /** It was called off before it could be told how it went. */
  abandoned(): void {
    this.#trying = Math.max(0, this.#trying - 1)
  }
}
