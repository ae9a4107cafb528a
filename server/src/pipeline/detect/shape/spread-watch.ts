/**
 * A spread that grows or collapses while the level stays. Spread is the mean size of the steps from point to point (von
 * Neumann 1941), which neither a level, a trend nor a slow season enters; it is looked at in logarithms, each time eight points
 * are complete, against its own mean and its own restlessness. 35 bytes of a series' row.
 */
import { narrowColumn, rowSize, type SeriesRows, smallColumn } from '../series-rows.ts'

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
/** `back` is how many points ago it began. */
export type SpreadChange = { ratio: number; sign: number; back: number }

export class SpreadWatch {
  readonly #rows: SeriesRows

  constructor(rows: SeriesRows) {
    this.#rows = rows
  }

  clear(index: number): void {
    const row = 2 * index * rowSize
    this.#rows.narrow.fill(0, row + narrowColumn.stepSum, row + narrowColumn.stepRecord + 1)
    const { small } = this.#rows
    for (const at of [smallColumn.looks, smallColumn.larger, smallColumn.smaller]) small[4 * row + at] = 0
  }

  /** Logarithm of the usual mean step; the usual mean step, and the present one. */
  level(index: number): number {
    return this.#rows.narrow[2 * index * rowSize + narrowColumn.stepMean] as number
  }
  usual(index: number): number {
    return Math.exp(this.#rows.narrow[2 * index * rowSize + narrowColumn.stepMean] as number)
  }
  now(index: number): number {
    return this.#rows.narrow[2 * index * rowSize + narrowColumn.stepNow] as number
  }

  /** Takes the size of a step. */
  add(index: number, size: number): void {
    const rows = this.#rows.narrow
    const row = 2 * index * rowSize
    const most = rows[row + narrowColumn.stepMost] as number
    rows[row + narrowColumn.stepSum] =
      (rows[row + narrowColumn.stepSum] as number) + (size < most || most === 0 ? size : most)
  }

  /**
   * Looks at the eight steps since the last look; answers a change that held for two looks on one side. `onset` finds how
   * many points ago the recent ones began to differ. `learn` false: the series has an anomaly, nothing is learned.
   */
  look(
    index: number,
    learn: boolean,
    onset: (index: number) => number | undefined,
  ): SpreadChange | undefined {
    const rows = this.#rows.narrow
    const row = 2 * index * rowSize
    const step = (rows[row + narrowColumn.stepSum] as number) / lookPoints
    rows[row + narrowColumn.stepSum] = 0
    const before = rows[row + narrowColumn.stepNow] as number
    const now = before === 0 ? step : before + (step - before) * smoothing
    rows[row + narrowColumn.stepNow] = now
    if (!(now > 0 && learn)) return undefined
    const level = Math.log(now)
    const { small } = this.#rows
    const looks = small[4 * row + smallColumn.looks] as number
    small[4 * row + smallColumn.looks] = Math.min(memory, looks + 1)
    if (looks === 0) rows[row + narrowColumn.stepMean] = level
    const away = level - (rows[row + narrowColumn.stepMean] as number)
    const restless = rows[row + narrowColumn.stepRestless] as number
    const record = rows[row + narrowColumn.stepRecord] as number
    const strict = away < 0 ? quieter : 1
    const least = Math.max(Math.log(leastFactor), bound * restless * strict, recordFactor * record)
    const ratio = Math.abs(away) / least
    this.#learnRecord(row, Math.abs(away), ratio)
    const weight = (looks >= looksMin && ratio > suspected ? distrust : 1) / Math.min(looks + 1, memory)
    rows[row + narrowColumn.stepMean] = (rows[row + narrowColumn.stepMean] as number) + away * weight
    rows[row + narrowColumn.stepRestless] = restless + (Math.abs(away) - restless) * weight
    rows[row + narrowColumn.stepMost] = stepMost * this.usual(index)
    rows[row + narrowColumn.stepBack] =
      ratio < suspected || looks < looksMin ? 0 : this.#back(row, onset(index))
    if (looks < looksMin || ratio < 1) {
      small[4 * row + smallColumn.larger] = 0
      small[4 * row + smallColumn.smaller] = 0
      return undefined
    }
    const sign = away < 0 ? -1 : 1
    const hits = (small[4 * row + (sign > 0 ? smallColumn.larger : smallColumn.smaller)] as number) + 1
    small[4 * row + smallColumn.larger] = sign > 0 ? Math.min(2, hits) : 0
    small[4 * row + smallColumn.smaller] = sign > 0 ? 0 : Math.min(2, hits)
    if (hits < 2) return undefined
    // Told once; the next must go further.
    rows[row + narrowColumn.stepRecord] = Math.max(record, Math.abs(away))
    return { ratio, sign, back: rows[row + narrowColumn.stepBack] as number }
  }

  /** What swung away and came back is this series' way: the next must swing further. */
  #learnRecord(row: number, size: number, ratio: number): void {
    const rows = this.#rows.narrow
    const peak = Math.max(size, rows[row + narrowColumn.stepPeak] as number)
    rows[row + narrowColumn.stepPeak] = ratio < suspected ? 0 : peak
    const known = (rows[row + narrowColumn.stepRecord] as number) * recordFade
    rows[row + narrowColumn.stepRecord] = ratio < suspected ? Math.max(known, peak) : known
  }

  /** The first sight of it is the best; it moves away as points come. */
  #back(row: number, found: number | undefined): number {
    const known = this.#rows.narrow[row + narrowColumn.stepBack] as number
    if (known === 0) return found ?? lookPoints
    return Math.max(known + lookPoints, found ?? 0)
  }
}
