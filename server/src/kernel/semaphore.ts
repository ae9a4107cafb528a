/** At most so many holders at once; the others wait, first come, first served. How many wait is for the caller to bound. */
export class Semaphore {
  readonly #permits: number
  #held = 0
  readonly #waiting: (() => void)[] = []

  constructor(permits: number) {
    this.#permits = permits
  }

  get free(): boolean {
    return this.#held < this.#permits
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Who acquired releases, once. Rejects with the signal's reason where it fires before. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.free) {
      this.#held += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        const at = this.#waiting.indexOf(go)
        if (at >= 0) this.#waiting.splice(at, 1)
        reject(signal?.reason)
      }
      const go = (): void => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.#waiting.push(go)
    })
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#held -= 1
  }

  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.acquire(signal)
    try {
      return await task()
    } finally {
      this.release()
    }
  }
}

/** Runs the task for each item, at most so many at once, in their order. Rejects with the first failure. */
export async function eachOf<T>(
  items: Iterable<T>,
  parallelMax: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items].values()
  const worker = async (): Promise<void> => {
    for (const item of left) await task(item)
  }
  await Promise.all(Array.from({ length: parallelMax }, worker))
}
