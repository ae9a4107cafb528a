import type { Clock } from './clock.ts'
import { Fault, isFault, messageOf } from './fault.ts'
import type { Log } from './log.ts'
import type { Random } from './random.ts'

export type WriteBehindOptions<T> = {
  /** What is written to, as its log lines and faults call it. */
  name: string
  /** Writes items in order; rejects when none may be taken as written. Called again with the same ones unless `final`. */
  send: (items: readonly T[]) => Promise<void>
  /** Whether an error says that these items will never be taken. */
  final: (error: unknown) => boolean
  /** Items that will never be taken. */
  dropped: (items: readonly T[], error: unknown) => void
  clock: Clock
  random: Random
  log: Log
  /** Most bytes of one `send`; a single item may be larger. */
  batchBytesMax: number
  /** Bytes from which `full` says so. What is pushed all the same is taken: the limit is for those who can still refuse. */
  queueBytesMax: number
  /** How long written items stay among `items`, because the other side shows them only some time later. */
  visibleMs: number
}

type Held<T> = { item: T; bytes: number; writtenMs: number }

const delayMsFirst = 200
const delayMsMax = 10_000

/**
 * Hands items to something slower, in order, one batch in flight, tried again with growing waits for as long as it takes. What is
 * not yet written, or not yet visible there, can be read here meanwhile.
 */
export class WriteBehind<T> {
  readonly #options: WriteBehindOptions<T>
  #held: Held<T>[] = []
  /** How many of `#held` are written: those come first. */
  #written = 0
  #waitingBytes = 0
  #heldBytes = 0
  #running = false
  #failures = 0
  #problem: string | null = null
  #flushes: { upTo: number; resolve: () => void; reject: (error: unknown) => void }[] = []
  /** Items written or dropped since the start, for flushes. */
  #done = 0
  #pushed = 0
  #wake: () => void = () => undefined
  #closed = false

  constructor(options: WriteBehindOptions<T>) {
    this.#options = options
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }
  /** Bytes of all that `items` gives. */
  get heldBytes(): number {
    return this.#heldBytes
  }
  get full(): boolean {
    return this.#waitingBytes >= this.#options.queueBytesMax
  }
  /** Why the last attempt failed; null when it did not. */
  get problem(): string | null {
    return this.#problem
  }

  push(item: T, bytes: number): void {
    this.#forget()
    this.#held.push({ item, bytes, writtenMs: 0 })
    this.#pushed += 1
    this.#waitingBytes += bytes
    this.#heldBytes += bytes
    // Whatever else is pushed in this turn shares the batch.
    if (!this.#running) {
      this.#running = true
      Promise.resolve().then(() => this.#run())
    }
  }

  /** What is not written yet or was written lately, in order. */
  items(): T[] {
    this.#forget()
    return this.#held.map(({ item }) => item)
  }

  /** What is written is visible there: it is not kept any longer. */
  forget(): void {
    for (const held of this.#held.slice(0, this.#written)) this.#heldBytes -= held.bytes
    this.#held.splice(0, this.#written)
    this.#written = 0
  }

  /** Resolves when all that was pushed before is written; rejects with STORAGE_UNAVAILABLE as soon as an attempt fails. */
  flush(): Promise<void> {
    if (this.#done >= this.#pushed) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#flushes.push({ upTo: this.#pushed, resolve, reject })
      this.#wake()
    })
  }

  /** Ends the attempts; what is not written stays unwritten. */
  close(): void {
    this.#closed = true
    this.#wake()
    this.#failFlushes(new Fault('NOT_READY', `${this.#options.name} is closed.`))
  }

  async #run(): Promise<void> {
    while (this.#written < this.#held.length && !this.#closed) {
      const batch = this.#held.slice(this.#written, this.#written + this.#batchSize())
      const items = batch.map(({ item }) => item)
      try {
        await this.#options.send(items)
        if (this.#problem !== null) this.#options.log.info({ to: this.#options.name }, 'Writing goes on')
        this.#settle(batch, false)
      } catch (error) {
        if (this.#options.final(error)) {
          this.#options.dropped(items, error)
          this.#settle(batch, true)
        } else await this.#fail(error)
      }
    }
    this.#running = false
  }

  #settle(batch: readonly Held<T>[], drop: boolean): void {
    const now = this.#options.clock.monotonic()
    for (const held of batch) {
      held.writtenMs = now
      this.#waitingBytes -= held.bytes
      if (drop) this.#heldBytes -= held.bytes
    }
    if (drop) this.#held.splice(this.#written, batch.length)
    else this.#written += batch.length
    this.#failures = 0
    this.#problem = null
    this.#done += batch.length
    const over = this.#flushes.filter(({ upTo }) => upTo <= this.#done)
    this.#flushes = this.#flushes.filter(({ upTo }) => upTo > this.#done)
    for (const { resolve } of over) resolve()
    this.#forget()
  }

  async #fail(error: unknown): Promise<void> {
    const { name, clock, random, log } = this.#options
    this.#problem = messageOf(error)
    this.#failures += 1
    if (this.#failures === 1)
      log.warn({ to: name, reason: this.#problem }, 'Writing fails and is tried again')
    this.#failFlushes(
      isFault(error)
        ? error
        : new Fault('STORAGE_UNAVAILABLE', `${name} cannot be written now: ${this.#problem}.`),
    )
    if (this.#closed) return
    const delayMs = Math.min(delayMsFirst * 2 ** Math.min(this.#failures - 1, 16), delayMsMax)
    await new Promise<void>((resolve) => {
      const cancel = clock.after(delayMs * (0.75 + random.next() * 0.5), resolve)
      // Somebody waits for a flush: no sense in sleeping on.
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => undefined
  }

  #failFlushes(error: unknown): void {
    const flushes = this.#flushes
    this.#flushes = []
    for (const { reject } of flushes) reject(error)
  }

  #batchSize(): number {
    let bytes = 0
    let at = this.#written
    for (; at < this.#held.length; at += 1) {
      bytes += this.#held[at]!.bytes
      if (at > this.#written && bytes > this.#options.batchBytesMax) break
    }
    return at - this.#written
  }

  /** Written items go when they are visible there, and sooner when they would hold more than the queue may. */
  #forget(): void {
    const { clock, visibleMs, queueBytesMax } = this.#options
    const before = clock.monotonic() - visibleMs
    let gone = 0
    while (
      gone < this.#written &&
      (this.#held[gone]!.writtenMs <= before || this.#heldBytes - this.#waitingBytes > queueBytesMax)
    ) {
      this.#heldBytes -= this.#held[gone]!.bytes
      gone += 1
    }
    if (gone === 0) return
    this.#held.splice(0, gone)
    this.#written -= gone
  }
}
