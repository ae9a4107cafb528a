/**
 * Known contexts of one view of a series: a bounded set of short patterns, each point of a bounded space once seen. How far a
 * new pattern lies from its nearest known one is its novelty, whatever the season or the order: one-nearest-neighbour
 * novelty (Knorr and Ng 1998) over discord windows (Keogh, Lin and Fu 2005), with a vocabulary that grows only by what is
 * unlike it, as adaptive resonance has it (Carpenter and Grossberg 1987). A pattern is two blocks of points, each as its
 * mean and half its range. Distances are divided by their own usual size, so no scale enters.
 */
import { widened } from '../../../kernel/column.ts'

/** Patterns kept a view; the one longest unused gives way. */
const contexts = 128
/** Two blocks of mean and half range. */
const width = 4
/** Until so many are known each pattern is kept. */
const contextsMin = 16
/** The usual novelty is a power mean: between the mean, which a few large ones raise too little, and the root of squares. */
const power = 1.5
const memoryPatterns = 1_000
const medianPatterns = 400
/** Patterns judged before novelty means anything. */
const patternsMin = 10
/** Larger than any single-precision number may be. */
const most = 3e38

const column = {
  sum: 0,
  high: 1,
  low: 2,
  points: 3,
  lastMean: 4,
  lastHalf: 5,
  blocks: 6,
  patterns: 7,
  known: 8,
  median: 9,
  usual: 10,
  held: 11,
} as const
const rowSize = 12

/** The views of all series that have some, by place. */
export class Contexts {
  #rows = new Float64Array(0)
  #patterns = new Float32Array(0)
  #used = new Uint32Array(0)

  get sizeBytes(): number {
    return this.#rows.byteLength + this.#patterns.byteLength + this.#used.byteLength
  }

  reserve(places: number): void {
    this.#rows = widened(this.#rows, places * rowSize)
    this.#patterns = widened(this.#patterns, places * contexts * width)
    this.#used = widened(this.#used, places * contexts)
  }

  clear(place: number): void {
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
  }

  /** Novelty by now, 1 being usual; it fades over the length of a block. `value` is relative to a value of the series. */
  push(place: number, value: number, block: number, fade: number): number {
    const rows = this.#rows
    const row = place * rowSize
    const points = rows[row + column.points] as number
    const held = (rows[row + column.held] as number) * fade
    rows[row + column.held] = held
    rows[row + column.sum] = (points === 0 ? 0 : (rows[row + column.sum] as number)) + value
    if (points === 0 || value > (rows[row + column.high] as number)) rows[row + column.high] = value
    if (points === 0 || value < (rows[row + column.low] as number)) rows[row + column.low] = value
    rows[row + column.points] = points + 1
    if (points + 1 < block) return held
    rows[row + column.points] = 0
    return this.#endBlock(place, row, held, block)
  }

  #endBlock(place: number, row: number, held: number, block: number): number {
    const rows = this.#rows
    const a = rows[row + column.lastMean] as number
    const b = rows[row + column.lastHalf] as number
    const c = (rows[row + column.sum] as number) / block
    const d = (rows[row + column.high] as number) / 2 - (rows[row + column.low] as number) / 2
    rows[row + column.lastMean] = c
    rows[row + column.lastHalf] = d
    rows[row + column.blocks] = (rows[row + column.blocks] as number) + 1
    if ((rows[row + column.blocks] as number) < 2) return held
    const novelty = this.#novelty(row, this.#distance(place, row, a, b, c, d))
    if (novelty <= held) return held
    rows[row + column.held] = novelty
    return novelty
  }

  /** Distance to the nearest known pattern; learns the new one when it is unlike all of them, else marks that one as in use. */
  #distance(place: number, row: number, a: number, b: number, c: number, d: number): number {
    const rows = this.#rows
    const patterns = this.#patterns
    const start = place * contexts * width
    const known = rows[row + column.known] as number
    const count = (rows[row + column.patterns] as number) + 1
    rows[row + column.patterns] = count
    let least = Number.POSITIVE_INFINITY
    let nearest = 0
    for (let i = 0, at = start; i < known; i += 1, at += width) {
      const e = a - (patterns[at] as number)
      const f = b - (patterns[at + 1] as number)
      const g = c - (patterns[at + 2] as number)
      const h = d - (patterns[at + 3] as number)
      const square = e * e + f * f + g * g + h * h
      if (square < least) {
        least = square
        nearest = i
      }
    }
    const distance = known === 0 ? 0 : Math.sqrt(least / width)
    const median = rows[row + column.median] as number
    const isNew = known < contextsMin || distance > median
    const slot = !isNew ? nearest : known < contexts ? known : this.#stalest(place)
    this.#used[place * contexts + slot] = count
    if (isNew) {
      patterns.set([a, b, c, d], start + slot * width)
      if (slot === known) rows[row + column.known] = known + 1
    }
    const step = (2 * median) / Math.min(count, medianPatterns)
    rows[row + column.median] = median === 0 ? distance : median + (distance > median ? step : -step)
    return distance
  }

  #stalest(place: number): number {
    const used = this.#used
    const start = place * contexts
    let stalest = start
    for (let at = start + 1; at < start + contexts; at += 1)
      if ((used[at] as number) < (used[stalest] as number)) stalest = at
    return stalest - start
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
