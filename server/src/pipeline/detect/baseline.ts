/**
 * What is usual for each series, in one Float64Array row and one ring of recent values per series. Location and spread
 * are the 10th, 50th and 90th percentile: exact while a series is young, then followed by stochastic approximation
 * (Robbins and Monro 1951; Tierney 1983 for quantiles) with a step of c·spread/n that stops shrinking at the memory's
 * length. Outliers move them by at most one step, so they resist contamination as median and MAD do, the two sides of a
 * skewed metric (latency) have their own spread, and a point costs no sorting. 284 bytes a series.
 */
import { assert } from '../../kernel/assert.ts'
import { widened } from '../../kernel/column.ts'
import { TrendMemory } from './trend-memory.ts'

/** Points held as they are; until so many are known the percentiles are exact. */
export const ringSize = 32
export const coarsePoints = 8
/** Sizes are powers of two: a remainder of whole numbers is a mask, which is several times as quick. */
export const ringMask = ringSize - 1
const coarseMask = coarsePoints - 1

/** Columns of a row. */
export const column = {
  count: 0,
  lastMs: 1,
  intervalMs: 2,
  low: 3,
  mid: 4,
  high: 5,
  /** Moving mean of the standardised deviation, and its own usual size. */
  drift: 6,
  driftScale: 7,
  /** Largest deviation met without an anomaly, fading; and the one of the change now looked at. */
  tail: 8,
  pending: 9,
  evidence: 10,
  evidenceSign: 11,
  candidateMs: 12,
  /** Until it is judged, when it was first seen; from then on, when it has cooled down. The first is never in the future. */
  firstMs: 13,
  cooldownMs: 13,
  ringCount: 14,
  trendHits: 15,
  /** How often it had an anomaly that passed, fading, and how large in bounds such a one is by now usual. */
  episodes: 16,
  habit: 17,
  /** 1 once it is judged. */
  ripe: 18,
} as const
export const rowSize = 19

/** Standard deviations between a normal distribution's median and its 90th percentile. */
const sigmas90 = 1.2816
/** Steps of the quantile recursions for a normal distribution: 1 / density at the quantile. */
const midGain = 2.5
const sideGain = 5.7
/** Room for more is made in small steps: memory a series counts, and growing is rare. */
const growth = 1.0625
/** What a series showed fades over 2,000 points, eight at a time. */
const fade = (1 - 1 / 2_000) ** 8
const fading = [column.tail, column.episodes, column.habit] as const
const scratch = new Float64Array(ringSize)

export class Baselines {
  rows = new Float64Array(0)
  rings = new Float32Array(0)
  readonly trends = new TrendMemory()
  readonly #memoryPoints: number
  #capacity = 0

  constructor(memoryPoints: number) {
    this.#memoryPoints = memoryPoints
  }

  get capacity(): number {
    return this.#capacity
  }
  get sizeBytes(): number {
    return this.rows.byteLength + this.rings.byteLength + this.trends.sizeBytes
  }

  save() {
    return { rows: this.rows, rings: this.rings, trends: this.trends.save(), capacity: this.#capacity }
  }
  load({ rows, rings, trends, capacity }: ReturnType<Baselines['save']>): void {
    this.rows = rows
    this.rings = rings
    this.trends.load(trends)
    this.#capacity = capacity
  }

  reserve(index: number): void {
    if (index < this.#capacity) return
    const capacity = Math.max(64, Math.ceil(this.#capacity * growth), index + 1)
    this.rows = widened(this.rows, capacity * rowSize)
    this.rings = widened(this.rings, capacity * ringSize)
    this.trends.reserve(capacity)
    this.#capacity = capacity
  }

  clear(index: number): void {
    this.rows.fill(0, index * rowSize, (index + 1) * rowSize)
    this.rows[index * rowSize + column.candidateMs] = Number.NaN
    this.trends.release(index)
  }

  /** Puts a point into the ring, whatever it is; true when eight are complete. */
  remember(index: number, timeMs: number, value: number): boolean {
    const { rows, rings } = this
    const row = index * rowSize
    const seen = rows[row + column.ringCount] as number
    if (seen === 0) rows[row + column.firstMs] = timeMs
    else {
      const elapsedMs = timeMs - (rows[row + column.lastMs] as number)
      const usualMs = rows[row + column.intervalMs] as number
      rows[row + column.intervalMs] =
        seen === 1 ? elapsedMs : usualMs + (Math.min(elapsedMs, 4 * usualMs) - usualMs) * 0.1
    }
    rows[row + column.lastMs] = timeMs
    rings[index * ringSize + (seen & ringMask)] = value
    rows[row + column.ringCount] = seen + 1
    if (((seen + 1) & coarseMask) !== 0) return false
    for (const at of fading) rows[row + at] = (rows[row + at] as number) * fade
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
    const seen = this.rows[index * rowSize + column.ringCount] as number
    return this.rings[index * ringSize + ((seen - 1 - back) & ringMask)] as number
  }

  recentCount(index: number): number {
    return Math.min(ringSize, this.rows[index * rowSize + column.ringCount] as number)
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
    const count = (this.rows[row + column.count] as number) + weight
    this.rows[row + column.count] = count
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
    this.rows[row + column.count] = Math.min(ringSize, this.rows[row + column.count] as number)
    if (!wholly) return
    for (const name of ['tail', 'pending', 'episodes', 'habit', 'drift'] as const)
      this.rows[row + column[name]] = 0
  }

  /** Forgets what was usual; the recent values are it now. */
  relearn(index: number): void {
    this.#learnExactly(index)
    this.rows[index * rowSize + column.count] = ringSize
  }

  /** Percentiles of the ring. */
  #learnExactly(index: number): void {
    const size = this.recentCount(index)
    assert(size > 0, 'a point was remembered before it is learned')
    const start = index * ringSize
    for (let i = 0; i < size; i += 1) {
      const value = this.rings[start + i] as number
      let at = i
      while (at > 0 && (scratch[at - 1] as number) > value) {
        scratch[at] = scratch[at - 1] as number
        at -= 1
      }
      scratch[at] = value
    }
    const row = index * rowSize
    this.rows[row + column.low] = percentile(size, 0.1)
    this.rows[row + column.mid] = percentile(size, 0.5)
    this.rows[row + column.high] = percentile(size, 0.9)
  }

  #follow(row: number, value: number, floor: number, gain: number): void {
    const { rows } = this
    let low = rows[row + column.low] as number
    let mid = rows[row + column.mid] as number
    let high = rows[row + column.high] as number
    const up = Math.max((high - mid) / sigmas90, floor)
    const down = Math.max((mid - low) / sigmas90, floor)
    if (value > high) high += sideGain * up * gain * 0.9
    else if (value < high) high -= sideGain * up * gain * 0.1
    if (value < low) low -= sideGain * down * gain * 0.9
    else if (value > low) low += sideGain * down * gain * 0.1
    if (value > mid) mid += Math.min(midGain * up * gain * 0.5, value - mid)
    else if (value < mid) mid -= Math.min(midGain * down * gain * 0.5, mid - value)
    rows[row + column.mid] = mid
    rows[row + column.low] = Math.min(low, mid)
    rows[row + column.high] = Math.max(high, mid)
  }

  /** Standard deviation as the upper or the lower side has it. */
  spread(index: number, upper: boolean, floor: number): number {
    const row = index * rowSize
    const mid = this.rows[row + column.mid] as number
    const side = upper
      ? (this.rows[row + column.high] as number) - mid
      : mid - (this.rows[row + column.low] as number)
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
