/**
 * What is usual for each series, in one row with a ring of its recent values. Location and spread
 * are the 10th, 50th and 90th percentile: exact while a series is young, then followed by stochastic approximation
 * (Robbins and Monro 1951; Tierney 1983 for quantiles) with a step of c·spread/n that stops shrinking at the memory's
 * length. Outliers move them by at most one step, so they resist contamination as median and MAD do, the two sides of a
 * skewed metric (latency) have their own spread, and a point costs no sorting.
 */
import { assert } from '../../kernel/assert.ts'
import {
  narrowColumn,
  ringAt,
  ringMask,
  ringSize,
  rowSize,
  SeriesRows,
  smallColumn,
  wholeColumn,
  wideColumn,
} from './series-rows.ts'
import { TrendMemory } from './trend-memory.ts'

export const coarsePoints = 8
/** Sizes are powers of two: a remainder of whole numbers is a mask, which is several times as quick. */
export const coarseMask = coarsePoints - 1

/** Standard deviations between a normal distribution's median and its 90th percentile. */
export const sigmas90 = 1.2816
/** Steps of the quantile recursions for a normal distribution: 1 / density at the quantile. */
export const midGain = 2.5
export const sideGain = 5.7
/** Room for more is made in small steps: memory a series counts, and growing is rare. */
const growth = 1.0625
const habitShare = 1.25
/** What a series showed fades over 2,000 points, eight at a time. */
export const fade = (1 - 1 / 2_000) ** 8
const fading = [narrowColumn.tail, narrowColumn.episodes, narrowColumn.habit] as const
const scratch = new Float64Array(ringSize)

export class Baselines {
  readonly rows = new SeriesRows()
  readonly trends = new TrendMemory(this.rows)
  readonly #memoryPoints: number

  constructor(memoryPoints: number) {
    this.#memoryPoints = memoryPoints
  }

  get capacity(): number {
    return this.rows.capacity
  }
  get sizeBytes(): number {
    return this.rows.sizeBytes + this.trends.sizeBytes
  }

  save() {
    return { rows: this.rows.save(), trends: this.trends.save() }
  }
  load({ rows, trends }: ReturnType<Baselines['save']>): void {
    this.rows.load(rows)
    this.trends.load(trends)
  }

  reserve(index: number): void {
    if (index >= this.capacity) this.rows.widen(Math.max(64, Math.ceil(this.capacity * growth), index + 1))
  }

  clear(index: number): void {
    this.trends.release(index)
    this.rows.clear(index)
    this.rows.wide[index * rowSize + wideColumn.candidateMs] = Number.NaN
  }

  /** Puts a point into the ring, whatever it is; true when eight are complete. */
  remember(index: number, timeMs: number, value: number): boolean {
    const { rows } = this
    const row = index * rowSize
    const seen = rows.whole[2 * row + wholeColumn.seen] as number
    if (seen === 0) rows.wide[row + wideColumn.firstMs] = timeMs
    else {
      const elapsedMs = timeMs - (rows.wide[row + wideColumn.lastMs] as number)
      const usualMs = rows.narrow[2 * row + narrowColumn.intervalMs] as number
      rows.narrow[2 * row + narrowColumn.intervalMs] =
        seen === 1 ? elapsedMs : usualMs + (Math.min(elapsedMs, 4 * usualMs) - usualMs) * 0.1
    }
    rows.wide[row + wideColumn.lastMs] = timeMs
    rows.narrow[2 * row + ringAt + (seen & ringMask)] = value
    rows.whole[2 * row + wholeColumn.seen] = seen + 1
    if (((seen + 1) & coarseMask) !== 0) return false
    const { narrow } = rows
    for (const at of fading) narrow[2 * row + at] = (narrow[2 * row + at] as number) * fade
    return true
  }

  /** Puts the mean of the last eight points into the trend. */
  rememberTrend(index: number): void {
    let sum = 0
    for (let back = 0; back < coarsePoints; back += 1) sum += this.recent(index, back)
    this.trends.add(index, sum / coarsePoints)
  }

  /** The value `back` points ago; 0 is the newest. */
  recent(index: number, back: number): number {
    const row = 2 * index * rowSize
    const seen = this.rows.whole[row + wholeColumn.seen] as number
    return this.rows.narrow[row + ringAt + ((seen - 1 - back) & ringMask)] as number
  }

  recentCount(index: number): number {
    return Math.min(ringSize, this.rows.whole[2 * index * rowSize + wholeColumn.seen] as number)
  }

  /** Learns the newest point. `floor` is the least spread; `weight` below 1 distrusts it. */
  learn(
    index: number,
    value: number,
    floor: number,
    weight: number,
    memoryPoints = this.#memoryPoints,
  ): void {
    const row = index * rowSize
    const count = (this.rows.narrow[2 * row + narrowColumn.count] as number) + weight
    this.rows.narrow[2 * row + narrowColumn.count] = count
    if (count <= ringSize) {
      if (weight === 1) this.#learnExactly(index)
    } else this.#follow(row, value, floor, weight / Math.min(count, memoryPoints))
  }

  /**
   * Values will be others from here on: what is usual is followed quickly, as when the series was young. `wholly`: what was noise is
   * forgotten, too.
   */
  soften(index: number, wholly: boolean): void {
    const row = index * rowSize
    this.rows.narrow[2 * row + narrowColumn.count] = Math.min(
      ringSize,
      this.rows.narrow[2 * row + narrowColumn.count] as number,
    )
    if (!wholly) return
    for (const name of ['tail', 'pending', 'episodes', 'habit', 'drift'] as const)
      this.rows.narrow[2 * row + narrowColumn[name]] = 0
  }

  /** What was gathered against the points before is gone: the next do not follow them. */
  interrupt(index: number): void {
    const { narrow, wide } = this.rows
    const row = index * rowSize
    for (const name of ['evidence', 'pending', 'drift'] as const) narrow[2 * row + narrowColumn[name]] = 0
    wide[row + wideColumn.candidateMs] = Number.NaN
  }

  /** What came and passed three times within the memory is usual: the bound rises to 1.1 times its size. */
  habituate(row: number, ratio: number): void {
    const { narrow } = this.rows
    const episodes = (narrow[2 * row + narrowColumn.episodes] as number) + 1
    narrow[2 * row + narrowColumn.episodes] = episodes
    const usual = habitShare * ratio * (1 - 0.5 ** episodes)
    narrow[2 * row + narrowColumn.habit] = Math.max(narrow[2 * row + narrowColumn.habit] as number, usual)
  }

  /** A band that was told, so many standard deviations to either side, stands for what is usual. */
  adopt(index: number, { low, mid, high }: { low: number; mid: number; high: number }, bound: number): void {
    const { wide, narrow, small } = this.rows
    const row = index * rowSize
    const sigmas = sigmas90 / bound
    narrow[2 * row + narrowColumn.count] = ringSize * 2
    small[8 * row + smallColumn.ripe] = 1
    wide[row + wideColumn.mid] = mid
    wide[row + wideColumn.low] = mid - (mid - low) * sigmas
    wide[row + wideColumn.high] = mid + (high - mid) * sigmas
  }

  /** Forgets what was usual; the recent values are it now. */
  relearn(index: number): void {
    this.#learnExactly(index)
    this.rows.narrow[2 * index * rowSize + narrowColumn.count] = ringSize
  }

  /** Percentiles of the ring. */
  #learnExactly(index: number): void {
    const size = this.recentCount(index)
    assert(size > 0, 'a point was remembered before it is learned')
    const start = 2 * index * rowSize + ringAt
    for (let i = 0; i < size; i += 1) {
      const value = this.rows.narrow[start + i] as number
      let at = i
      while (at > 0 && (scratch[at - 1] as number) > value) {
        scratch[at] = scratch[at - 1] as number
        at -= 1
      }
      scratch[at] = value
    }
    const row = index * rowSize
    this.rows.wide[row + wideColumn.low] = percentile(size, 0.1)
    this.rows.wide[row + wideColumn.mid] = percentile(size, 0.5)
    this.rows.wide[row + wideColumn.high] = percentile(size, 0.9)
  }

  #follow(row: number, value: number, floor: number, gain: number): void {
    const { rows } = this
    let low = rows.wide[row + wideColumn.low] as number
    let mid = rows.wide[row + wideColumn.mid] as number
    let high = rows.wide[row + wideColumn.high] as number
    const up = Math.max((high - mid) / sigmas90, floor)
    const down = Math.max((mid - low) / sigmas90, floor)
    if (value > high) high += sideGain * up * gain * 0.9
    else if (value < high) high -= sideGain * up * gain * 0.1
    if (value < low) low -= sideGain * down * gain * 0.9
    else if (value > low) low += sideGain * down * gain * 0.1
    if (value > mid) mid += Math.min(midGain * up * gain * 0.5, value - mid)
    else if (value < mid) mid -= Math.min(midGain * down * gain * 0.5, mid - value)
    rows.wide[row + wideColumn.mid] = mid
    rows.wide[row + wideColumn.low] = Math.min(low, mid)
    rows.wide[row + wideColumn.high] = Math.max(high, mid)
  }

  /** Standard deviation as the upper or the lower side has it. */
  spread(index: number, upper: boolean, floor: number): number {
    const row = index * rowSize
    const mid = this.rows.wide[row + wideColumn.mid] as number
    const side = upper
      ? (this.rows.wide[row + wideColumn.high] as number) - mid
      : mid - (this.rows.wide[row + wideColumn.low] as number)
    return Math.max(side / sigmas90, floor)
  }
}

function percentile(size: number, q: number): number {
  const place = q * (size - 1)
  const below = Math.floor(place)
  const value = scratch[below] as number
  const above = scratch[Math.min(below + 1, size - 1)] as number
  return value + (above - value) * (place - below)
}
