import { widened } from '../../kernel/column.ts'

/** Means of eight points each, for the slow trend. */
export const coarseSize = 16
/** A count and as many means. */
const rowSize = coarseSize + 1
const none = -1

/** Means of eight points each of the series in which a slow trend is looked for; the rest cost four bytes. */
export class TrendMemory {
  #places = new Int32Array(0)
  #rows = new Float32Array(0)
  #free: number[] = []
  #used = 0

  get sizeBytes(): number {
    return this.#places.byteLength + this.#rows.byteLength
  }
  save() {
    return { places: this.#places, rows: this.#rows, free: this.#free, used: this.#used }
  }
  load({ places, rows, free, used }: ReturnType<TrendMemory['save']>): void {
    this.#places = places
    this.#rows = rows
    this.#free = [...free]
    this.#used = used
  }

  reserve(capacity: number): void {
    const size = this.#places.length
    this.#places = widened(this.#places, capacity).fill(none, size)
  }

  release(index: number): void {
    const place = this.#places[index] ?? none
    if (place === none) return
    this.#places[index] = none
    this.#free.push(place)
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
    const place = this.#places[index] ?? none
    const total = place === none ? 0 : (this.#rows[place * rowSize] as number)
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
    const known = this.#places[index] as number
    if (known !== none) return known * rowSize
    const place = this.#free.pop() ?? this.#used
    if (place === this.#used) this.#used += 1
    if ((place + 1) * rowSize > this.#rows.length)
      this.#rows = widened(this.#rows, Math.ceil((place + 1) * 1.25) * rowSize)
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
    this.#places[index] = place
    return place * rowSize
  }
}
