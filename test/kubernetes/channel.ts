/** Broken off by the server, without the end that the protocol has. */
export class Broken extends Error {}

/** Text that comes bit by bit to one reader. Who reads too slowly is cut off, as by the real server. */
export class Channel {
  #waiting: Uint8Array[] = []
  #bytes = 0
  #state: 'open' | 'ended' | 'broken' = 'open'
  #wake: (() => void) | undefined
  readonly #bytesMax: number
  readonly #onClose: (() => void)[] = []
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }
  get isOpen(): boolean {
    return this.#state === 'open'
  }
  push(parts: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return
    for (const part of parts) {
      this.#waiting.push(part)
      this.#bytes += part.length
    }
    if (this.#bytes > this.#bytesMax) this.break()
    this.#wake?.()
  }
  end(): void {
    this.#finish('ended')
  }
  /** What waits is lost too. */
  break(): void {
    this.#waiting = []
    this.#finish('broken')
  }
  onClose(task: () => void): void {
    if (this.#state === 'open') this.#onClose.push(task)
    else task()
  }
  async *read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const parts = this.#waiting
        this.#waiting = []
        this.#bytes = 0
        yield* parts
        if (this.#waiting.length > 0) continue
        if (this.#state === 'broken') throw new Broken('broken off')
        if (this.#state === 'ended') return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      this.#finish('ended')
    }
  }
  #finish(state: 'ended' | 'broken'): void {
    if (this.#state === 'open') {
      this.#state = state
      for (const task of this.#onClose.splice(0)) task()
    }
    this.#wake?.()
  }
}
