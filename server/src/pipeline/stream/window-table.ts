import { assert } from '../../kernel/assert.ts'
import type { Window } from './index.ts'

/** Series of one page of storage: pages are made when their first series is seen. */
const pageSeries = 256
/** Words of one window: count and place of the newest sample (16 bits each), mean, min, max, last, increase. */
const words = 6
const place16 = 65_535

type Layout = { sizeMs: number; slots: number; offset: number }

/**
 * Windows of every series in typed arrays, single precision: 24 bytes a window. The smallest size keeps as many windows
 * as lateness asks for (13 at 10 s and 2 minutes); sizes within lateness are merged from it, larger ones keep two of
 * their own. At the default sizes 360 bytes a series.
 */
export class WindowTable {
  readonly #baseMs: number
  readonly #latenessMs: number
  readonly #sizes: readonly number[]
  readonly #layouts: readonly Layout[]
  readonly #slots: number
  readonly #pages: ({ values: Float32Array; packed: Uint32Array } | undefined)[] = []
  /** By ref × layout: number of the newest window. */
  #newest = new Float64Array(0)
  #previousMs = new Float64Array(0)
  #previous = new Float64Array(0)
  #capacity = 0
  /** Samples too late for their window, since start. */
  lateCount = 0

  constructor(sizesMs: readonly number[], latenessMs: number) {
    const baseMs = sizesMs[0]
    assert(baseMs !== undefined, 'at least one window size')
    this.#baseMs = baseMs
    this.#latenessMs = latenessMs
    this.#sizes = sizesMs
    const layouts: Layout[] = [{ sizeMs: baseMs, slots: Math.ceil(latenessMs / baseMs) + 1, offset: 0 }]
    let offset = layouts[0]!.slots
    for (const sizeMs of sizesMs.slice(1)) {
      if (sizeMs <= latenessMs) continue
      layouts.push({ sizeMs, slots: 2, offset })
      offset += 2
    }
    this.#layouts = layouts
    this.#slots = offset
  }

  /** Bytes held, for benchmarks. */
  get sizeBytes(): number {
    const pages = this.#pages.reduce((sum, page) => sum + (page ? page.values.byteLength : 0), 0)
    return pages + this.#newest.byteLength + this.#previousMs.byteLength + this.#previous.byteLength
  }

  /** Takes a finite value; for a counter also its increase since the sample before, a fall being a reset. */
  add(ref: number, timeMs: number, value: number, counter: boolean): void {
    if (ref >= this.#capacity) this.#grow(ref)
    const increase = counter ? this.#increase(ref, timeMs, value) : 0
    const pageIndex = ref >>> 8
    const page = this.#pages[pageIndex] ?? this.#addPage(pageIndex)
    const at = (ref & (pageSeries - 1)) * this.#slots
    for (let l = 0; l < this.#layouts.length; l += 1) {
      const layout = this.#layouts[l] as Layout
      const number = Math.floor(timeMs / layout.sizeMs)
      const key = ref * this.#layouts.length + l
      const newest = this.#newest[key] as number
      if (number > newest || Number.isNaN(newest))
        this.#open(page.packed, at + layout.offset, layout.slots, newest, number, key)
      else if (newest - number >= layout.slots) {
        if (l === 0) this.lateCount += 1
        continue
      }
      const slot = (at + layout.offset + (number % layout.slots)) * words
      const place = Math.floor(((timeMs - number * layout.sizeMs) / layout.sizeMs) * place16)
      merge(page.values, page.packed, slot, place, value, increase)
    }
  }

  /** Closed and current windows of one size, oldest first; empty for a size that is not kept or a series never seen. */
  windows(ref: number, sizeMs: number): Window[] {
    const page = this.#pages[ref >>> 8]
    if (!page || ref >= this.#capacity || !this.#sizes.includes(sizeMs)) return []
    const own = this.#layouts.findIndex((layout) => layout.sizeMs === sizeMs)
    const base = this.#read(page, ref, Math.max(own, 0))
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

  #read(page: { values: Float32Array; packed: Uint32Array }, ref: number, l: number): Window[] {
    const layout = this.#layouts[l] as Layout
    const newest = this.#newest[ref * this.#layouts.length + l] as number
    const found: Window[] = []
    for (let number = newest - layout.slots + 1; number <= newest; number += 1) {
      const slot =
        ((ref & (pageSeries - 1)) * this.#slots +
          layout.offset +
          (((number % layout.slots) + layout.slots) % layout.slots)) *
        words
      const count = (page.packed[slot] as number) >>> 16
      if (count === 0) continue
      const value = (word: number): number => page.values[slot + word] as number
      const startMs = number * layout.sizeMs
      const isCounter = !Number.isNaN(this.#previousMs[ref] as number)
      found.push({
        startMs,
        endMs: startMs + layout.sizeMs,
        count,
        mean: value(1),
        min: value(2),
        max: value(3),
        last: value(4),
        ratePerSecond: isCounter ? value(5) / (layout.sizeMs / 1_000) : null,
      })
    }
    return found
  }

  #increase(ref: number, timeMs: number, value: number): number {
    const previousMs = this.#previousMs[ref] as number
    if (timeMs <= previousMs) return 0
    const previous = this.#previous[ref] as number
    this.#previousMs[ref] = timeMs
    this.#previous[ref] = value
    if (Number.isNaN(previousMs)) return 0
    return value >= previous ? value - previous : value
  }

  #open(packed: Uint32Array, at: number, slots: number, newest: number, number: number, key: number): void {
    const first = !Number.isNaN(newest) ? Math.max(newest + 1, number - slots + 1) : number - slots + 1
    for (let n = first; n <= number; n += 1) packed[(at + (((n % slots) + slots) % slots)) * words] = 0
    this.#newest[key] = number
  }

  #addPage(index: number): { values: Float32Array; packed: Uint32Array } {
    const values = new Float32Array(pageSeries * this.#slots * words)
    const page = { values, packed: new Uint32Array(values.buffer) }
    this.#pages[index] = page
    return page
  }

  #grow(ref: number): void {
    const capacity = Math.max(1_024, this.#capacity * 2, ref + 1)
    const grow = (old: Float64Array, perSeries: number): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity * perSeries).fill(Number.NaN)
      grown.set(old)
      return grown
    }
    this.#newest = grow(this.#newest, this.#layouts.length)
    this.#previousMs = grow(this.#previousMs, 1)
    this.#previous = grow(this.#previous, 1)
    this.#capacity = capacity
  }
}

function merge(
  values: Float32Array,
  packed: Uint32Array,
  slot: number,
  place: number,
  value: number,
  increase: number,
): void {
  const count = (packed[slot] as number) >>> 16
  if (count === 0) {
    packed[slot] = ((1 << 16) | place) >>> 0
    values[slot + 1] = value
    values[slot + 2] = value
    values[slot + 3] = value
    values[slot + 4] = value
    values[slot + 5] = increase
    return
  }
  const newestPlace = (packed[slot] as number) & place16
  const mean = values[slot + 1] as number
  values[slot + 1] = mean + (value - mean) / (count + 1)
  if (value < (values[slot + 2] as number)) values[slot + 2] = value
  if (value > (values[slot + 3] as number)) values[slot + 3] = value
  if (place >= newestPlace) values[slot + 4] = value
  values[slot + 5] = (values[slot + 5] as number) + increase
  packed[slot] = ((Math.min(count + 1, place16) << 16) | Math.max(place, newestPlace)) >>> 0
}

const scaled = (rate: number | null, factor: number): number | null => (rate === null ? null : rate * factor)
