import { assert } from '../../kernel/assert.ts'
import type { Window } from './index.ts'

/** Series of one page of storage: pages are made when their first series is seen. */
const pageSeries = 256
/** Words of one window: count and place of the newest sample (16 bits each), mean, min, max, last, increase. */
const words = 6
const place16 = 65_535
/** Samples whose memory is asked for before any of them is folded, so that a sender without an order waits once, not each time. */
const ahead = 16

type Layout = { sizeMs: number; slots: number; offset: number }
/** One piece of memory, seen three ways. */
type Page = { values: Float32Array; packed: Uint32Array; doubles: Float64Array }

/**
 * Windows of every series in typed arrays, single precision: 24 bytes a window. The smallest size keeps as many windows
 * as lateness asks for (13 at 10 s and 2 minutes); sizes within lateness are merged from it, larger ones keep two of
 * their own. All of a series lies together: the number of the newest window of each layout as doubles, then the windows, the long ones
 * first. At the default sizes 376 bytes a series.
 */
export class WindowTable {
  readonly #baseMs: number
  readonly #latenessMs: number
  readonly #sizes: readonly number[]
  readonly #layouts: readonly Layout[]
  /** Words of a series, even, so that doubles are where they must be. */
  readonly #stride: number
  readonly #pages: (Page | undefined)[] = []
  /** Of the time last looked at, by layout: the number of its window, the window's word, and the time's place in it. */
  readonly #numbers: Float64Array
  readonly #slotWords: Int32Array
  readonly #places: Int32Array
  /** Keeps the reads that only fetch memory from being left out as useless. */
  fetched = 0
  /** Samples too late for their window, since start. */
  lateCount = 0

  constructor(sizesMs: readonly number[], latenessMs: number) {
    const baseMs = sizesMs[0]
    assert(baseMs !== undefined, 'at least one window size')
    this.#baseMs = baseMs
    this.#latenessMs = latenessMs
    this.#sizes = sizesMs
    const large = sizesMs.slice(1).filter((sizeMs) => sizeMs > latenessMs)
    const header = (1 + large.length) * 2
    const offset = header + large.length * 2 * words
    const base = { sizeMs: baseMs, slots: Math.ceil(latenessMs / baseMs) + 1, offset }
    this.#layouts = [
      base,
      ...large.map((sizeMs, l) => ({ sizeMs, slots: 2, offset: header + l * 2 * words })),
    ]
    this.#stride = offset + base.slots * words
    this.#numbers = new Float64Array(this.#layouts.length)
    this.#slotWords = new Int32Array(this.#layouts.length)
    this.#places = new Int32Array(this.#layouts.length)
  }

  /** Bytes held, for benchmarks. */
  get sizeBytes(): number {
    return this.#pages.reduce((sum, page) => sum + (page ? page.values.byteLength : 0), 0)
  }

  /** Takes samples in their order, those that are no finite number left out. `increases`: of a counter since its sample before, else 0. */
  add(
    series: Uint32Array,
    timesMs: Float64Array,
    values: Float64Array,
    increases: Float64Array,
    count: number,
  ): void {
    let lastMs = Number.NaN
    for (let from = 0; from < count; from += ahead) {
      const to = Math.min(count, from + ahead)
      this.#fetch(series, timesMs[from] as number, from, to)
      lastMs = Number.NaN
      for (let i = from; i < to; i += 1) {
        const value = values[i] as number
        if (value - value !== 0) continue
        const timeMs = timesMs[i] as number
        if (timeMs !== lastMs) this.#look(timeMs)
        lastMs = timeMs
        const ref = series[i] as number
        const page = this.#pages[ref >>> 8] as Page
        this.#merge(page, (ref & (pageSeries - 1)) * this.#stride, values, increases, i)
      }
    }
  }

  /** Asks for the memory of some samples, most of the same time, and makes their pages. */
  #fetch(series: Uint32Array, timeMs: number, from: number, to: number): void {
    this.#look(timeMs)
    const slot = this.#slotWords[0] as number
    let sum = 0
    for (let i = from; i < to; i += 1) {
      const ref = series[i] as number
      const { packed } = this.#pages[ref >>> 8] ?? this.#addPage(ref >>> 8)
      const at = (ref & (pageSeries - 1)) * this.#stride
      sum += (packed[at] as number) + (packed[at + slot] as number)
    }
    this.fetched = sum | 0
  }

  /** Where a time falls, for all layouts. */
  #look(timeMs: number): void {
    for (let l = 0; l < this.#layouts.length; l += 1) {
      const { sizeMs, slots, offset } = this.#layouts[l] as Layout
      const number = Math.floor(timeMs / sizeMs)
      this.#numbers[l] = number
      this.#slotWords[l] = offset + (((number % slots) + slots) % slots) * words
      this.#places[l] = Math.floor(((timeMs - number * sizeMs) / sizeMs) * place16)
    }
  }

  /** Folds sample `i`, at whose time was looked, into the windows of the series whose words begin at `at`. */
  #merge(page: Page, at: number, samples: Float64Array, increases: Float64Array, i: number): void {
    const { values, packed, doubles } = page
    const value = samples[i] as number
    for (let l = 0; l < this.#layouts.length; l += 1) {
      const number = this.#numbers[l] as number
      const newest = doubles[(at >>> 1) + l] as number
      if (number > newest) this.#open(page, at, l)
      else if (newest - number >= (this.#layouts[l] as Layout).slots) {
        if (l === 0) this.lateCount += 1
        continue
      }
      const slot = at + (this.#slotWords[l] as number)
      const place = this.#places[l] as number
      const held = packed[slot] as number
      const count = held >>> 16
      if (count === 0) {
        packed[slot] = ((1 << 16) | place) >>> 0
        values[slot + 1] = value
        values[slot + 2] = value
        values[slot + 3] = value
        values[slot + 4] = value
        values[slot + 5] = increases[i] as number
        continue
      }
      const newestPlace = held & place16
      const mean = values[slot + 1] as number
      values[slot + 1] = mean + (value - mean) / (count + 1)
      if (value < (values[slot + 2] as number)) values[slot + 2] = value
      if (value > (values[slot + 3] as number)) values[slot + 3] = value
      if (place >= newestPlace) values[slot + 4] = value
      values[slot + 5] = (values[slot + 5] as number) + (increases[i] as number)
      packed[slot] = ((Math.min(count + 1, place16) << 16) | Math.max(place, newestPlace)) >>> 0
    }
  }

  /** Closed and current windows of one size, oldest first; empty for a size that is not kept or a series never seen. */
  windows(ref: number, sizeMs: number, isCounter: boolean): Window[] {
    const page = this.#pages[ref >>> 8]
    if (!page || !this.#sizes.includes(sizeMs)) return []
    const own = this.#layouts.findIndex((layout) => layout.sizeMs === sizeMs)
    const base = this.#read(page, ref, Math.max(own, 0), isCounter)
    return own >= 0 ? base : this.#merged(base, sizeMs)
  }

  #merged(base: readonly Window[], sizeMs: number): Window[] {
    const last = base.at(-1)
    if (!last) return []
    const coveredMs = last.startMs - this.#latenessMs
    const merged: Window[] = []
    for (const window of base) {
      const startMs = Math.floor(window.startMs / sizeMs) * sizeMs
      if (startMs < coveredMs) continue
      const into = merged.at(-1)
      if (into?.startMs !== startMs) {
        merged.push({
          ...window,
          startMs,
          endMs: startMs + sizeMs,
          ratePerSecond: scaled(window.ratePerSecond, this.#baseMs / sizeMs),
        })
        continue
      }
      const count = into.count + window.count
      into.mean = (into.mean * into.count + window.mean * window.count) / count
      into.count = count
      into.min = Math.min(into.min, window.min)
      into.max = Math.max(into.max, window.max)
      into.last = window.last
      if (window.ratePerSecond !== null)
        into.ratePerSecond =
          (into.ratePerSecond ?? 0) + (scaled(window.ratePerSecond, this.#baseMs / sizeMs) ?? 0)
    }
    return merged
  }

  #read({ values, packed, doubles }: Page, ref: number, l: number, isCounter: boolean): Window[] {
    const { sizeMs, slots, offset } = this.#layouts[l] as Layout
    const at = (ref & (pageSeries - 1)) * this.#stride
    const newest = doubles[(at >>> 1) + l] as number
    const found: Window[] = []
    if (newest === unseen) return found
    for (let number = newest - slots + 1; number <= newest; number += 1) {
      const slot = at + offset + (((number % slots) + slots) % slots) * words
      const count = (packed[slot] as number) >>> 16
      if (count === 0) continue
      const value = (word: number): number => values[slot + word] as number
      const startMs = number * sizeMs
      found.push({
        startMs,
        endMs: startMs + sizeMs,
        count,
        mean: value(1),
        min: value(2),
        max: value(3),
        last: value(4),
        ratePerSecond: isCounter ? value(5) / (sizeMs / 1_000) : null,
      })
    }
    return found
  }

  /** Makes the window looked at the newest of its layout, those between it and the newest so far empty. */
  #open({ packed, doubles }: Page, at: number, l: number): void {
    const { slots, offset } = this.#layouts[l] as Layout
    const number = this.#numbers[l] as number
    const newest = doubles[(at >>> 1) + l] as number
    for (let n = Math.max(newest + 1, number - slots + 1); n <= number; n += 1)
      packed[at + offset + (((n % slots) + slots) % slots) * words] = 0
    doubles[(at >>> 1) + l] = number
  }

  #addPage(index: number): Page {
    const doubles = new Float64Array((pageSeries * this.#stride) / 2)
    const page = {
      values: new Float32Array(doubles.buffer),
      packed: new Uint32Array(doubles.buffer),
      doubles,
    }
    for (let at = 0; at < doubles.length; at += this.#stride / 2)
      doubles.fill(unseen, at, at + this.#layouts.length)
    this.#pages[index] = page
    return page
  }
}

/** Stands for no window: before all others. */
const unseen = Number.NEGATIVE_INFINITY

const scaled = (rate: number | null, factor: number): number | null => (rate === null ? null : rate * factor)
