import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { assert } from '../../../kernel/assert.ts'
import { plainBytes } from './block-text.ts'
import { decodeDecimal, encodeDecimal } from './decimal-codec.ts'
import {
  columnBytesMax,
  columnSpanMsMax,
  readColumn,
  readPieces,
  skipPieces,
  TimeColumns,
  writeColumn,
} from './time-column.ts'
import { type Cursor, readVarint, writeVarint } from './varint.ts'
import { decodeXor, encodeXor } from './xor-codec.ts'

/** Neighbouring series that share a block, as a power of two: enough to share times, few enough to read one of them cheaply. */
export const partBits = 6
export const partSeries = 1 << partBits
export const partOf = (ref: number): number => ref >>> partBits

/** Blocks are cut here, 6 hours, so that what is deleted or moved by age goes as whole blocks, and late data meets no more than its own. */
const cellMs = 21_600_000
export const cellOf = (timeMs: number): number => Math.floor(timeMs / cellMs)
export const cellStart = (cell: number): number => cell * cellMs

/** Samples of one series, times ascending and unique, spanning at most `blockSpanMsMax`. */
export type BlockRun = { ref: number; timesMs: Float64Array; values: Float64Array }
export const blockSpanMsMax = columnSpanMsMax

const format = 1
const decimal = 1
const xor = 2
/** No block holds more by far: see `fullSamples` of the compaction. */
const decompressedMax = 256 * 1_048_576
const unpackedAtOnceMax = 4 * 1_048_576
/** Bytes of a value, worst case: 79 bits by XOR, 10 bytes a decimal and 11 more an exception. */
const valueBytesMax = 24

let scratch = new Uint8Array(65_536)
let alternative = new Uint8Array(8_192)

/**
 * Runs of one part as bytes: format, then compressed (zstd): time columns; for each run its series, column, pieces of it, codec and
 * size; then the values of all, as decimals or by XOR, whichever is smaller. Every bit comes back. Last a CRC-32 that starts from the
 * part's number. A series may have several runs; `runs` is in order of series.
 */
export function encodeBlock(part: number, runs: readonly BlockRun[]): Uint8Array {
  const columns = new TimeColumns()
  const places = runs.map(({ timesMs }) => columns.add(timesMs))
  const samples = runs.reduce((sum, run) => sum + run.timesMs.length, 0)
  const times = columns.columns
  const size = times.reduce((sum, column) => sum + columnBytesMax(column.length), 64)
  // Pieces are at most a varint pair for every sample.
  if (scratch.length < size + samples * 10 + runs.length * 64)
    scratch = new Uint8Array(2 * (size + samples * 10 + runs.length * 64))
  let at = writeVarint(scratch, 0, times.length)
  for (const column of times) at = writeColumn(column, scratch, at)
  at = writeVarint(scratch, at, runs.length)
  const bodies: Uint8Array[] = []
  runs.forEach(({ ref, timesMs, values }, i) => {
    assert(partOf(ref) === part && timesMs.length > 0, 'a block holds runs of its part')
    const body = encodeValues(values, timesMs.length)
    bodies.push(body)
    at = writeVarint(scratch, at, ref & (partSeries - 1))
    at = writeVarint(scratch, at, places[i]!)
    at = columns.writePieces(places[i]!, timesMs, scratch, at)
    at = writeVarint(scratch, at, body.length)
  })
  const packed = zstdCompressSync(Buffer.concat([scratch.subarray(0, at), ...bodies]))
  const bytes = new Uint8Array(packed.length + 5)
  bytes[0] = format
  bytes.set(packed, 1)
  new DataView(bytes.buffer).setUint32(
    bytes.length - 4,
    crc32(bytes.subarray(0, bytes.length - 4), part),
    true,
  )
  return bytes
}

/** Runs of the series asked for, or of all; undefined when the checksum does not fit: damaged, or another part's block. */
export function decodeBlock(
  part: number,
  bytes: Uint8Array,
  wanted?: { has(ref: number): boolean },
): BlockRun[] | undefined {
  const plain = unpackBlock(part, bytes)
  return (
    plain && readEntries(part, plain, wanted).map((entry) => ({ ...entry, values: valuesOf(plain, entry) }))
  )
}

/** A block's contents; undefined as `decodeBlock`. */
export function unpackBlock(part: number, bytes: Uint8Array): Uint8Array | undefined {
  const end = bytes.length - 4
  if (end < 2 || bytes[0] !== format) return undefined
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true)
  if (crc32(bytes.subarray(0, end), part) !== sum) return undefined
  const frame = bytes.subarray(1, end)
  // In one piece with a byte to spare: asking again whether there is more takes longer than unpacking a small block.
  const chunkSize = Math.min(Math.max(plainBytes(frame) + 1, 1_024), unpackedAtOnceMax)
  return zstdDecompressSync(frame, { maxOutputLength: decompressedMax, chunkSize })
}

/** A run of an unpacked block whose values begin at `at`; `timesMs` is shared by runs that have all of a column. */
export type BlockEntry = { ref: number; timesMs: Float64Array; at: number }

export function readEntries(
  part: number,
  plain: Uint8Array,
  wanted?: { has(ref: number): boolean },
): BlockEntry[] {
  const cursor: Cursor = { bytes: plain, at: 0 }
  const columns = Array.from({ length: readVarint(cursor) }, () => readColumn(cursor))
  const entries: BlockEntry[] = []
  let size = 0
  for (let left = readVarint(cursor); left > 0; left -= 1) {
    const ref = part * partSeries + readVarint(cursor)
    const column = columns[readVarint(cursor)]!
    const isWanted = !wanted || wanted.has(ref)
    const timesMs = isWanted ? readPieces(cursor, column) : skipPieces(cursor, column)
    if (isWanted) entries.push({ ref, timesMs, at: size })
    size += readVarint(cursor)
  }
  for (const entry of entries) entry.at += cursor.at
  return entries
}

/** The first `count` values of a run; both columns are views of one buffer, from its beginning. */
export function readValues(
  plain: Uint8Array,
  at: number,
  count: number,
  values: Float64Array,
  words: Uint32Array,
): void {
  if (plain[at] === decimal) decodeDecimal(plain, at + 1, count, words, values)
  else decodeXor(plain, at + 1, count, words)
}

function encodeValues(values: Float64Array, count: number): Uint8Array {
  const size = count * valueBytesMax + 64
  if (alternative.length < size * 2) alternative = new Uint8Array(size * 4)
  const words = new Uint32Array(values.buffer, values.byteOffset, count * 2)
  const end = encodeDecimal(words, values, count, alternative, 1)
  alternative[0] = decimal
  // A quarter of a byte a sample is what XOR cannot beat by much; not trying saves most of the time.
  if (end >= 0 && end <= count / 4 + 16) return alternative.slice(0, end)
  const half = alternative.subarray(size)
  const xorEnd = encodeXor(words, count, half, 1)
  half[0] = xor
  return end < 0 || xorEnd < end ? half.slice(0, xorEnd) : alternative.slice(0, end)
}

function valuesOf(plain: Uint8Array, { at, timesMs }: BlockEntry): Float64Array {
  const values = new Float64Array(timesMs.length)
  readValues(plain, at, values.length, values, new Uint32Array(values.buffer))
  return values
}
