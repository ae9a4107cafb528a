import { Fault } from '../../../kernel/fault.ts'

type Waiting<T, R> = {
  items: readonly T[]
  /** Gives the items instead, when its turn has come. */
  find?: () => Promise<readonly T[]>
  resolve: (results: R[]) => void
  reject: (reason: unknown) => void
}

/** Items of one write at most, unless one request alone has more: it holds the thread for some 10 ms. */
const itemsMax = 512

/**
 * Writes requests one after another, and those that came while one was being written in one go: a commit costs as much as hundreds of
 * items. Results are in the order of the items. What fails together is tried again one by one, so that nobody fails for another.
 */
export class KeptTogether<T, R> {
  readonly #name: string
  readonly #requestsMax: number
  readonly #write: (items: readonly T[]) => Promise<R[]>
  readonly #waiting: Waiting<T, R>[] = []
  #drain: Promise<void> | undefined

  constructor(name: string, requestsMax: number, write: (items: readonly T[]) => Promise<R[]>) {
    this.#name = name
    this.#requestsMax = requestsMax
    this.#write = write
  }

  /** Rejects with QUEUE_FULL when too many requests wait, else with what the write threw. */
  keep(items: readonly T[]): Promise<R[]> {
    return this.#ask({ items })
  }

  /** As `keep`, of what is found once nothing that came before is left to write. */
  keepFound(find: () => Promise<readonly T[]>): Promise<R[]> {
    return this.#ask({ items: [], find })
  }

  #ask(asked: Pick<Waiting<T, R>, 'items' | 'find'>): Promise<R[]> {
    if (this.#waiting.length >= this.#requestsMax)
      return Promise.reject(
        new Fault('QUEUE_FULL', `${this.#requestsMax} tasks already wait for ${this.#name}.`),
      )
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...asked, resolve, reject })
      this.#drain ??= this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    // All that is asked for in this turn of the event loop goes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#next()
      const [first] = batch
      if (first?.find) await this.#found(first, first.find)
      else if (!(await this.#together(batch))) for (const one of batch) await this.#alone(one)
      // Between two writes others have their turn; a write holds the thread for as long as its statements take.
      if (this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve))
    }
    this.#drain = undefined
  }

  #next(): Waiting<T, R>[] {
    let items = 0
    let requests = 0
    for (const one of this.#waiting) {
      items += one.items.length
      if (requests > 0 && (items > itemsMax || one.find)) break
      requests += 1
      if (one.find) break
    }
    return this.#waiting.splice(0, requests)
  }

  /** False when it failed and there is more than one to blame. */
  async #together(batch: readonly Waiting<T, R>[]): Promise<boolean> {
    try {
      const results = await this.#write(batch.flatMap(({ items }) => items))
      let at = 0
      for (const { items, resolve } of batch) {
        resolve(results.slice(at, at + items.length))
        at += items.length
      }
      return true
    } catch (error) {
      if (batch.length > 1) return false
      batch[0]?.reject(error)
      return true
    }
  }

  async #found({ resolve, reject }: Waiting<T, R>, find: () => Promise<readonly T[]>): Promise<void> {
    await find()
      .then((items) => this.#write(items))
      .then(resolve, reject)
  }

  async #alone({ items, resolve, reject }: Waiting<T, R>): Promise<void> {
    await this.#write(items).then(resolve, reject)
  }
}
