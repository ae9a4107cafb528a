import { Fault } from '../../../../kernel/fault.ts'

/**
 * Where queries that turn out large wait for each other, so that many at once take no more memory than a few; small ones never come here.
 * First come, first served.
 */
export class LargeLane {
  readonly #parallelMax: number
  readonly #waitingMax: number
  #running = 0
  readonly #waiting: (() => void)[] = []
  constructor(parallelMax = 2, waitingMax = 32) {
    this.#parallelMax = parallelMax
    this.#waitingMax = waitingMax
  }

  /** Rejects with the signal's reason where it fires before, and at once with RATE_LIMITED where too many wait. Who entered leaves, once. */
  enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#running < this.#parallelMax) {
      this.#running += 1
      return Promise.resolve()
    }
    if (this.#waiting.length >= this.#waitingMax)
      throw new Fault(
        'RATE_LIMITED',
        `${this.#waitingMax} other queries of more than ${largeSeries} series wait already; ask again in a while, or narrow the selectors`,
      )
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

  leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }
}

/** A query is large from so many series of one selector, or so many points held, on. */
export const largeSeries = 10_000
export const largePoints = 2_000_000
