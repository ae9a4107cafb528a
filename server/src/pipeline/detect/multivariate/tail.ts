/**
 * How seldom a size is, as a power of ten: 2 is one in a hundred. The 50th, 90th and 99th percentile of its logarithm are
 * followed by stochastic approximation (Robbins and Monro 1951), and what lies beyond is read from a Pareto tail through the
 * last two (Pickands 1975), which is heavy where the size's own tail is. Any number of sizes, by place; 32 bytes each.
 */
import { widened } from '../../../kernel/column.ts'

/** Sizes over which the percentiles are learned. */
const memory = 5_000
/** Sizes before any is judged: two beyond the 99th percentile are expected among them. */
export const tailPoints = 200
/** Inverse densities at the percentiles, in natural logarithms: how far one size moves them when few are known. */
const gains = [2, 4, 20] as const
const shares = [0.5, 0.9, 0.99] as const
/** A tail is never taken for thinner: twice the 99th percentile is at most 1.4 powers of ten more seldom. */
const slopeMin = 0.5
export const seldomMax = 8
const young = 10
const column = { count: 0, at50: 1, at90: 2, at99: 3 } as const
const rowSize = 4

export class Tails {
  rows = new Float64Array(0)

  get sizeBytes(): number {
    return this.rows.byteLength
  }

  reserve(places: number): void {
    this.rows = widened(this.rows, places * rowSize)
  }

  clear(place: number): void {
    this.rows.fill(0, place * rowSize, (place + 1) * rowSize)
  }

  /** Judges a size above zero by those before it, then learns it; 0 while few are known. */
  push(place: number, size: number): number {
    const { rows } = this
    const row = place * rowSize
    const level = Math.log(size)
    const count = rows[row + column.count] as number
    rows[row + column.count] = count + 1
    if (count === 0) for (let i = 0; i < shares.length; i += 1) rows[row + column.at50 + i] = level + i
    const seldom = count < tailPoints ? 0 : this.#seldom(row, level)
    const gain = 1 / Math.min(count + young, memory)
    for (let i = 0; i < shares.length; i += 1) {
      const at = row + column.at50 + i
      const share = shares[i] as number
      const known = rows[at] as number
      const moved = known + (gains[i] as number) * gain * (level > known ? share : share - 1)
      rows[at] = i === 0 ? moved : Math.max(moved, rows[at - 1] as number)
    }
    return seldom
  }

  #seldom(row: number, level: number): number {
    const at50 = this.rows[row + column.at50] as number
    const at90 = this.rows[row + column.at90] as number
    const at99 = this.rows[row + column.at99] as number
    if (level <= at50) return 0
    if (level <= at90) return 0.3 + (0.7 * (level - at50)) / (at90 - at50)
    if (level <= at99) return 1 + (level - at90) / (at99 - at90)
    return Math.min(seldomMax, 2 + (level - at99) / Math.max(slopeMin, at99 - at90))
  }
}
