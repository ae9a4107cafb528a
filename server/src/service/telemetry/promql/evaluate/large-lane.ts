import { Fault } from '../../../../kernel/fault.ts'
import { Semaphore } from '../../../../kernel/semaphore.ts'

/**
 * Where queries that turn out large wait for each other, so that many at once take no more memory than a few; small ones never come here.
 * First come, first served.
 */
export class LargeLane {
  readonly #places: Semaphore
  readonly #waitingMax: number
  constructor(parallelMax = 2, waitingMax = 32) {
    this.#places = new Semaphore(parallelMax)
    this.#waitingMax = waitingMax
  }

  /** Rejects with the signal's reason where it fires before, and at once with RATE_LIMITED where too many wait. Who entered leaves, once. */
  enter(signal: AbortSignal): Promise<void> {
    if (!this.#places.free && this.#places.waiting >= this.#waitingMax)
      throw new Fault(
        'RATE_LIMITED',
        `${this.#waitingMax} other queries of more than ${largeSeries} series wait already; ask again in a while, or narrow the selectors`,
      )
    return this.#places.acquire(signal)
  }

  leave(): void {
    this.#places.release()
  }
}

/** A query is large from so many series of one selector, or so many points held, on. */
export const largeSeries = 10_000
export const largePoints = 2_000_000
