import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** Series of one page: what damage to one of them costs, and what a refined series makes a checkpoint write again. */
export const pageSeries = 256

/** Numbers stand for texts of the page; `hidden` is a number whose series was lost. */
export type PageEntry = {
  tenant: number
  kind: number
  unit: number
  derived: boolean
  hidden: boolean
  /** Name, value, name, value, … */
  pairs: Uint32Array
}

const decompressedMax = 64 * 1_048_576
const derivedBit = 1
const hiddenBit = 2

/** The texts of a page once each, and its series in their numbers. */
export class PageTexts {
  readonly #ids = new Map<number, number>()
  readonly #texts: string[] = []
  /** The page's number of a text by its number in memory. */
  idOf(known: number, text: () => string): number {
    const id = this.#ids.get(known) ?? this.#texts.length
    if (id === this.#texts.length) {
      this.#ids.set(known, id)
      this.#texts.push(text())
    }
    return id
  }
  get texts(): readonly string[] {
    return this.#texts
  }
}

/**
 * A page of series as bytes, compressed: lengths of the texts, series, texts in one piece of UTF-8; last a CRC-32 that starts from the
 * page's number. Undefined for texts that UTF-8 cannot say.
 */
export function encodePage(
  page: number,
  texts: readonly string[],
  entries: readonly PageEntry[],
): Uint8Array | undefined {
  const whole = texts.join('')
  if (!texts.every((text) => text.isWellFormed()) || !whole.isWellFormed()) return undefined
  const size = entries.reduce((sum, { pairs }) => sum + 20 + pairs.length * 5, texts.length * 5 + 20)
  const bytes = new Uint8Array(size)
  let at = writeVarint(bytes, 0, texts.length)
  for (const text of texts) at = writeVarint(bytes, at, text.length)
  at = writeVarint(bytes, at, entries.length)
  for (const { tenant, kind, unit, derived, hidden, pairs } of entries) {
    bytes[at++] = (derived ? derivedBit : 0) | (hidden ? hiddenBit : 0) | (kind << 2)
    at = writeVarint(bytes, at, tenant)
    at = writeVarint(bytes, at, unit)
    at = writeVarint(bytes, at, pairs.length)
    for (const id of pairs) at = writeVarint(bytes, at, id)
  }
  const packed = zstdCompressSync(Buffer.concat([bytes.subarray(0, at), Buffer.from(whole)]))
  const out = new Uint8Array(packed.length + 4)
  out.set(packed)
  new DataView(out.buffer).setUint32(packed.length, crc32(packed, page), true)
  return out
}

/** Undefined when the checksum does not fit. */
export function decodePage(
  page: number,
  bytes: Uint8Array,
): { texts: string[]; entries: PageEntry[] } | undefined {
  const end = bytes.length - 4
  if (end < 1) return undefined
  const packed = bytes.subarray(0, end)
  if (crc32(packed, page) !== new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true))
    return undefined
  const plain = zstdDecompressSync(packed, { maxOutputLength: decompressedMax })
  const cursor: Cursor = { bytes: plain, at: 0 }
  const lengths = Array.from({ length: readVarint(cursor) }, () => readVarint(cursor))
  const entries = Array.from({ length: readVarint(cursor) }, (): PageEntry => {
    const flags = plain[cursor.at++]!
    const tenant = readVarint(cursor)
    const unit = readVarint(cursor)
    const pairs = new Uint32Array(readVarint(cursor))
    for (let i = 0; i < pairs.length; i += 1) pairs[i] = readVarint(cursor)
    const [derived, hidden] = [(flags & derivedBit) !== 0, (flags & hiddenBit) !== 0]
    return { tenant, kind: flags >>> 2, unit, derived, hidden, pairs }
  })
  const whole = plain.toString('utf8', cursor.at)
  let at = 0
  const texts = lengths.map((length) => {
    at += length
    return whole.slice(at - length, at)
  })
  return { texts, entries }
}
