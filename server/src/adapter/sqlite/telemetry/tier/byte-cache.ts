/** Bytes by name, the least recently used go when they are too many. */
export class ByteCache {
  readonly #bytesMax: number
  readonly #held = new Map<string, Uint8Array>()
  #bytes = 0
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }
  get bytes(): number {
    return this.#bytes
  }
  get(name: string): Uint8Array | undefined {
    const body = this.#held.get(name)
    if (!body) return undefined
    this.#held.delete(name)
    this.#held.set(name, body)
    return body
  }
  put(name: string, body: Uint8Array): void {
    if (body.length > this.#bytesMax / 4) return
    this.#drop(name)
    this.#held.set(name, body)
    this.#bytes += body.length
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#bytesMax) break
      this.#drop(oldest)
    }
  }
  #drop(name: string): void {
    this.#bytes -= this.#held.get(name)?.length ?? 0
    this.#held.delete(name)
  }
}
