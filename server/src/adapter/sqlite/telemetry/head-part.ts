import { crc32 } from 'node:zlib'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** Series in one row of the `head` table, which older files have; `head_part` has a row for each part. */
const formerPartSeries = 256

/** The newest sample of a series. */
export type Newest = { timeMs: number; low: number; high: number }

/**
 * What a checkpoint keeps of a part's series beside their chunks on disk: the head, and the newest sample where the head does not hold
 * it. Count, series after series, CRC-32. Heads are chunks with checksums of their own, so that a damaged part gives up only what is
 * damaged.
 */
export class PartWriter {
  #bytes = new Uint8Array(16_384)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  #count = 0
  /** `head` is copied. */
  add(ref: number, last: Newest | undefined, head: Uint8Array | undefined): void {
    this.#reserve(48 + (head?.length ?? 0))
    const bytes = this.#bytes
    let at = writeVarint(bytes, this.#at, ref)
    bytes[at++] = last ? 1 : 0
    if (last) {
      this.#view.setFloat64(at, last.timeMs)
      this.#view.setUint32(at + 8, last.low)
      this.#view.setUint32(at + 12, last.high)
      at += 16
    }
    // Older files have chunks here that waited for their place.
    at = writeVarint(bytes, at, 0)
    at = writeVarint(bytes, at, head?.length ?? 0)
    if (head) bytes.set(head, at)
    this.#at = at + (head?.length ?? 0)
    this.#count += 1
  }
  /** The part; the writer is empty again. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#at + 14)
    let end = writeVarint(bytes, 0, this.#count)
    bytes.set(this.#bytes.subarray(0, this.#at), end)
    end += this.#at
    new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end)))
    this.#at = 0
    this.#count = 0
    return bytes.slice(0, end + 4)
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const before = this.#bytes
    this.#bytes = new Uint8Array(Math.max(before.length * 2, this.#at + more))
    this.#bytes.set(before)
    this.#view = new DataView(this.#bytes.buffer)
  }
}

export type RestoredState = {
  ref: number
  last: Newest | undefined
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
  const count = Math.min(readVarint(cursor), formerPartSeries)
  for (let i = 0; i < count && cursor.at < end; i += 1) {
    const ref = readVarint(cursor)
    let last: Newest | undefined
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
    const length = readVarint(cursor)
    const head = bytes.subarray(cursor.at, Math.min(end, cursor.at + length))
    cursor.at += length
    states.push({ ref, last: intact ? last : undefined, pending, head: head.length > 0 ? head : undefined })
  }
  return { states, intact }
}

/** A copy, so that a chunk in memory does not hold its whole part. */
function takeBytes(cursor: Cursor, end: number): Uint8Array {
  const length = readVarint(cursor)
  const body = cursor.bytes.slice(cursor.at, Math.min(end, cursor.at + length))
  cursor.at += length
  return body
}
