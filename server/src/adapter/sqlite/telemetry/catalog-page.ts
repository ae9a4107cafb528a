import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { widenedFor } from '../../../kernel/column.ts'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** Series of one page, the last one may have fewer: what damage to one of them costs, and what a refined series makes a checkpoint write again. */
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

/** A page before it is compressed, or as much of it as there is yet. */
export type PlainPage = { page: number; body: Uint8Array }

/** Series of a page as bytes: lengths of the texts, series, texts in one piece of UTF-8. Used again for page after page. */
export class PagePacker {
  readonly #text: (id: number) => string
  /** By number of a text in memory: its number in the page, where its stamp is the page's. */
  #numbers = new Uint32Array(1_024)
  #stamps = new Uint32Array(1_024)
  #stamp = 0
  #texts: string[] = []
  #series = new Uint8Array(16_384)
  #used = 0
  #count = 0

  constructor(text: (id: number) => string) {
    this.#text = text
  }

  begin(): void {
    this.#stamp += 1
    this.#texts = []
    this.#used = 0
    this.#count = 0
  }
  /** As `PageEntry`, but for the numbers of texts, which are those in memory. */
  add({ tenant, kind, unit, derived, hidden, pairs }: PageEntry): void {
    const room = this.#used + 1 + (3 + pairs.length) * 5
    this.#series = widenedFor(this.#series, room)
    const bytes = this.#series
    bytes[this.#used] = (derived ? derivedBit : 0) | (hidden ? hiddenBit : 0) | (kind << 2)
    let at = writeVarint(bytes, this.#used + 1, this.#number(tenant))
    at = writeVarint(bytes, at, this.#number(unit))
    at = writeVarint(bytes, at, pairs.length)
    for (let i = 0; i < pairs.length; i += 1) at = writeVarint(bytes, at, this.#number(pairs[i]!))
    this.#used = at
    this.#count += 1
  }
  /** Undefined for texts that UTF-8 cannot say. */
  finish(): Uint8Array | undefined {
    const texts = this.#texts
    if (!texts.every((text) => text.isWellFormed())) return undefined
    const whole = texts.join('')
    const out = Buffer.allocUnsafeSlow((texts.length + 2) * 5 + this.#used + Buffer.byteLength(whole))
    let at = writeVarint(out, 0, texts.length)
    for (const text of texts) at = writeVarint(out, at, text.length)
    at = writeVarint(out, at, this.#count)
    out.set(this.#series.subarray(0, this.#used), at)
    at += this.#used
    return new Uint8Array(out.buffer, 0, at + out.write(whole, at))
  }

  #number(id: number): number {
    this.#numbers = widenedFor(this.#numbers, id)
    this.#stamps = widenedFor(this.#stamps, id)
    if (this.#stamps[id] === this.#stamp) return this.#numbers[id]!
    this.#stamps[id] = this.#stamp
    this.#numbers[id] = this.#texts.length
    return this.#texts.push(this.#text(id)) - 1
  }
}

/** Compressed; last a CRC-32 that starts from the page's number. */
export function sealPage({ page, body }: PlainPage): Uint8Array {
  const packed = zstdCompressSync(body)
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
