import { widened } from '../../../kernel/column.ts'

/** No alarm is larger than so many bounds: one extreme must not silence the series for long. */
const most = 1.6
/** Points over which a series is young and its alarms weigh less: half at so many. */
const youth = 100
/** An alarm is known for this share of the points seen, and for no fewer than so many. */
const restShare = 0.05
const restPoints = 20
/** What is no news keeps this share of its size: it is still the most unusual there is. */
const keptShare = 0.05

const column = { points: 0, told: 1 } as const
const rowSize = 2

/**
 * An alarm is news once: what follows counts by how much it exceeds what was told, the two taken as independent. Lengths
 * grow with the history. Any number of series, by place.
 */
export class News {
  #rows = new Float64Array(rowSize)

  get sizeBytes(): number {
    return this.#rows.byteLength
  }

  save() {
    return { rows: this.#rows }
  }
  load({ rows }: ReturnType<News['save']>): void {
    this.#rows = rows
  }

  reserve(places: number): void {
    this.#rows = widened(this.#rows, places * rowSize)
  }

  clear(place: number): void {
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
  }

  /** `size` in bounds; answers what is news of it, in bounds. */
  push(place: number, size: number): number {
    const rows = this.#rows
    const row = place * rowSize
    const points = rows[row + column.points] as number
    const told = (rows[row + column.told] as number) * Math.exp(-1 / Math.max(restPoints, restShare * points))
    const weighed = (Math.min(size, most) * points) / (points + youth)
    const louder = weighed > told
    rows[row + column.points] = points + 1
    rows[row + column.told] = louder ? weighed : told
    const news = louder ? Math.sqrt(weighed * weighed - told * told) : 0
    return Math.max(news, keptShare * weighed)
  }
}
