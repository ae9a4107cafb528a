import { widened } from '../../../kernel/column.ts'

/** Half of the shortest block; each further block is twice the one before. */
const leastHalf = 4
/** Blocks of 8, 16, 32 and 64 points. */
export const blockLevels = 4
/** What fades over the length of a block keeps so much from point to point, by level. */
export const blockFades = Float64Array.from({ length: blockLevels }, (_, level) =>
  Math.exp(-1 / ((2 * leastHalf) << level)),
)
/** A block ends each half of its length: those that begin at an even half and those that begin at an odd one. */
export const blockPhases = 2

/** Of the points so far since the last half ended. */
const point = { count: 0, mean: 1, squares: 2, high: 3, low: 4, step: 5 } as const
/** Of the half before, by level. */
const half = { count: 0, mean: 1, squares: 2, high: 3, low: 4, step: 5 } as const
const halfSize = 6
/** The last value stands behind them; NaN before the first. */
const last = halfSize * (1 + blockLevels)
const rowSize = last + 1

/**
 * Overlapping blocks of a series at several lengths: mean, spread, highest, lowest and largest step of each, made of those of its halves
 * (pairwise update of Chan, Golub and LeVeque 1979), so that a point costs the same however many lengths there are. Any
 * number of series, by place.
 */
export class Blocks {
  #rows = new Float64Array(0)
  /** Of the half given to `end`, and after it of the block that ended. */
  mean = 0
  #squares = 0
  high = 0
  low = 0
  /** Largest difference of a point from the one before it. */
  step = 0
  /** Of the block that ended. */
  spread = 0
  phase = 0
  #points = 0

  get sizeBytes(): number {
    return this.#rows.byteLength
  }

  save() {
    return { rows: this.#rows }
  }
  load({ rows }: ReturnType<Blocks['save']>): void {
    this.#rows = rows
  }

  reserve(places: number): void {
    this.#rows = widened(this.#rows, places * rowSize)
  }

  clear(place: number): void {
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
    this.#rows[place * rowSize + last] = Number.NaN
  }

  /** True when the shortest half is complete: then `end` is to be asked for each level from 0 while `phase` is 0. */
  push(place: number, value: number): boolean {
    const rows = this.#rows
    const row = place * rowSize
    const count = (rows[row + point.count] as number) + 1
    const before = count === 1 ? 0 : (rows[row + point.mean] as number)
    const mean = before + (value - before) / count
    const squares =
      count === 1 ? 0 : (rows[row + point.squares] as number) + (value - before) * (value - mean)
    const high = count === 1 ? value : Math.max(value, rows[row + point.high] as number)
    const low = count === 1 ? value : Math.min(value, rows[row + point.low] as number)
    const change = Math.abs(value - (rows[row + last] as number))
    const largest = count === 1 ? 0 : (rows[row + point.step] as number)
    const step = change > largest ? change : largest
    rows[row + last] = value
    rows[row + point.step] = step
    rows[row + point.count] = count === leastHalf ? 0 : count
    rows[row + point.mean] = mean
    rows[row + point.squares] = squares
    rows[row + point.high] = high
    rows[row + point.low] = low
    if (count < leastHalf) return false
    this.mean = mean
    this.#squares = squares
    this.high = high
    this.low = low
    this.step = step
    this.#points = leastHalf
    return true
  }

  /** The half at hand ends at this level: true if a block ends with it. A block of phase 0 is a half of the next level. */
  end(place: number, level: number): boolean {
    const rows = this.#rows
    const row = place * rowSize + (level + 1) * halfSize
    const count = rows[row + half.count] as number
    const mean = rows[row + half.mean] as number
    const squares = rows[row + half.squares] as number
    const high = rows[row + half.high] as number
    const low = rows[row + half.low] as number
    const step = rows[row + half.step] as number
    // Odd or even is all that matters once there was one.
    rows[row + half.count] = count === 2 ? 1 : count + 1
    rows[row + half.mean] = this.mean
    rows[row + half.squares] = this.#squares
    rows[row + half.high] = this.high
    rows[row + half.low] = this.low
    rows[row + half.step] = this.step
    this.phase = count === 1 ? 0 : 1
    if (count === 0) return false
    const apart = this.mean - mean
    this.#squares += squares + (apart * apart * this.#points) / 2
    this.#points *= 2
    this.mean = mean + apart / 2
    this.high = Math.max(high, this.high)
    this.low = Math.min(low, this.low)
    this.step = Math.max(step, this.step)
    this.spread = Math.sqrt(this.#squares / this.#points)
    return true
  }
}
