import type { Clock } from '../../../kernel/clock.ts'

export type BreakerSettings = { failures: number; restMs: number; trials: number }

/**
 * Lets a model rest that fails: after `failures` in a row for `restMs`; then `trials` at once are let through, one success ends it and one
 * failure begins it again (Nygard, Release It!, "Circuit Breaker"). A model that says when to come back rests until then, no longer than
 * an hour.
 */
export class Breaker {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #settings: BreakerSettings
  #failed = 0
  #restsUntilMs = 0
  #trying = 0

  constructor(clock: Pick<Clock, 'monotonic'>, settings: BreakerSettings) {
    this.#clock = clock
    this.#settings = settings
  }

  /** Milliseconds until it may be asked; 0 where it may be asked now. */
  get restMs(): number {
    return Math.max(0, this.#restsUntilMs - this.#clock.monotonic())
  }

  get #open(): boolean {
    return this.#failed >= this.#settings.failures
  }

  /** Whether to ask now. Who is let through says afterwards how it went, once. */
  admit(): boolean {
    if (this.restMs > 0 || (this.#open && this.#trying >= this.#settings.trials)) return false
    if (this.#open) this.#trying += 1
    return true
  }

  /** One that was asked before it was told to rest does not end that. */
  succeeded(): void {
    this.#failed = 0
    this.#trying = 0
  }

  failed(retryAfterMs = 0): void {
    this.#failed += 1
    this.#trying = 0
    const restMs = Math.max(retryAfterMs, this.#open ? this.#settings.restMs : 0)
    if (restMs > 0) this.#restsUntilMs = Math.max(this.#restsUntilMs, this.#clock.monotonic() + restMs)
  }

  /** It ended before it could be told how it went, or for a reason that is not the model's. */
  abandoned(): void {
    this.#trying = Math.max(0, this.#trying - 1)
  }
}
