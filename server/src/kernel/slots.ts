import type { Clock } from './clock.ts'
import { Semaphore } from './semaphore.ts'

/**
 * How many questions are out at once. One that takes longer than `slowMs` gives its slot back and goes on beside the others, so that
 * clusters that hang hold up nobody; how many may do so is bounded by `slowMax`, after which they keep their slots.
 */
export class Slots {
  readonly #clock: Pick<Clock, 'after'>
  readonly #limits: { parallelMax: number; slowMs: number; slowMax: number }
  readonly #slots: Semaphore
  #slow = 0
  constructor(clock: Pick<Clock, 'after'>, limits: { parallelMax: number; slowMs: number; slowMax: number }) {
    this.#clock = clock
    this.#limits = limits
    this.#slots = new Semaphore(limits.parallelMax)
  }

  /** Rejects with the signal's reason where it fires before there is a slot. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#slots.acquire(signal)
    let slow = false
    const cancel = this.#clock.after(this.#limits.slowMs, () => {
      if (this.#slow >= this.#limits.slowMax) return
      slow = true
      this.#slow += 1
      this.#slots.release()
    })
    try {
      return await task()
    } finally {
      cancel()
      if (slow) this.#slow -= 1
      else this.#slots.release()
    }
  }
}
