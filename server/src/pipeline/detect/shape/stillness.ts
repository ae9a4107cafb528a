/**
 * A series that always moved and stands still: a sensor that hangs, an exporter that repeats what it had. How long it ever
 * stood still is remembered and fades; a run of equal values far longer than that, and than any run that its share of moves
 * would bring by chance, is a flat line. 20 bytes a series.
 */
import { widened } from '../../../kernel/column.ts'

/** Equal values in a row that are few whatever the series. */
const runMin = 20
/** So many times the longest run before. */
const runFactor = 4
const pointsMin = 100
/** The longest run fades over so many runs. */
const fade = 1 - 1 / 5_000
/** The value before is kept as what single precision has of it and what that leaves out: large values move in small steps. */
const column = { run: 0, longest: 1, points: 2, value: 3, rest: 4 } as const
const rowSize = 5
export const stillnessBytes = rowSize * 4

export class Stillness {
  #rows = new Float32Array(0)
  /** Size of the step to the value last taken. */
  step = 0

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
  load(rows: ReturnType<Stillness['save']>): void {
    this.#rows = rows
  }

  /** Points since the value last changed. */
  run(index: number): number {
    return this.#rows[index * rowSize + column.run] as number
  }

  /** Takes the next value; answers the run in bounds, 0 where it is nothing. */
  push(index: number, value: number): number {
    const rows = this.#rows
    const row = index * rowSize
    const near = Math.fround(value)
    const rest = Math.fround(value - near)
    this.step = Math.abs(
      near - (rows[row + column.value] as number) + (rest - (rows[row + column.rest] as number)),
    )
    const same = this.step === 0
    rows[row + column.value] = near
    rows[row + column.rest] = rest
    if (!same) {
      const longest = rows[row + column.longest] as number
      rows[row + column.longest] = Math.max(rows[row + column.run] as number, longest * fade)
      rows[row + column.run] = 0
      rows[row + column.points] = Math.min(pointsMin, (rows[row + column.points] as number) + 1)
      return 0
    }
    const run = (rows[row + column.run] as number) + 1
    rows[row + column.run] = run
    if (run < runMin || (rows[row + column.points] as number) < pointsMin) return 0
    return run / boundOf(rows[row + column.longest] as number)
  }

  /** It stood still for so long that this is usual now. */
  adopt(index: number): void {
    this.#rows[index * rowSize + column.longest] = this.run(index)
  }
}

const boundOf = (longest: number): number => Math.max(runMin, runFactor * longest)
