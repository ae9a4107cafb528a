/** Memory of the basic tier: one row a series, so that a point touches few cache lines, all near each other. */
import { widened } from '../../kernel/column.ts'

/** Points held as they are; until so many are known the percentiles are exact. A power of two: its remainder is a mask. */
export const ringSize = 32
export const ringMask = ringSize - 1

/** Bytes of a row; views count in their own words: `row` is in those of eight bytes, twice that in four, eight times in one. */
export const rowBytes = 272
export const rowSize = rowBytes / 8

/** Times, and what is far larger than what differs: in double precision. */
export const wideColumn = {
  lastMs: 0,
  /** Until it is judged, when it was first seen; from then on, when it has cooled down. The first is never in the future. */
  firstMs: 1,
  cooldownMs: 1,
  candidateMs: 2,
  low: 3,
  mid: 4,
  high: 5,
} as const

/** Sizes and counts: single precision holds them to a ten-millionth. */
export const narrowColumn = {
  count: 12,
  intervalMs: 13,
  /** Moving mean of the standardised deviation, and its own usual size. */
  drift: 14,
  driftScale: 15,
  /** Largest deviation met without an anomaly, fading; and the one of the change now looked at. */
  tail: 16,
  pending: 17,
  evidence: 18,
  /** How often it had an anomaly that passed, fading, and how large in bounds such a one is by now usual. */
  episodes: 19,
  habit: 20,
  /** Equal values in a row, the longest such row, and what single precision leaves out of the last value. */
  run: 21,
  longest: 22,
  rest: 23,
  /** Of the sizes of steps: sum since the last look, mean now, usual mean and its restlessness in logarithms, and the rest. */
  stepSum: 24,
  stepNow: 25,
  stepMean: 26,
  stepRestless: 27,
  stepBack: 28,
  stepMost: 29,
  stepPeak: 30,
  stepRecord: 31,
} as const

export const wholeColumn = {
  /** Points put into the ring. */
  seen: 32,
  /** Place in the memory of slow trends, plus one; 0 for none. */
  trend: 33,
} as const

export const smallColumn = {
  /** 1 once it is judged. */
  ripe: 136,
  /** 1 where the evidence is for a fall. */
  falling: 137,
  trendHits: 138,
  /** Values that differed from the one before, and looks at the steps; each up to what matters. */
  moves: 139,
  looks: 140,
  /** Looks in a row that found larger, or smaller, steps. */
  larger: 141,
  smaller: 142,
  /** Why the short way is closed: 1 higher tiers look at it, 2 it has an anomaly, 3 both. */
  busy: 143,
} as const

/** The ring begins here, in words of four bytes. */
export const ringAt = 36

export class SeriesRows {
  wide = new Float64Array(0)
  narrow = new Float32Array(0)
  whole = new Uint32Array(0)
  small = new Uint8Array(0)
  capacity = 0

  get sizeBytes(): number {
    return this.small.byteLength
  }

  /** Makes room for so many; views taken before are gone. */
  widen(capacity: number): void {
    this.#view(widened(this.small, capacity * rowBytes))
  }

  clear(index: number): void {
    this.small.fill(0, index * rowBytes, (index + 1) * rowBytes)
  }

  save() {
    return this.small
  }
  load(bytes: ReturnType<SeriesRows['save']>): void {
    this.#view(bytes)
  }

  #view(bytes: Uint8Array<ArrayBuffer>): void {
    this.small = bytes
    this.wide = new Float64Array(bytes.buffer)
    this.narrow = new Float32Array(bytes.buffer)
    this.whole = new Uint32Array(bytes.buffer)
    this.capacity = bytes.byteLength / rowBytes
  }
}
