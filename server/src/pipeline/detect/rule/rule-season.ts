/**
 * What repeats by the hour, the day or the week: a level for every part of the period, learned from its means, one after the other. What a
 * period explains is taken from values before they are judged (seasonal adjustment; Cleveland et al. 1990, STL, of which this is the
 * cycle-subseries step with a running mean in place of loess, so that it is causal and of constant memory: 1.7 KB a series).
 * A period is in use once it predicted means better than the level alone did, each before it was learned (prequential, Dawid 1984).
 */
import type { Seasonality } from '@aiops/contract/model/detection'
import { widened } from '../../../kernel/column.ts'

export const seasons = ['HOURLY', 'DAILY', 'WEEKLY'] as const
export type Season = (typeof seasons)[number]

const periods = [
  { periodMs: 3_600_000, bins: 60, from: 0 },
  { periodMs: 86_400_000, bins: 96, from: 60 },
  { periodMs: 604_800_000, bins: 168, from: 156 },
] as const
const binsAll = 324

/** `mean` is of the levels of the season in use; NaN where it is to be made anew. */
const column = { level: 0, points: 1, chosen: 2, firstMs: 3, mean: 4, periods: 5 } as const
/** Of each period: the part now gone through, sum and count of it, errors with and without, parts that were judged. */
const part = { bin: 0, sum: 1, count: 2, error: 3, plain: 4, judged: 5 } as const
const partSize = 6
const rowSize = column.periods + partSize * periods.length

/** Smoothing of the level over points, of errors over parts, and of a part's level over periods. */
const levelPoints = 400
const errorParts = 100
const periodsKept = 8
/** A part's mean further off than so many usual errors moves its level by no more. */
const clip = 3
/** A season found takes away this share of the error; below the second it is given up. */
const strengthFound = 0.4
const strengthLost = 0.15
/** Parts that were predicted before a season is believed. */
const partsMin = 12

export class Seasons {
  readonly #seriesMax: number
  readonly #places = new Map<number, number>()
  readonly #free: number[] = []
  #capacity = 0
  #rows = new Float64Array(0)
  #levels = new Float32Array(0)
  #visits = new Uint8Array(0)

  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax
  }

  get sizeBytes(): number {
    return this.#rows.byteLength + this.#levels.byteLength + this.#visits.byteLength
  }
  has(index: number): boolean {
    return this.#places.has(index)
  }

  /** Takes a series in, while there is room; answers whether it is in. */
  admit(index: number): boolean {
    if (this.#places.has(index)) return true
    if (this.#places.size >= this.#seriesMax) return false
    const place = this.#free.pop() ?? this.#places.size
    if (place >= this.#capacity) this.#grow()
    this.#places.set(index, place)
    this.#rows.fill(0, place * rowSize, (place + 1) * rowSize)
    this.#rows[place * rowSize + column.mean] = Number.NaN
    this.#levels.fill(0, place * binsAll, (place + 1) * binsAll)
    this.#visits.fill(0, place * binsAll, (place + 1) * binsAll)
    return true
  }

  release(index: number): void {
    const place = this.#places.get(index)
    if (place === undefined) return
    this.#places.delete(index)
    this.#free.push(place)
  }

  /** How far above its level the series usually is at this time; 0 where no season is in use. */
  offset(index: number, timeMs: number): number {
    const place = this.#places.get(index)
    if (place === undefined) return 0
    const chosen = this.#rows[place * rowSize + column.chosen] as number
    const period = periods[chosen - 1]
    if (!period) return 0
    const at = phaseOf(timeMs, period) - 0.5
    const bin = Math.floor(at)
    const below = this.#levelOf(place, period, bin)
    const above = this.#levelOf(place, period, bin + 1)
    const level = Number.isNaN(below)
      ? above
      : Number.isNaN(above)
        ? below
        : below + (above - below) * (at - bin)
    if (Number.isNaN(level)) return 0
    const held = place * rowSize + column.mean
    if (Number.isNaN(this.#rows[held] as number)) this.#rows[held] = this.#mean(place, period)
    return level - (this.#rows[held] as number)
  }

  /** The season in use, and the share of the error that it takes away. */
  /** The least and the most that is taken from any value of the period in use. */
  range(index: number): { low: number; high: number } | undefined {
    const place = this.#places.get(index)
    if (place === undefined) return undefined
    const period = periods[(this.#rows[place * rowSize + column.chosen] as number) - 1]
    if (!period) return undefined
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (let bin = 0; bin < period.bins; bin += 1) {
      const offset = this.offset(index, ((bin + 0.5) * period.periodMs) / period.bins)
      if (offset < low) low = offset
      if (offset > high) high = offset
    }
    return { low, high }
  }

  inUse(index: number): { period: Season; strength: number } | null {
    const place = this.#places.get(index)
    const chosen = place === undefined ? 0 : (this.#rows[place * rowSize + column.chosen] as number)
    if (place === undefined || chosen === 0) return null
    return { period: seasons[chosen - 1] as Season, strength: Math.max(0, this.#strength(place, chosen - 1)) }
  }

  /** Learns a point; `asked` is the season that is to be looked for. True where another one is in use from now on. */
  learn(index: number, timeMs: number, value: number, asked: Seasonality): boolean {
    const place = this.#places.get(index)
    if (place === undefined) return false
    const row = place * rowSize
    const rows = this.#rows
    const points = (rows[row + column.points] as number) + 1
    rows[row + column.points] = points
    if (points === 1) rows[row + column.firstMs] = timeMs
    const level = rows[row + column.level] as number
    rows[row + column.level] = level + (value - level) / Math.min(points, levelPoints)
    let ended = false
    for (let i = 0; i < periods.length; i += 1) {
      if (asked !== 'AUTO' && asked !== seasons[i]) continue
      ended = this.#gather(place, i, timeMs, value, level) || ended
    }
    if (!ended && asked !== 'NONE') return false
    const before = rows[row + column.chosen] as number
    const chosen = this.#choose(place, asked, timeMs - (rows[row + column.firstMs] as number))
    rows[row + column.chosen] = chosen
    rows[row + column.mean] = Number.NaN
    return chosen !== before
  }

  save() {
    return {
      ...{ places: this.#places, free: this.#free, capacity: this.#capacity },
      ...{ rows: this.#rows, levels: this.#levels, visits: this.#visits },
    }
  }
  load({ places, free, capacity, rows, levels, visits }: ReturnType<Seasons['save']>): void {
    for (const [index, place] of places) this.#places.set(index, place)
    this.#free.push(...free)
    this.#capacity = capacity
    this.#rows = rows
    this.#levels = levels
    this.#visits = visits
  }

  /** True when a part of the period was ended by this point. */
  #gather(place: number, i: number, timeMs: number, value: number, level: number): boolean {
    const rows = this.#rows
    const period = periods[i] as (typeof periods)[number]
    const at = place * rowSize + column.periods + i * partSize
    const bin = Math.floor(phaseOf(timeMs, period))
    const count = rows[at + part.count] as number
    const ended = count > 0 && bin !== rows[at + part.bin]
    if (ended) this.#endPart(place, i, (rows[at + part.sum] as number) / count, level)
    if (ended || count === 0) {
      rows[at + part.bin] = bin
      rows[at + part.sum] = value
      rows[at + part.count] = 1
    } else {
      rows[at + part.sum] = (rows[at + part.sum] as number) + value
      rows[at + part.count] = count + 1
    }
    return ended
  }

  #endPart(place: number, i: number, mean: number, level: number): void {
    const rows = this.#rows
    const at = place * rowSize + column.periods + i * partSize
    const slot =
      place * binsAll + (periods[i] as (typeof periods)[number]).from + (rows[at + part.bin] as number)
    const visits = this.#visits[slot] as number
    const known = this.#levels[slot] as number
    this.#visits[slot] = Math.min(visits + 1, 255)
    if (visits === 0) {
      this.#levels[slot] = mean
      return
    }
    const judged = (rows[at + part.judged] as number) + 1
    const share = 1 / Math.min(judged, errorParts)
    const error = Math.abs(mean - known)
    const usual = rows[at + part.error] as number
    const plain = rows[at + part.plain] as number
    rows[at + part.judged] = judged
    rows[at + part.error] = usual + (error - usual) * share
    rows[at + part.plain] = plain + (Math.abs(mean - level) - plain) * share
    const most = judged > errorParts / 4 ? clip * Math.max(usual, Number.MIN_VALUE) : error
    const change = Math.max(-most, Math.min(most, mean - known))
    this.#levels[slot] = known + change / Math.min(visits + 1, periodsKept)
  }

  /** Number of the season to use from now on, 0 for none. */
  #choose(place: number, asked: Seasonality, spanMs: number): number {
    if (asked === 'NONE') return 0
    const before = this.#rows[place * rowSize + column.chosen] as number
    if (asked !== 'AUTO') {
      const i = seasons.indexOf(asked)
      return spanMs >= (periods[i] as (typeof periods)[number]).periodMs ? i + 1 : 0
    }
    let best = 0
    let most = strengthFound
    for (let i = 0; i < periods.length; i += 1) {
      const whole = spanMs >= 2 * (periods[i] as (typeof periods)[number]).periodMs
      if (!whole || this.#judged(place, i) < partsMin) continue
      const strength = this.#strength(place, i)
      if (strength < (i + 1 === before ? strengthLost : most)) continue
      best = i + 1
      most = Math.max(most, strength)
    }
    return best
  }

  #judged(place: number, i: number): number {
    return this.#rows[place * rowSize + column.periods + i * partSize + part.judged] as number
  }

  #strength(place: number, i: number): number {
    const at = place * rowSize + column.periods + i * partSize
    const plain = this.#rows[at + part.plain] as number
    return plain > 0 ? 1 - (this.#rows[at + part.error] as number) / plain : 0
  }

  /** NaN for a part that was never gone through: points may be further apart than parts. */
  #levelOf(place: number, period: (typeof periods)[number], bin: number): number {
    const slot = place * binsAll + period.from + ((bin + period.bins) % period.bins)
    return this.#visits[slot] === 0 ? Number.NaN : (this.#levels[slot] as number)
  }

  #mean(place: number, { from, bins }: (typeof periods)[number]): number {
    let sum = 0
    let known = 0
    for (let slot = place * binsAll + from; slot < place * binsAll + from + bins; slot += 1)
      if ((this.#visits[slot] as number) > 0) {
        sum += this.#levels[slot] as number
        known += 1
      }
    return known === 0 ? 0 : sum / known
  }

  #grow(): void {
    this.#capacity = Math.min(this.#seriesMax, Math.max(8, Math.ceil(this.#capacity * 1.5)))
    this.#rows = widened(this.#rows, this.#capacity * rowSize)
    this.#levels = widened(this.#levels, this.#capacity * binsAll)
    this.#visits = widened(this.#visits, this.#capacity * binsAll)
  }
}

/** Place in the period, in parts; time is UTC, a week begins on a Thursday as 1970 did. */
const phaseOf = (timeMs: number, { periodMs, bins }: { periodMs: number; bins: number }): number => {
  const within = timeMs % periodMs
  return ((within < 0 ? within + periodMs : within) / periodMs) * bins
}
