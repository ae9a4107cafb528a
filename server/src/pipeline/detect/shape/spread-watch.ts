/**
 * A spread that grows or collapses while the level stays. Spread is the mean size of the steps from point to point (von
 * Neumann 1941), which neither a level, a trend nor a slow season enters; it is looked at in logarithms, each time eight points
 * are complete, against its own mean and its own restlessness. 40 bytes a series.
 */
import { widened } from '../../../kernel/column.ts'

/** Looks before one is judged: eight points each. */
const looksMin = 40
/** A step counts at most so many times the usual: a spike is two steps, no spread. */
const stepMost = 8
/** Smoothing over looks. */
const smoothing = 0.35
/** Factor of the spread that is always too small to tell. */
const leastFactor = 2.8
/** Times the usual restlessness of the logarithm. */
const bound = 4.5
/** A swing of the logarithm must exceed the largest before by so much; that one fades over so many looks. */
const recordFactor = 1.3
const recordFade = 1 - 1 / 1_000
/** What bursts has quiet stretches: a collapse must be so many times as clear. */
const quieter = 1.7
/** Over so many looks the usual is learned. */
const memory = 250
/** What is beyond half the bound teaches this share. */
const distrust = 0.1
/** What is beyond this share of the bound may be the beginning. */
const suspected = 0.5
/** Points between looks. */
export const lookPoints = 8
const column = {
  sum: 0,
  now: 1,
  looks: 2,
  mean: 3,
  restless: 4,
  hits: 5,
  back: 6,
  most: 7,
  peak: 8,
  record: 9,
} as const
const rowSize = 10
export const spreadBytes = rowSize * 4

/** `back` is how many points ago it began. */
export type SpreadChange = { ratio: number; sign: number; back: number }

export class SpreadWatch {
  #rows = new Float32Array(0)

  get sizeBytes(): number {
    return this.#rows.byteLength
  }
  reserve(places: number): void {
    this.#rows = widened(this.#rows, places * rowSize)
  }
  clear(index: number): void {
    this.#rows.fill(0, index * rowSize, (index + 1) * rowSize)
  }
  save() {
    return this.#rows
  }
  load(rows: ReturnType<SpreadWatch['save']>): void {
    this.#rows = rows
  }

  /** The usual mean step, and the present one. */
  usual(index: number): number {
    return Math.exp(this.#rows[index * rowSize + column.mean] as number)
  }
  now(index: number): number {
    return this.#rows[index * rowSize + column.now] as number
  }

  /** Takes the size of a step. */
  add(index: number, size: number): void {
    const rows = this.#rows
    const row = index * rowSize
    const most = rows[row + column.most] as number
    rows[row + column.sum] = (rows[row + column.sum] as number) + (size < most || most === 0 ? size : most)
  }

  /**
   * Looks at the eight steps since the last look; answers a change that held for two looks on one side. `onset` finds how
   * many points ago the recent ones began to differ. `learn` false: the series has an anomaly, nothing is learned.
   */
  look(index: number, learn: boolean, onset: () => number | undefined): SpreadChange | undefined {
    const rows = this.#rows
    const row = index * rowSize
    const step = (rows[row + column.sum] as number) / lookPoints
    rows[row + column.sum] = 0
    const before = rows[row + column.now] as number
    const now = before === 0 ? step : before + (step - before) * smoothing
    rows[row + column.now] = now
    if (!(now > 0 && learn)) return undefined
    const level = Math.log(now)
    const looks = rows[row + column.looks] as number
    rows[row + column.looks] = Math.min(memory, looks + 1)
    if (looks === 0) rows[row + column.mean] = level
    const away = level - (rows[row + column.mean] as number)
    const restless = rows[row + column.restless] as number
    const record = rows[row + column.record] as number
    const strict = away < 0 ? quieter : 1
    const least = Math.max(Math.log(leastFactor), bound * restless * strict, recordFactor * record)
    const ratio = Math.abs(away) / least
    this.#learnRecord(row, Math.abs(away), ratio)
    const weight = (looks >= looksMin && ratio > suspected ? distrust : 1) / Math.min(looks + 1, memory)
    rows[row + column.mean] = (rows[row + column.mean] as number) + away * weight
    rows[row + column.restless] = restless + (Math.abs(away) - restless) * weight
    rows[row + column.most] = stepMost * this.usual(index)
    rows[row + column.back] = ratio < suspected || looks < looksMin ? 0 : this.#back(row, onset())
    if (looks < looksMin || ratio < 1) {
      rows[row + column.hits] = 0
      return undefined
    }
    const sign = away < 0 ? -1 : 1
    const hits = rows[row + column.hits] as number
    rows[row + column.hits] = hits * sign > 0 ? hits + sign : sign
    if (Math.abs(rows[row + column.hits] as number) < 2) return undefined
    // Told once; the next must go further.
    rows[row + column.record] = Math.max(record, Math.abs(away))
    return { ratio, sign, back: rows[row + column.back] as number }
  }

  /** What swung away and came back is this series' way: the next must swing further. */
  #learnRecord(row: number, size: number, ratio: number): void {
    const rows = this.#rows
    const peak = Math.max(size, rows[row + column.peak] as number)
    rows[row + column.peak] = ratio < suspected ? 0 : peak
    const known = (rows[row + column.record] as number) * recordFade
    rows[row + column.record] = ratio < suspected ? Math.max(known, peak) : known
  }

  /** The first sight of it is the best; it moves away as points come. */
  #back(row: number, found: number | undefined): number {
    const known = this.#rows[row + column.back] as number
    if (known === 0) return found ?? lookPoints
    return Math.max(known + lookPoints, found ?? 0)
  }
}
