/**
 * A series that always moved and stands still: a sensor that hangs, an exporter that repeats what it had. How long it ever
 * stood still is remembered and fades; a run of equal values far longer than that, and than any run that its share of moves
 * would bring by chance, is a flat line. Sixteen bytes of a series' row.
 */
import type { Baselines } from '../baseline.ts'
import { narrowColumn, rowSize, smallColumn } from '../series-rows.ts'

/** Equal values in a row that are few whatever the series. */
export const runMin = 20
/** So many times the longest run before. */
const runFactor = 4
export const movesKnown = 100
/** The longest run fades over so many runs. */
export const runFade = 1 - 1 / 5_000

export class Stillness {
  readonly #baselines: Baselines
  /** Size of the step to the value last taken. */
  step = 0

  constructor(baselines: Baselines) {
    this.#baselines = baselines
  }

  /** Points since the value last changed. */
  run(index: number): number {
    return this.#baselines.rows.narrow[2 * index * rowSize + narrowColumn.run] as number
  }

  /** Takes the value that was just remembered; answers the run in bounds, 0 where it is nothing. */
  push(index: number, value: number): number {
    const { narrow, small } = this.#baselines.rows
    const row = 2 * index * rowSize
    // The ring has what single precision has of a value, and the row what that leaves out: large values move in small steps.
    const near = Math.fround(value)
    const rest = Math.fround(value - near)
    this.step = Math.abs(
      near - this.#baselines.recent(index, 1) + (rest - (narrow[row + narrowColumn.rest] as number)),
    )
    narrow[row + narrowColumn.rest] = rest
    const run = narrow[row + narrowColumn.run] as number
    const moves = small[8 * index * rowSize + smallColumn.moves] as number
    if (this.step !== 0) {
      const longest = narrow[row + narrowColumn.longest] as number
      narrow[row + narrowColumn.longest] = Math.max(run, longest * runFade)
      narrow[row + narrowColumn.run] = 0
      small[8 * index * rowSize + smallColumn.moves] = Math.min(movesKnown, moves + 1)
      return 0
    }
    narrow[row + narrowColumn.run] = run + 1
    if (run + 1 < runMin || moves < movesKnown) return 0
    return (run + 1) / boundOf(narrow[row + narrowColumn.longest] as number)
  }

  /** It stood still for so long that this is usual now. */
  adopt(index: number): void {
    this.#baselines.rows.narrow[2 * index * rowSize + narrowColumn.longest] = this.run(index)
  }
}

const boundOf = (longest: number): number => Math.max(runMin, runFactor * longest)
