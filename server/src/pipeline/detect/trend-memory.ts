import { widened } from '../../kernel/column.ts'
import { type SeriesRows, rowSize as seriesRowSize, wholeColumn } from './series-rows.ts'

/** Means of eight points each, for the slow trend. */
export const coarseSize = 16
/** A count and as many means. */
const rowSize = coarseSize + 1

/** Means of eight points each of the series in which a slow trend is looked for; of the rest the place alone is kept. */
export class TrendMemory {
  readonly #series: SeriesRows
  #rows = new Float32Array(0)
  #free: number[] = []
  #used = 0

  constructor(series: SeriesRows) {
    this.#series = series
  }

  get sizeBytes(): number {
    return this.#rows.byteLength
  }
  save() {
    return { rows: this.#rows, free: this.#free, used: this.#used }
  }
  load({ rows, free, used }: ReturnType<TrendMemory['save']>): void {
    this.#rows = rows
    this.#free = [...free]
    this.#used = used
  }

  release(index: number): void {
    const at = placeAt(index)
    const place = this.#series.whole[at] as number
    if (place === 0) return
    this.#series.whole[at] = 0
    this.#free.push(place - 1)
  }

  add(index: number, mean: number): void {
    const row = this.#rowOf(index)
    const count = this.#rows[row] as number
    this.#rows[row + 1 + (count % coarseSize)] = mean
    // Counts go round, so that single precision holds them: what matters is the place and whether all are there.
    this.#rows[row] = count + 1 < 2 * coarseSize ? count + 1 : coarseSize
  }

  /**
   * Mann–Kendall statistic of the slow trend, −1..1: the share of pairs that rise less the share that fall (Mann 1945).
   * 0 until there are enough values. `first` and `last` are the ends of the stretch.
   */
  trend(index: number): { strength: number; first: number; last: number } {
    const place = (this.#series.whole[placeAt(index)] as number) - 1
    const total = place < 0 ? 0 : (this.#rows[place * rowSize] as number)
    if (total < coarseSize) return { strength: 0, first: 0, last: 0 }
    const start = place * rowSize + 1
    const at = (i: number): number => this.#rows[start + ((total + i) % coarseSize)] as number
    let sum = 0
    for (let i = 0; i < coarseSize - 1; i += 1) {
      const left = at(i)
      for (let j = i + 1; j < coarseSize; j += 1) sum += Math.sign(at(j) - left)
    }
    return { strength: sum / ((coarseSize * (coarseSize - 1)) / 2), first: at(0), last: at(coarseSize - 1) }
  }

  #rowOf(index: number): number {
    const known = this.#series.whole[placeAt(index)] as number
    if (known !== 0) return (known - 1) * rowSize
    const place = this.#free.pop() ?? this.#used
    if (place === this.#used) this.#used += 1
    if ((place + 1) * rowSize > this.#rows.length)
      this.#rows = widened(this.#rows, Math.ceil((place + 1) * 1.25) * rowSize)
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
    this.#series.whole[placeAt(index)] = place + 1
    return place * rowSize
  }
}

const placeAt = (index: number): number => 2 * index * seriesRowSize + wholeColumn.trend
