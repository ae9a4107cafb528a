import { crc32 } from 'node:zlib'
import { assert } from '../../../kernel/assert.ts'
import { decodeDecimal, encodeDecimal } from './decimal-codec.ts'
import { decodeTimes, encodeTimes } from './time-codec.ts'
import { type Cursor, readVarint, unzigzag, writeVarint, zigzag } from './varint.ts'
import { decodeXor, encodeXor } from './xor-codec.ts'

/** Longest stretch of time one chunk may hold, milliseconds: keeps every difference of differences within 32 bits. */
export const chunkSpanMsMax = 2 ** 29

const irregular = 1
const decimal = 2
let scratch = new Uint8Array(8_192)
let alternative = new Uint8Array(8_192)

/**
 * Samples of one series as bytes: kind, count, first time, first difference, times, values, CRC-32. Values are written as decimals
 * or as XOR, whichever is smaller; every bit comes back. The checksum starts from the series' number, so that a chunk read as
 * another series' fails it. Times ascend, are whole milliseconds in [0, 2^53) and span at most `chunkSpanMsMax`.
 */
export function encodeChunk(
  ref: number,
  times: Float64Array,
  values: Float64Array,
  count: number,
): Uint8Array {
  return encodeChunkView(ref, times, values, count).slice()
}

/** As `encodeChunk`; the bytes are good until the next chunk is encoded: for callers that copy them anyway, a hundred thousand a minute. */
export function encodeChunkView(
  ref: number,
  times: Float64Array,
  values: Float64Array,
  count: number,
): Uint8Array {
  const first = times[0]!
  assert(
    count > 0 && times[count - 1]! - first <= chunkSpanMsMax,
    'a chunk holds at least one sample and a bounded span',
  )
  reserve(count)
  const words = new Uint32Array(values.buffer, values.byteOffset, count * 2)
  const delta = count > 1 ? times[1]! - first : 0
  let kind = isRegular(times, count, delta) ? 0 : irregular
  let at = writeVarint(scratch, 1, count)
  at = writeVarint(scratch, at, first)
  at = writeVarint(scratch, at, zigzag(delta))
  if (kind === irregular) {
    const end = encodeTimes(times, count, delta, alternative, 0)
    at = writeVarint(scratch, at, end)
    scratch.set(alternative.subarray(0, end), at)
    at += end
  }
  let end = encodeDecimal(words, values, count, scratch, at)
  if (end >= 0) kind |= decimal
  // A byte a sample is what XOR cannot beat by much; not trying saves most of the time.
  if (end < 0 || end - at > count + 8) {
    const size = encodeXor(words, count, alternative, 0)
    if (end < 0 || size < end - at) {
      kind &= ~decimal
      scratch.set(alternative.subarray(0, size), at)
      end = at + size
    }
  }
  scratch[0] = kind
  const sum = crc32(scratch.subarray(0, end), ref)
  for (let shift = 0; shift < 32; shift += 8) scratch[end++] = sum >>> shift
  return scratch.subarray(0, end)
}

/** Undefined when the checksum does not fit: damaged, or another series' chunk. */
export function decodeChunk(
  ref: number,
  bytes: Uint8Array,
): { timesMs: Float64Array; values: Float64Array } | undefined {
  const count = countOf(ref, bytes)
  if (count === undefined) return undefined
  const timesMs = new Float64Array(count)
  const values = new Float64Array(count)
  decodeInto(bytes, timesMs, values)
  return { timesMs, values }
}

/** As `decodeChunk`, into columns of the caller. Gives the count; undefined also when they are too short. */
export function decodeChunkInto(
  ref: number,
  bytes: Uint8Array,
  timesMs: Float64Array,
  values: Float64Array,
): number | undefined {
  const count = countOf(ref, bytes)
  if (count === undefined || count > timesMs.length) return undefined
  decodeInto(bytes, timesMs, values)
  return count
}

function countOf(ref: number, bytes: Uint8Array): number | undefined {
  const end = bytes.length - 4
  if (end < 4) return undefined
  const sum = (bytes[end]! | (bytes[end + 1]! << 8) | (bytes[end + 2]! << 16) | (bytes[end + 3]! << 24)) >>> 0
  return crc32(bytes.subarray(0, end), ref) === sum ? readVarint({ bytes, at: 1 }) : undefined
}

function decodeInto(bytes: Uint8Array, timesMs: Float64Array, values: Float64Array): void {
  const kind = bytes[0]!
  const cursor: Cursor = { bytes, at: 1 }
  const count = readVarint(cursor)
  const words = new Uint32Array(values.buffer, values.byteOffset, count * 2)
  timesMs[0] = readVarint(cursor)
  const delta = unzigzag(readVarint(cursor))
  if (count > 1) timesMs[1] = timesMs[0]! + delta
  if ((kind & irregular) === 0) for (let i = 2; i < count; i += 1) timesMs[i] = timesMs[i - 1]! + delta
  else {
    const size = readVarint(cursor)
    decodeTimes(bytes, cursor.at, count, delta, timesMs)
    cursor.at += size
  }
  if (kind & decimal) decodeDecimal(bytes, cursor.at, count, words, values)
  else decodeXor(bytes, cursor.at, count, words)
}

/** Worst cases: 36 bits a time, 79 bits an XOR value, 10 bytes a decimal and 11 more an exception. */
function reserve(count: number): void {
  const size = count * 32 + 64
  if (scratch.length >= size) return
  scratch = new Uint8Array(size)
  alternative = new Uint8Array(size)
}

function isRegular(times: Float64Array, count: number, delta: number): boolean {
  for (let i = 2; i < count; i += 1) if (times[i]! - times[i - 1]! !== delta) return false
  return true
}
