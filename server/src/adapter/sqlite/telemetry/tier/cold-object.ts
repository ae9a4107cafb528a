import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../../../../kernel/fault.ts'
import type { Signal } from '../message.ts'

/** A stretch of an object: one block of samples or records. */
export type ColdPiece = {
  /** Number of the part whose series it holds, or of a block of records. */
  id: number
  /** Of a block of samples. */
  seq?: number
  offset: number
  size: number
  crc: number
  startMs: number
  endMs: number
  count: number
  /** Of a block of records. */
  key?: string
  blockCrc?: number
}
export type ColdIndex = { signal: Signal; tenant: string; pieces: ColdPiece[] }

const magic = 0x414f_5431 // "AOT1"
const headBytes = 4
const tailBytes = 16
const indexBytesMax = 64 * 1_048_576

/** Builds an object: a magic word, pieces one after the other, the index, and a tail that says where the index lies. */
export class ColdObjectBuilder {
  readonly #signal: Signal
  readonly #tenant: string
  readonly #bodies: Uint8Array[] = []
  readonly #pieces: ColdPiece[] = []
  #size = headBytes
  constructor(signal: Signal, tenant: string) {
    this.#signal = signal
    this.#tenant = tenant
  }
  get size(): number {
    return this.#size
  }
  get pieces(): readonly ColdPiece[] {
    return this.#pieces
  }
  add(piece: Omit<ColdPiece, 'offset' | 'size' | 'crc'>, body: Uint8Array): void {
    this.#pieces.push({ ...piece, offset: this.#size, size: body.length, crc: crc32(body) })
    this.#bodies.push(body)
    this.#size += body.length
  }
  finish(): Uint8Array {
    const index: ColdIndex = { signal: this.#signal, tenant: this.#tenant, pieces: this.#pieces }
    const packed = zstdCompressSync(Buffer.from(JSON.stringify(index)))
    const bytes = new Uint8Array(this.#size + packed.length + tailBytes)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, magic)
    for (const [i, { offset }] of this.#pieces.entries()) bytes.set(this.#bodies[i]!, offset)
    bytes.set(packed, this.#size)
    const tail = this.#size + packed.length
    view.setUint32(tail, this.#size)
    view.setUint32(tail + 4, packed.length)
    view.setUint32(tail + 8, crc32(packed))
    view.setUint32(tail + 12, magic)
    return bytes
  }
}

/** Where the index lies, from the object's last bytes. */
export function tailOf(bytes: Uint8Array): { offset: number; size: number; crc: number } {
  const at = bytes.length - tailBytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (at < 0 || view.getUint32(at + 12) !== magic) throw damaged('its end is not where it should be')
  return { offset: view.getUint32(at), size: view.getUint32(at + 4), crc: view.getUint32(at + 8) }
}
export const coldTailBytes = tailBytes

export function indexOf(packed: Uint8Array, crc: number): ColdIndex {
  if (crc32(packed) !== crc) throw damaged('its index fails the checksum')
  const text = zstdDecompressSync(packed, { maxOutputLength: indexBytesMax }).toString()
  return JSON.parse(text) as ColdIndex
}

/** A whole object's index, every checksum tried. */
export function verifyObject(bytes: Uint8Array): ColdIndex {
  const { offset, size, crc } = tailOf(bytes)
  const index = indexOf(bytes.subarray(offset, offset + size), crc)
  for (const piece of index.pieces) pieceOf(bytes, 0, piece)
  return index
}

/** A piece out of a part of the object that begins at `from`; throws where its checksum does not fit. */
export function pieceOf(part: Uint8Array, from: number, piece: ColdPiece): Uint8Array {
  const body = part.subarray(piece.offset - from, piece.offset - from + piece.size)
  if (body.length !== piece.size || crc32(body) !== piece.crc) throw damaged('a piece fails its checksum')
  return body
}

const damaged = (what: string): Fault => new Fault('INTERNAL', `The object is damaged: ${what}.`)
