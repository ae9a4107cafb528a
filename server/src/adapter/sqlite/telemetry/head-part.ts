import { crc32 } from 'node:zlib'
import type { ChunkRow } from './message.ts'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** Series in one row of the `head` table. */
export const partSeries = 256

/** What a checkpoint keeps of a series beside its full chunks on disk: chunks not yet moved there, the head, the newest sample. */
export type SeriesState = {
  ref: number
  last: { timeMs: number; low: number; high: number } | undefined
  pending: readonly ChunkRow[]
  head: Uint8Array | undefined
}

/** Count, series after series, CRC-32. Chunks carry checksums of their own, so that a damaged part gives up only what is damaged. */
export function encodePart(states: readonly SeriesState[]): Uint8Array {
  const size = states.reduce((sum, state) => sum + sizeOf(state), 16)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = writeVarint(bytes, 0, states.length)
  for (const { ref, last, pending, head } of states) {
    at = writeVarint(bytes, at, ref)
    bytes[at++] = last ? 1 : 0
    if (last) {
      view.setFloat64(at, last.timeMs)
      view.setUint32(at + 8, last.low)
      view.setUint32(at + 12, last.high)
      at += 16
    }
    at = writeVarint(bytes, at, pending.length)
    for (const chunk of pending) {
      at = writeVarint(bytes, at, chunk.seq)
      at = putBytes(bytes, at, chunk.body)
    }
    at = head ? putBytes(bytes, at, head) : writeVarint(bytes, at, 0)
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)))
  return bytes.subarray(0, at + 4)
}

export type RestoredState = {
  ref: number
  last: SeriesState['last']
  pending: { seq: number; body: Uint8Array }[]
  head: Uint8Array | undefined
}

/** What can be read; `intact` is false when the checksum does not fit: then only what checks itself may be trusted. */
export function decodePart(bytes: Uint8Array): { states: RestoredState[]; intact: boolean } {
  const end = bytes.length - 4
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const intact = end >= 1 && crc32(bytes.subarray(0, end)) === view.getUint32(end)
  const cursor: Cursor = { bytes, at: 0 }
  const states: RestoredState[] = []
  const count = Math.min(readVarint(cursor), partSeries)
  for (let i = 0; i < count && cursor.at < end; i += 1) {
    const ref = readVarint(cursor)
    let last: SeriesState['last']
    if (bytes[cursor.at++] === 1 && cursor.at + 16 <= end) {
      last = {
        timeMs: view.getFloat64(cursor.at),
        low: view.getUint32(cursor.at + 8),
        high: view.getUint32(cursor.at + 12),
      }
      cursor.at += 16
    }
    const pending: RestoredState['pending'] = []
    for (let left = readVarint(cursor); left > 0 && cursor.at < end; left -= 1) {
      const seq = readVarint(cursor)
      pending.push({ seq, body: takeBytes(cursor, end) })
    }
    const head = takeBytes(cursor, end)
    states.push({ ref, last: intact ? last : undefined, pending, head: head.length > 0 ? head : undefined })
  }
  return { states, intact }
}

const sizeOf = (state: SeriesState): number =>
  state.pending.reduce((sum, chunk) => sum + chunk.body.length + 18, 48 + (state.head?.length ?? 0))

function putBytes(bytes: Uint8Array, at: number, body: Uint8Array): number {
  const start = writeVarint(bytes, at, body.length)
  bytes.set(body, start)
  return start + body.length
}

/** A copy, so that a chunk in memory does not hold its whole part. */
function takeBytes(cursor: Cursor, end: number): Uint8Array {
  const length = readVarint(cursor)
  const body = cursor.bytes.slice(cursor.at, Math.min(end, cursor.at + length))
  cursor.at += length
  return body
}
