import type { Clock } from './clock.ts'

/**
 * Keeps long work from holding the event loop: between two items, `if (turn.due()) await turn.give()`. Asking costs about 50 ns.
 * One turn belongs to one piece of work; what waits in the event loop runs while it is given. However many pieces are under way, one slice
 * of one of them runs before input and output are seen to again: they take turns.
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
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (waiting.length === 1) setImmediate(next)
    })
    this.#endsMs = this.#clock.monotonic() + this.#sliceMs
  }
}

/** Who goes on, in order; the first is about to. */
const waiting: (() => void)[] = []

function next(): void {
  waiting.shift()?.()
  // An immediate that is set in one runs in the next round of the loop.
  if (waiting.length > 0) setImmediate(next)
}
