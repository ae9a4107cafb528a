import type { Clock } from './clock.ts'

/**
 * Keeps long work from holding the event loop: between two items, `if (turn.due()) await turn.give()`. Asking costs about 50 ns.
 * One turn belongs to one piece of work; what waits in the event loop runs while it is given.
 */
export class Turn {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #sliceMs: number
  #endsMs: number
  /** `sliceMs` is the longest stretch of work between two gifts, items that take longer aside. */
  constructor(clock: Pick<Clock, 'monotonic'>, sliceMs = 5) {
    this.#clock = clock
    this.#sliceMs = sliceMs
    this.#endsMs = clock.monotonic() + sliceMs
  }
  due(): boolean {
    return this.#clock.monotonic() >= this.#endsMs
  }
  /** Resolves once input and output that wait have been seen to. */
  async give(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#endsMs = this.#clock.monotonic() + this.#sliceMs
  }
}
