import { crc32 } from 'node:zlib'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import { type Cursor, readVarint, unzigzag, writeVarint, zigzag } from './varint.ts'

export type TimedHistogram = { timeMs: number; histogram: NativeHistogram }

const resets: readonly NativeHistogram['reset'][] = ['UNKNOWN', 'YES', 'NO', 'GAUGE']
const sameLayout = 4
const whole = 8
/** Counts up to here are written as integers: their differences, zigzag, stay exact in a double. */
const integerMax = 2 ** 50
const none = { indexes: new Int32Array(0), counts: new Float64Array(0) }

/**
 * Histograms of one series in the order they came, growing at the end: each as the time and what changed since the one before. Buckets
 * are told once and again when they change; counts that are whole numbers, the rule, as differences, others raw. Every bit comes back.
 */
export class HistogramWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  #count = 0
  #before: TimedHistogram | undefined
  get count(): number {
    return this.#count
  }
  get bytes(): number {
    return this.#at
  }
  get last(): TimedHistogram | undefined {
    return this.#before
  }
  add(sample: TimedHistogram): void {
    const { timeMs, histogram } = sample
    const columns = columnsOf(histogram)
    this.#reserve(64 + 20 * columns.length + 8 * (histogram.bounds?.length ?? 0))
    const before = this.#before
    this.#at = before
      ? writeVarint(this.#bytes, this.#at, zigzag(timeMs - before.timeMs))
      : writeVarint(this.#bytes, this.#at, timeMs)
    const same = before !== undefined && layoutEquals(before.histogram, histogram)
    const integers = columns.every(isCount)
    this.#bytes[this.#at++] =
      resets.indexOf(histogram.reset) | (same ? sameLayout : 0) | (integers ? whole : 0)
    this.#double(histogram.sum)
    if (!same) this.#layout(histogram)
    // Differences from counts that were no integers themselves, or of other buckets, would say nothing.
    const base = same ? columnsOf(before.histogram) : undefined
    const from = base?.every(isCount) ? base : undefined
    columns.forEach((value, i) => {
      if (integers) this.#at = writeVarint(this.#bytes, this.#at, zigzag(value - (from?.[i] ?? 0)))
      else this.#double(value)
    })
    this.#before = sample
    this.#count += 1
  }
  /** Count, histograms, CRC-32 that starts from the series' number. */
  finish(ref: number): Uint8Array {
    const bytes = new Uint8Array(this.#at + 14)
    let end = writeVarint(bytes, 0, this.#count)
    bytes.set(this.#bytes.subarray(0, this.#at), end)
    end += this.#at
    new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end), ref), true)
    return bytes.slice(0, end + 4)
  }

  #layout({ schema, zeroThreshold, bounds, positive, negative }: NativeHistogram): void {
    this.#at = writeVarint(this.#bytes, this.#at, zigzag(schema))
    this.#double(zeroThreshold)
    this.#at = writeVarint(this.#bytes, this.#at, bounds ? bounds.length + 1 : 0)
    for (const bound of bounds ?? []) this.#double(bound)
    for (const { indexes } of [positive, negative]) {
      this.#at = writeVarint(this.#bytes, this.#at, indexes.length)
      let before = 0
      for (const index of indexes) {
        this.#at = writeVarint(this.#bytes, this.#at, zigzag(index - before))
        before = index
      }
    }
  }
  #double(value: number): void {
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }
  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const before = this.#bytes
    this.#bytes = new Uint8Array(Math.max(before.length * 2, this.#at + more))
    this.#bytes.set(before)
    this.#view = new DataView(this.#bytes.buffer)
  }
}

/** In the order they came; undefined when the checksum does not fit. */
export function decodeHistograms(ref: number, bytes: Uint8Array): TimedHistogram[] | undefined {
  const end = bytes.length - 4
  if (end < 1) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (crc32(bytes.subarray(0, end), ref) !== view.getUint32(end, true)) return undefined
  const cursor: Cursor = { bytes, at: 0 }
  const count = readVarint(cursor)
  const found: TimedHistogram[] = []
  for (let i = 0; i < count; i += 1) found.push(readHistogram(cursor, view, found[i - 1]))
  return found
}

function readHistogram(cursor: Cursor, view: DataView, before: TimedHistogram | undefined): TimedHistogram {
  const timeMs = before ? before.timeMs + unzigzag(readVarint(cursor)) : readVarint(cursor)
  const flags = cursor.bytes[cursor.at++]!
  const sum = readDouble(cursor, view)
  const same = (flags & sameLayout) !== 0
  const layout = same ? before!.histogram : readLayout(cursor, view)
  const base = same ? columnsOf(before!.histogram) : undefined
  const from = base?.every(isCount) ? base : undefined
  const size = 2 + layout.positive.indexes.length + layout.negative.indexes.length
  const columns = new Float64Array(size)
  for (let i = 0; i < size; i += 1) {
    columns[i] =
      (flags & whole) !== 0 ? unzigzag(readVarint(cursor)) + (from?.[i] ?? 0) : readDouble(cursor, view)
  }
  const middle = 2 + layout.positive.indexes.length
  const { schema, zeroThreshold, bounds } = layout
  const histogram: NativeHistogram = {
    schema,
    count: columns[0]!,
    sum,
    zeroThreshold,
    zeroCount: columns[1]!,
    positive: { indexes: layout.positive.indexes, counts: columns.slice(2, middle) },
    negative: { indexes: layout.negative.indexes, counts: columns.slice(middle) },
    ...(bounds ? { bounds } : {}),
    reset: resets[flags & 3]!,
  }
  return { timeMs, histogram }
}

type Layout = Pick<NativeHistogram, 'schema' | 'zeroThreshold' | 'bounds' | 'positive' | 'negative'>

function readLayout(cursor: Cursor, view: DataView): Layout {
  const schema = unzigzag(readVarint(cursor))
  const zeroThreshold = readDouble(cursor, view)
  const bounds = readVarint(cursor)
  const ends =
    bounds > 0 ? Float64Array.from({ length: bounds - 1 }, () => readDouble(cursor, view)) : undefined
  const indexes = (): Int32Array => {
    const all = new Int32Array(readVarint(cursor))
    for (let i = 0, at = 0; i < all.length; i += 1) {
      at += unzigzag(readVarint(cursor))
      all[i] = at
    }
    return all
  }
  const positive = { ...none, indexes: indexes() }
  const negative = { ...none, indexes: indexes() }
  return { schema, zeroThreshold, positive, negative, ...(ends ? { bounds: ends } : {}) }
}

function readDouble(cursor: Cursor, view: DataView): number {
  const value = view.getFloat64(cursor.at, true)
  cursor.at += 8
  return value
}

/** Two samples of the same contents, time aside. */
export function histogramEquals(a: NativeHistogram, b: NativeHistogram): boolean {
  if (a.reset !== b.reset || !Object.is(a.sum, b.sum) || !layoutEquals(a, b)) return false
  const others = columnsOf(b)
  return columnsOf(a).every((value, i) => Object.is(value, others[i]))
}

const columnsOf = ({ count, zeroCount, positive, negative }: NativeHistogram): number[] => [
  count,
  zeroCount,
  ...positive.counts,
  ...negative.counts,
]
const isCount = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) <= integerMax && !Object.is(value, -0)

function layoutEquals(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.zeroThreshold, b.zeroThreshold) &&
    (a.bounds === undefined) === (b.bounds === undefined) &&
    sameNumbers(a.bounds ?? [], b.bounds ?? []) &&
    sameNumbers(a.positive.indexes, b.positive.indexes) &&
    sameNumbers(a.negative.indexes, b.negative.indexes)
  )
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 1) if (!Object.is(a[i], b[i])) return false
  return true
}
