/**
 * Known contexts of one view of a series: a bounded set of patterns of a few numbers, each a point of space once seen. How
 * far a new pattern lies from its nearest known one is its novelty, whatever the season or the order: one-nearest-neighbour
 * novelty (Knorr and Ng 1998) over windows (Keogh, Lin and Fu 2005), with a vocabulary that grows only by what is unlike
 * it, as adaptive resonance has it (Carpenter and Grossberg 1987). Distances are divided by their own usual size, so no
 * scale enters.
 */
import { widened } from '../../../kernel/column.ts'

/** Novelties are held and averaged by this root. */
export const noveltyRoot = 0.6
/** Until so many are known each pattern is kept. */
const contextsMin = 16
/** What is nearer to a known one than this share of the median distance is no other pattern. */
const vigilance = 0.7
/** The usual novelty is a power mean: between the mean, which a few large ones raise too little, and the root of squares. */
const power = 1.5
const memoryPatterns = 1_000
const medianPatterns = 400
/** Patterns judged before novelty means anything. */
const patternsMin = 10
/** Larger than any single-precision number may be. */
const most = 3e38

const column = { patterns: 0, known: 1, median: 2, usual: 3 } as const
const rowSize = 4

/** The views of all series that have some, by place. */
export class Contexts {
  readonly #width: number
  readonly #capacity: number
  #rows = new Float64Array(0)
  #patterns = new Float32Array(0)
  #used = new Uint16Array(0)
  /** Of the last distance. */
  #nearest = 0

  /** Numbers a pattern; patterns kept a view, of which the one longest unused gives way. */
  constructor(width: number, capacity: number) {
    this.#width = width
    this.#capacity = capacity
  }

  get sizeBytes(): number {
    return this.#rows.byteLength + this.#patterns.byteLength + this.#used.byteLength
  }

  save() {
    return { rows: this.#rows, patterns: this.#patterns, used: this.#used }
  }
  load({ rows, patterns, used }: ReturnType<Contexts['save']>): void {
    this.#rows = rows
    this.#patterns = patterns
    this.#used = used
  }

  reserve(places: number): void {
    this.#rows = widened(this.#rows, places * rowSize)
    this.#patterns = widened(this.#patterns, places * this.#capacity * this.#width)
    this.#used = widened(this.#used, places * this.#capacity)
  }

  clear(place: number): void {
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
  }

  /** Novelty of a pattern, 1 being usual; learns it when it is unlike all that are known, else marks its like as in use. */
  push(place: number, pattern: ArrayLike<number>): number {
    const rows = this.#rows
    const row = place * rowSize
    const known = rows[row + column.known] as number
    const count = (rows[row + column.patterns] as number) + 1
    rows[row + column.patterns] = count
    const distance = this.#distance(place, known, pattern)
    const median = rows[row + column.median] as number
    const isNew = known < contextsMin || distance > median * vigilance
    const slot = !isNew ? this.#nearest : known < this.#capacity ? known : this.#stalest(place, count)
    this.#used[place * this.#capacity + slot] = count
    if (isNew) {
      this.#patterns.set(pattern, (place * this.#capacity + slot) * this.#width)
      if (slot === known) rows[row + column.known] = known + 1
    }
    const step = (2 * median) / Math.min(count, medianPatterns)
    rows[row + column.median] = median === 0 ? distance : median + (distance > median ? step : -step)
    return this.#novelty(row, distance)
  }

  #distance(place: number, known: number, pattern: ArrayLike<number>): number {
    const patterns = this.#patterns
    const width = this.#width
    let least = Number.POSITIVE_INFINITY
    for (let i = 0, at = place * this.#capacity * width; i < known; i += 1) {
      let square = 0
      for (let j = 0; j < width; j += 1, at += 1) {
        const apart = (pattern[j] as number) - (patterns[at] as number)
        square += apart * apart
      }
      if (square >= least) continue
      least = square
      this.#nearest = i
    }
    return known === 0 ? 0 : Math.sqrt(least / width)
  }

  /** The one unused for longest; counts wrap, so that what matters is how far they are from the present one. */
  #stalest(place: number, count: number): number {
    const used = this.#used
    const start = place * this.#capacity
    let stalest = 0
    let longest = -1
    for (let i = 0; i < this.#capacity; i += 1) {
      const since = (count - (used[start + i] as number)) & 0xffff
      if (since <= longest) continue
      longest = since
      stalest = i
    }
    return stalest
  }

  #novelty(row: number, distance: number): number {
    const rows = this.#rows
    const judged = (rows[row + column.patterns] as number) - 1
    if (judged === 0) return 0
    const usual = rows[row + column.usual] as number
    rows[row + column.usual] = usual + (distance ** power - usual) / Math.min(judged, memoryPatterns)
    return judged > patternsMin && usual > 0 ? distance / usual ** (1 / power) : 0
  }
}

/** Within what patterns can hold. */
export const bounded = (value: number): number => Math.max(-most, Math.min(most, value))
