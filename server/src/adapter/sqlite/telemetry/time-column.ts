import { decodeTimes, encodeTimes } from './time-codec.ts'
import { type Cursor, readVarint, unzigzag, writeVarint, zigzag } from './varint.ts'

/** Longest stretch of time one column may hold, milliseconds: keeps every difference of differences within 32 bits. */
export const columnSpanMsMax = 2 ** 29
/** Columns a run is held against, newest first: the series of one scrape follow one another. */
const triesMax = 8

/** Moments that several series share, and how they came to be one: `whole` while every run had all of them. */
type Growing = { timesMs: Float64Array; whole: boolean }

/**
 * Times of the runs of one block as few columns as will do. What is scraped together has its times in common (alone, each jittered
 * time costs more than its value), but for scrapes a series missed and for runs that were sealed a little earlier or later: runs that
 * share half their times become one column, of which each tells its pieces.
 */
export class TimeColumns {
  readonly #columns: Growing[] = []

  /** Ascending times; the array is kept and must not change. Gives the column's number. */
  add(timesMs: Float64Array): number {
    const last = this.#columns.length - 1
    for (let i = last; i >= 0 && i > last - triesMax; i -= 1) {
      const column = this.#columns[i]!
      if (same(column.timesMs, timesMs)) return i
      const joined = join(column.timesMs, timesMs)
      if (!joined) continue
      column.timesMs = joined
      column.whole = false
      return i
    }
    this.#columns.push({ timesMs, whole: true })
    return last + 1
  }
  get columns(): readonly Float64Array[] {
    return this.#columns.map(({ timesMs }) => timesMs)
  }
  /** Writes which of the column's times a run has: the number of pieces, 0 for all of it, then how many to skip and to take. */
  writePieces(column: number, timesMs: Float64Array, bytes: Uint8Array, at: number): number {
    const all = this.#columns[column]!
    if (all.whole || all.timesMs.length === timesMs.length) return writeVarint(bytes, at, 0)
    const pieces: number[] = []
    let from = 0
    for (let i = 0; i < timesMs.length; ) {
      let skipped = from
      while (all.timesMs[skipped] !== timesMs[i]) skipped += 1
      const begin = i
      let next = skipped
      while (i < timesMs.length && all.timesMs[next] === timesMs[i]) {
        i += 1
        next += 1
      }
      pieces.push(skipped - from, i - begin)
      from = next
    }
    let end = writeVarint(bytes, at, pieces.length / 2)
    for (const piece of pieces) end = writeVarint(bytes, end, piece)
    return end
  }
}

/** Bytes a column may take at most. */
export const columnBytesMax = (count: number): number => count * 5 + 64

/** Count, first time, first difference, and unless every difference is that one: size and differences of differences. */
export function writeColumn(timesMs: Float64Array, bytes: Uint8Array, at: number): number {
  const count = timesMs.length
  const first = timesMs[0]!
  const delta = count > 1 ? timesMs[1]! - first : 0
  let end = writeVarint(bytes, at, count)
  end = writeVarint(bytes, end, first)
  end = writeVarint(bytes, end, zigzag(delta))
  if (isRegular(timesMs, delta)) return writeVarint(bytes, end, 0)
  const apart = new Uint8Array(columnBytesMax(count))
  const size = encodeTimes(timesMs, count, delta, apart, 0)
  end = writeVarint(bytes, end, size)
  bytes.set(apart.subarray(0, size), end)
  return end + size
}

export function readColumn(cursor: Cursor): Float64Array {
  const timesMs = new Float64Array(readVarint(cursor))
  timesMs[0] = readVarint(cursor)
  const delta = unzigzag(readVarint(cursor))
  if (timesMs.length > 1) timesMs[1] = timesMs[0]! + delta
  const size = readVarint(cursor)
  if (size > 0) decodeTimes(cursor.bytes, cursor.at, timesMs.length, delta, timesMs)
  else for (let i = 2; i < timesMs.length; i += 1) timesMs[i] = timesMs[i - 1]! + delta
  cursor.at += size
  return timesMs
}

/** The column itself where the run has all of it. */
export function readPieces(cursor: Cursor, column: Float64Array): Float64Array {
  const pieces = readVarint(cursor)
  if (pieces === 0) return column
  const from: number[] = []
  let count = 0
  for (let i = 0, at = 0; i < pieces; i += 1) {
    at += readVarint(cursor)
    const taken = readVarint(cursor)
    from.push(at, at + taken)
    at += taken
    count += taken
  }
  const timesMs = new Float64Array(count)
  for (let i = 0, used = 0; i < from.length; i += 2) {
    timesMs.set(column.subarray(from[i]!, from[i + 1]!), used)
    used += from[i + 1]! - from[i]!
  }
  return timesMs
}

/** As `readPieces` for a run nobody asked for. */
export function skipPieces(cursor: Cursor, column: Float64Array): Float64Array {
  for (let varints = readVarint(cursor) * 2; varints > 0; varints -= 1) readVarint(cursor)
  return column
}

function same(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length || a[0] !== b[0] || a[a.length - 1] !== b[b.length - 1]) return false
  for (let i = 1; i < a.length - 1; i += 1) if (a[i] !== b[i]) return false
  return true
}

/** The times of both, when they share at least half of the shorter and the whole is not too long. */
function join(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const [firstA, lastA, firstB, lastB] = [a[0]!, a[a.length - 1]!, b[0]!, b[b.length - 1]!]
  if (lastA < firstB || lastB < firstA) return undefined
  if (Math.max(lastA, lastB) - Math.min(firstA, firstB) > columnSpanMsMax) return undefined
  const out = new Float64Array(a.length + b.length)
  let used = 0
  for (let i = 0, j = 0; i < a.length || j < b.length; used += 1) {
    const left = i < a.length ? a[i]! : Number.POSITIVE_INFINITY
    const right = j < b.length ? b[j]! : Number.POSITIVE_INFINITY
    out[used] = Math.min(left, right)
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  const shared = a.length + b.length - used
  return shared * 2 >= Math.min(a.length, b.length) ? out.slice(0, used) : undefined
}

function isRegular(timesMs: Float64Array, delta: number): boolean {
  for (let i = 2; i < timesMs.length; i += 1) if (timesMs[i]! - timesMs[i - 1]! !== delta) return false
  return true
}
