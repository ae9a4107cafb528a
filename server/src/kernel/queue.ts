import { Fault } from './fault.ts'

/** A first-in-first-out queue with a limit; over it `push` refuses, so that the sender is told and nothing is dropped in silence. */
export class BoundedQueue<T> {
  readonly #limit: number
  readonly #name: string
  #items: T[] = []
  #head = 0
  constructor(name: string, limit: number) {
    this.#name = name
    this.#limit = limit
  }
  get size(): number {
    return this.#items.length - this.#head
  }
  get free(): number {
    return this.#limit - this.size
  }
  /** Throws QUEUE_FULL when there is no room. */
  push(item: T): void {
    if (this.free <= 0)
      throw new Fault(
        'QUEUE_FULL',
        `The ${this.#name} queue holds ${this.#limit} entries and takes no more for now.`,
      )
    this.#items.push(item)
  }
  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#items[this.#head] = undefined as T
    this.#head += 1
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

/** Runs tasks one after another, in order; at most `limit` wait. */
export class SerialExecutor {
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0
  readonly #name: string
  readonly #limit: number
  constructor(name: string, limit: number) {
    this.#name = name
    this.#limit = limit
  }
  get waiting(): number {
    return this.#waiting
  }
  /** Rejects with what the task threw; throws QUEUE_FULL when too many wait. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    if (this.#waiting >= this.#limit) {
      return Promise.reject(new Fault('QUEUE_FULL', `${this.#limit} tasks already wait for ${this.#name}.`))
    }
    this.#waiting += 1
    const result = this.#tail.then(task)
    this.#tail = result.catch(() => undefined).finally(() => (this.#waiting -= 1))
    return result
  }
  /** Resolves when all that was given so far has run. */
  idle(): Promise<void> {
    return this.#tail.then(() => undefined)
  }
}
