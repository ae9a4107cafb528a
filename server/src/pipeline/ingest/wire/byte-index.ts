/**
 * Runs of bytes to dense numbers, without building strings: a 32-bit hash finds the candidate, the bytes decide
 * (32-bit collisions do occur at 100,000 series). Bounded: when full, `add` refuses and the owner clears between requests.
 * A run may be qualified by a `parent` number, so that equal bytes under different parents stay apart.
 */
export class ByteIndex {
  size = 0
  readonly #entriesMax: number
  readonly #bytesMax: number
  readonly #seed: number
  #arena = Buffer.alloc(4_096)
  #used = 0
  #starts = new Uint32Array(64)
  #lengths = new Uint32Array(64)
  #parents = new Uint32Array(64)
  #hashes = new Uint32Array(64)
  /** Open addressing, linear probing; 0 is empty, else id + 1. Always at least half empty. */
  #slots = new Int32Array(128)
  #lastHash = 0

  constructor(options: { entriesMax: number; bytesMax: number; seed: number }) {
    this.#entriesMax = options.entriesMax
    this.#bytesMax = options.bytesMax
    this.#seed = options.seed | 1
  }

  get full(): boolean {
    return this.size >= this.#entriesMax || this.#used >= this.#bytesMax * 0.95
  }

  /** The number of these bytes, or -1. */
  find(parent: number, bytes: Buffer, start: number, end: number): number {
    const hash = this.#hash(parent, bytes, start, end)
    this.#lastHash = hash
    const mask = this.#slots.length - 1
    let slot = hash & mask
    // A sender who constructs collisions gets misses, not a long walk.
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const id = this.#slots[slot]! - 1
      if (id < 0) return -1
      if (this.#hashes[id] === hash && this.#parents[id] === parent && this.#equal(id, bytes, start, end))
        return id
      slot = (slot + 1) & mask
    }
    return -1
  }

  /** Remembers the bytes of the `find` call just before, which must have missed. -1 when there is no room. */
  add(parent: number, bytes: Buffer, start: number, end: number): number {
    const length = end - start
    if (this.size >= this.#entriesMax || this.#used + length > this.#bytesMax) return -1
    this.#makeRoom(length)
    const id = this.size
    bytes.copy(this.#arena, this.#used, start, end)
    this.#starts[id] = this.#used
    this.#lengths[id] = length
    this.#parents[id] = parent
    this.#hashes[id] = this.#lastHash
    this.#used += length
    this.size = id + 1
    this.#place(id)
    return id
  }

  /** Whether the bytes at `start` begin with the run `id`; its length then, else -1. The caller checks what follows. */
  prefix(id: number, bytes: Buffer, start: number, end: number): number {
    const length = this.#lengths[id]!
    const stop = start + length
    return stop <= end && this.#equal(id, bytes, start, stop) ? length : -1
  }

  clear(): void {
    this.size = 0
    this.#used = 0
    this.#slots.fill(0)
  }

  #equal(id: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[id]!
    const length = this.#lengths[id]!
    if (end - start !== length) return false
    return bytes.compare(this.#arena, from, from + length, start, end) === 0
  }

  /**
   * Two lanes of four bytes a round, so that the multiplications overlap, with the mixing steps of MurmurHash3 (public domain,
   * A. Appleby), seeded per process.
   */
  #hash(parent: number, bytes: Buffer, start: number, end: number): number {
    let a = this.#seed ^ Math.imul(parent + 1, 0x9e37_79b1)
    let b = a ^ (end - start)
    let at = start
    for (const whole = end - 7; at < whole; at += 8) {
      a = Math.imul(
        a ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)),
        0xcc9e_2d51,
      )
      b = Math.imul(
        b ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)),
        0x1b87_3593,
      )
      a ^= a >>> 15
      b ^= b >>> 13
    }
    for (; at < end; at += 1) a = Math.imul(a ^ bytes[at]!, 0x1b87_3593)
    let hash = a ^ Math.imul(b ^ (b >>> 16), 0x85eb_ca6b)
    hash ^= hash >>> 16
    hash = Math.imul(hash, 0xc2b2_ae35)
    return (hash ^ (hash >>> 13)) >>> 0
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#hashes[id]! & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = id + 1
  }

  #makeRoom(length: number): void {
    if (this.#used + length > this.#arena.length) {
      const arena = Buffer.alloc(Math.max(this.#arena.length * 2, this.#used + length))
      this.#arena.copy(arena, 0, 0, this.#used)
      this.#arena = arena
    }
    if (this.size === this.#starts.length) {
      this.#starts = grown(this.#starts)
      this.#lengths = grown(this.#lengths)
      this.#parents = grown(this.#parents)
      this.#hashes = grown(this.#hashes)
    }
    if ((this.size + 1) * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 2)
      for (let id = 0; id < this.size; id += 1) this.#place(id)
    }
  }
}

const PROBES_MAX = 128

function grown(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(column.length * 2)
  next.set(column)
  return next
}
