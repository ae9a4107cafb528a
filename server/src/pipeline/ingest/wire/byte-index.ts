import { widenedFor } from '../../../kernel/column.ts'

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
  #arena = Buffer.allocUnsafeSlow(4_096)
  #arenaView = new DataView(this.#arena.buffer)
  #viewed: Buffer = this.#arena
  #view: DataView = this.#arenaView
  #used = 0
  /** Of each run START, LENGTH, PARENT and HASH side by side: with many runs each array touched is a line of memory fetched. */
  #runs = new Uint32Array(64 * STRIDE)
  /** Open addressing, linear probing: pairs of hash and id + 1, 0 for empty. Always at least half empty. */
  #slots = new Uint32Array(128 * 2)
  #lastHash = 0
  /** Keeps the reads that only fetch memory from being left out as useless. */
  fetched = 0

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
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (hash * 2) & mask
    // A sender who constructs collisions gets misses, not a long walk.
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const id = slots[slot + 1]! - 1
      if (id < 0) return -1
      if (
        slots[slot] === hash &&
        this.#runs[id * STRIDE + PARENT] === parent &&
        this.#equal(id, bytes, start, end)
      )
        return id
      slot = (slot + 2) & mask
    }
    return -1
  }

  /**
   * As `find`, of several runs, in steps: the hashes of all, then the candidates of all, then their bytes. Of each step the reads of
   * memory do not wait for one another.
   */
  findAll(
    parent: number,
    bytes: Buffer,
    starts: Int32Array,
    stops: Int32Array,
    count: number,
    ids: Int32Array,
  ): void {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let i = 0; i < count; i += 1) ids[i] = this.#hash(parent, bytes, starts[i]!, stops[i]!)
    let sum = 0
    for (let i = 0; i < count; i += 1) sum += slots[(ids[i]! * 2) & mask]!
    for (let i = 0; i < count; i += 1) ids[i] = this.#candidate(ids[i]! >>> 0)
    for (let i = 0; i < count; i += 1) if (ids[i]! >= 0) sum += this.#runs[ids[i]! * STRIDE + START]!
    for (let i = 0; i < count; i += 1) {
      if (ids[i]! < 0) continue
      const from = this.#runs[ids[i]! * STRIDE + START]!
      const length = Math.min(this.#runs[ids[i]! * STRIDE + LENGTH]!, FETCH_MAX)
      for (let at = 0; at < length; at += CACHE_LINE) sum += this.#arena[from + at]!
    }
    this.fetched = sum
    for (let i = 0; i < count; i += 1) {
      const id = ids[i]!
      if (id < 0) continue
      const found =
        this.#runs[id * STRIDE + PARENT] === parent && this.#equal(id, bytes, starts[i]!, stops[i]!)
      // Another run with this hash, which is rare: looked for as ever.
      if (!found) ids[i] = this.find(parent, bytes, starts[i]!, stops[i]!)
    }
  }

  /** Remembers the bytes of the `find` call just before, which must have missed. -1 when there is no room. */
  add(parent: number, bytes: Buffer, start: number, end: number): number {
    const length = end - start
    if (this.size >= this.#entriesMax || this.#used + length > this.#bytesMax) return -1
    this.#makeRoom(length)
    const id = this.size
    bytes.copy(this.#arena, this.#used, start, end)
    const run = id * STRIDE
    this.#runs[run + START] = this.#used
    this.#runs[run + LENGTH] = length
    this.#runs[run + PARENT] = parent
    this.#runs[run + HASH] = this.#lastHash
    this.#used += length
    this.size = id + 1
    this.#place(id)
    return id
  }

  /** Whether the bytes at `start` begin with the run `id`; its length then, else -1. The caller checks what follows. */
  prefix(id: number, bytes: Buffer, start: number, end: number): number {
    const length = this.#runs[id * STRIDE + LENGTH]!
    const stop = start + length
    return stop <= end && this.#equal(id, bytes, start, stop) ? length : -1
  }

  clear(): void {
    this.size = 0
    this.#used = 0
    this.#slots.fill(0)
  }

  /** The first run with this hash, or -1. */
  #candidate(hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (hash * 2) & mask
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const id = slots[slot + 1]! - 1
      if (id < 0 || slots[slot] === hash) return id
      slot = (slot + 2) & mask
    }
    return -1
  }

  #equal(id: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#runs[id * STRIDE + START]!
    const length = this.#runs[id * STRIDE + LENGTH]!
    if (end - start !== length) return false
    if (length < 8) return bytes.compare(this.#arena, from, from + length, start, end) === 0
    const view = this.#viewOf(bytes)
    const arena = this.#arenaView
    const last = length - 8
    for (let at = 0; at < last; at += 8)
      if (view.getBigUint64(start + at, true) !== arena.getBigUint64(from + at, true)) return false
    // The last word may overlap the one before.
    return view.getBigUint64(start + last, true) === arena.getBigUint64(from + last, true)
  }

  /** Reads whole words wherever they stand, which a typed array cannot; the same body is asked about many times. */
  #viewOf(bytes: Buffer): DataView {
    if (bytes !== this.#viewed) {
      this.#viewed = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.#view
  }

  /**
   * Two lanes of four bytes a round, so that the multiplications overlap, with the mixing steps of MurmurHash3 (public domain,
   * A. Appleby), seeded per process.
   */
  #hash(parent: number, bytes: Buffer, start: number, end: number): number {
    let a = this.#seed ^ Math.imul(parent + 1, 0x9e37_79b1)
    let b = a ^ (end - start)
    let at = start
    const view = this.#viewOf(bytes)
    for (const whole = end - 7; at < whole; at += 8) {
      a = Math.imul(a ^ view.getInt32(at, true), 0xcc9e_2d51)
      b = Math.imul(b ^ view.getInt32(at + 4, true), 0x1b87_3593)
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
    const hash = this.#runs[id * STRIDE + HASH]!
    let slot = (hash * 2) & mask
    while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & mask
    this.#slots[slot] = hash
    this.#slots[slot + 1] = id + 1
  }

  #makeRoom(length: number): void {
    if (this.#used + length > this.#arena.length) {
      const size = Math.max(Math.ceil(this.#arena.length * 1.5), this.#used + length)
      const moved = this.#arenaView.buffer.transfer(size)
      this.#arena = Buffer.from(moved)
      this.#arenaView = new DataView(moved)
    }
    this.#runs = widenedFor(this.#runs, (this.size + 1) * STRIDE - 1)
    if ((this.size + 1) * 4 > this.#slots.length) {
      this.#slots = new Uint32Array(this.#slots.length * 2)
      for (let id = 0; id < this.size; id += 1) this.#place(id)
    }
  }
}

const PROBES_MAX = 128
const CACHE_LINE = 64
/** So much of a run is fetched before it is compared; the processor fetches the rest of a long one by itself. */
const FETCH_MAX = 512
const START = 0
const LENGTH = 1
const PARENT = 2
const HASH = 3
const STRIDE = 4
