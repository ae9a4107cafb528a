import { ByteIndex } from '../wire/byte-index.ts'
import { NONE } from './sample-sink.ts'

/**
 * Runs of bytes that senders repeat, by number. A sender keeps its order, so what followed a run last time is tried first, and only
 * then the hash; the bytes decide in both. Bounded: when it is full it forgets everything, between two requests.
 */
export class KnownRuns {
  readonly #index: ByteIndex
  #followers = new Int32Array(64).fill(NONE)
  #previous = NONE
  /** How often in a row the expected run did not come. */
  #surprises = 0

  constructor(options: { entriesMax: number; bytesMax: number; seed: number }) {
    this.#index = new ByteIndex(options)
  }

  /** Numbers given out are 0 … size - 1. */
  get size(): number {
    return this.#index.size
  }

  /** To be called before each request; true when everything known was forgotten, and with it every number. */
  begin(): boolean {
    this.#previous = NONE
    if (!this.#index.full) return false
    this.forget()
    return true
  }

  forget(): void {
    this.#index.clear()
    this.#previous = NONE
  }

  /** The number of the run that came after the one before in an earlier request, NONE when nothing is known. */
  expected(): number {
    if (this.#previous === NONE) return NONE
    // Of a sender without an order little is expected: each wrong guess reads memory that is far away.
    if (this.#surprises > SURPRISES_MAX && this.#surprises % GUESS_EVERY !== 0) return NONE
    return this.#followers[this.#previous]!
  }

  /** The length of the run `id` if the bytes at `start` begin with it, else NONE. */
  prefix(id: number, bytes: Buffer, start: number, end: number): number {
    return this.#index.prefix(id, bytes, start, end)
  }

  /** The number of exactly these bytes, or NONE. */
  find(bytes: Buffer, start: number, end: number): number {
    const expected = this.expected()
    if (expected !== NONE && this.#index.prefix(expected, bytes, start, end) === end - start) return expected
    return this.lookup(bytes, start, end)
  }

  /** Whether what follows what is not known well enough to guess. */
  get isUnordered(): boolean {
    return this.#surprises > SURPRISES_MAX
  }

  /** As `lookup`, of several runs at once: `ids[i]` is the number of the bytes from `starts[i]` to `stops[i]`. */
  lookupAll(bytes: Buffer, starts: Int32Array, stops: Int32Array, count: number, ids: Int32Array): void {
    this.#index.findAll(0, bytes, starts, stops, count, ids)
  }

  /** As `find`, by the hash alone. */
  lookup(bytes: Buffer, start: number, end: number): number {
    return this.#index.find(0, bytes, start, end)
  }

  /** Remembers bytes if they are not known yet. Their number, NONE when they are or there is no room. */
  add(bytes: Buffer, start: number, end: number): number {
    return this.#index.find(0, bytes, start, end) === NONE ? this.addMissed(bytes, start, end) : NONE
  }

  /** As `add`, of the bytes of the `lookup` just before, which missed. */
  addMissed(bytes: Buffer, start: number, end: number): number {
    const id = this.#index.add(0, bytes, start, end)
    if (id === NONE) return NONE
    if (id >= this.#followers.length) {
      const followers = new Int32Array(id * 2)
      followers.set(this.#followers)
      this.#followers = followers
    }
    this.#followers[id] = NONE
    return id
  }

  /** Says which run comes now, NONE for one without a number. */
  step(id: number): void {
    const previous = this.#previous
    this.#previous = id
    if (previous === NONE || id === NONE) return
    if (this.#followers[previous] === id) this.#surprises = 0
    else {
      this.#surprises = (this.#surprises + 1) | 0
      this.#followers[previous] = id
    }
  }
}

const SURPRISES_MAX = 16
const GUESS_EVERY = 8
