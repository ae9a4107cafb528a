/** No connection came free in time. The message is what a driver would say. */
export class PoolTimeoutError extends Error {
  override name = 'PoolTimeoutError'
}

/** What the pool tells whoever measures it. */
export interface PoolWatcher {
  /** Seconds a request waited for its connection. */
  waited(seconds: number): void
  timedOut(): void
}

/** A fixed number of database connections, handed out first come, first served, with a limit on the wait. */
export class Pool {
  readonly max: number
  readonly #timeoutMs: number
  readonly #waiting: (() => void)[] = []
  readonly #watcher: PoolWatcher
  #used = 0
  #lost = 0
  #leaking = false

  constructor(max: number, timeoutMs: number, watcher: PoolWatcher) {
    this.max = max
    this.#timeoutMs = timeoutMs
    this.#watcher = watcher
  }

  /** Connections in use, with those lost. */
  get used(): number {
    return this.#used
  }

  /** Requests waiting now; bounded by the callers' own limits and by the wait's limit. */
  get pending(): number {
    return this.#waiting.length
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    await this.#acquire()
    try {
      return await work()
    } finally {
      this.#release()
    }
  }

  /** From now on connections are not given back. */
  leak(): void {
    this.#leaking = true
  }

  /** Stops losing connections and takes the lost ones back. */
  mend(): void {
    this.#leaking = false
    const lost = this.#lost
    this.#lost = 0
    for (let at = 0; at < lost; at++) this.#hand()
  }

  #acquire(): Promise<void> {
    if (this.#used < this.max) {
      this.#used++
      this.#watcher.waited(0)
      return Promise.resolve()
    }
    const since = performance.now()
    return new Promise((resolve, reject) => {
      const granted = () => {
        clearTimeout(timer)
        this.#watcher.waited((performance.now() - since) / 1000)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1)
        this.#watcher.waited((performance.now() - since) / 1000)
        this.#watcher.timedOut()
        reject(new PoolTimeoutError(`connection pool timeout after ${this.#timeoutMs}ms`))
      }, this.#timeoutMs)
      this.#waiting.push(granted)
    })
  }

  #release(): void {
    if (this.#leaking) this.#lost++
    else this.#hand()
  }

  /** Passes a free connection to the longest waiting request, if there is one. */
  #hand(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#used--
    else next()
  }
}
