import type { Clock } from './clock.ts'

/**
 * How many questions are out at once. One that takes longer than `slowMs` gives its slot back and goes on beside the others, so that
 * clusters that hang hold up nobody; how many may do so is bounded by `slowMax`, after which they keep their slots.
 */
export class Slots {
  readonly #clock: Pick<Clock, 'after'>
  readonly #limits: { parallelMax: number; slowMs: number; slowMax: number }
  #taken = 0
  #slow = 0
  readonly #waiting: (() => void)[] = []
  constructor(clock: Pick<Clock, 'after'>, limits: { parallelMax: number; slowMs: number; slowMax: number }) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Rejects with the signal's reason where it fires before there is a slot. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#acquire(signal)
    let slow = false
    const cancel = this.#clock.after(this.#limits.slowMs, () => {
      if (this.#slow >= this.#limits.slowMax) return
      slow = true
      this.#slow += 1
      this.#release()
    })
    try {
      return await task()
    } finally {
      cancel()
      if (slow) this.#slow -= 1
      else this.#release()
    }
  }

  #acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#taken < this.#limits.parallelMax) {
      this.#taken += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        const at = this.#waiting.indexOf(go)
        if (at >= 0) this.#waiting.splice(at, 1)
        reject(signal.reason)
      }
      const go = (): void => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#waiting.push(go)
    })
  }

  #release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken -= 1
  }
}
