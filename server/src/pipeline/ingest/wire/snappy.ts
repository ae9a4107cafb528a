import { Fault } from '../../../kernel/fault.ts'

/** What is kept from one call to the next, at most: larger bodies get memory of their own. */
const KEPT_BYTES_MAX = 4 * 1_048_576
/** Copies go in words of eight bytes and may write so far over their end. */
const SLACK = 8

/**
 * Uncompresses snappy blocks (google/snappy, format_description.txt) into memory that is used again: `uncompress` gives bytes that hold
 * until it is called the next time. A sender that pushes all day would otherwise have V8 mark its whole heap several times a second,
 * because half a megabyte outside of it came with every request.
 */
export class SnappyBlocks {
  #out: Buffer = Buffer.alloc(0)
  #view = new DataView(this.#out.buffer)

  /** `length` is what the block claims, and bounded by the caller. Throws INVALID_REQUEST for what is no block of that length. */
  uncompress(block: Buffer, length: number): Buffer {
    const { out, view } = this.#room(length + SLACK)
    const from = new DataView(block.buffer, block.byteOffset, block.length)
    let at = headerBytes(block)
    let to = 0
    while (at < block.length) {
      const tag = block[at]!
      at += 1
      let size: number
      let offset: number
      if ((tag & 3) === 0) {
        size = tag >>> 2
        if (size >= 60) {
          const bytes = size - 59
          if (at + bytes > block.length) throw malformed()
          size = block.readUIntLE(at, bytes)
          at += bytes
        }
        size += 1
        if (at + size > block.length || to + size > length) throw malformed()
        if (size <= 64 && at + size + SLACK <= block.length) copyWords(from, at, view, to, size)
        else block.copy(out, to, at, at + size)
        at += size
        to += size
        continue
      }
      if ((tag & 3) === 1) {
        size = ((tag >>> 2) & 7) + 4
        offset = ((tag >>> 5) << 8) | block[at]!
        at += 1
      } else if ((tag & 3) === 2) {
        size = (tag >>> 2) + 1
        offset = block[at]! | (block[at + 1]! << 8)
        at += 2
      } else {
        size = (tag >>> 2) + 1
        if (at + 4 > block.length) throw malformed()
        offset = from.getUint32(at, true)
        at += 4
      }
      // Bytes past the end of the block read as 0 above, and end here.
      if (at > block.length || offset === 0 || offset > to || to + size > length) throw malformed()
      if (offset >= 8) copyWords(view, to - offset, view, to, size)
      else for (const stop = to + size; to < stop; to += 1) out[to] = out[to - offset]!
      if (offset >= 8) to += size
    }
    if (to !== length) throw malformed()
    return out.subarray(0, length)
  }

  #room(bytes: number): { out: Buffer; view: DataView } {
    if (bytes <= this.#out.length) return { out: this.#out, view: this.#view }
    const out = Buffer.allocUnsafeSlow(Math.max(65_536, Math.ceil(bytes * 1.25)))
    const view = new DataView(out.buffer)
    if (out.length <= KEPT_BYTES_MAX) {
      this.#out = out
      this.#view = view
    }
    return { out, view }
  }
}

/** The bytes of the length that a block begins with. */
function headerBytes(block: Buffer): number {
  for (let at = 0; at < 5; at += 1) if (block[at]! < 0x80) return at + 1
  throw malformed()
}

/** Rounded up to words: the caller has room for it. Where both are one view, `to` is at least a word behind `at`. */
function copyWords(from: DataView, at: number, to: DataView, start: number, size: number): void {
  for (let i = 0; i < size; i += 8) to.setBigUint64(start + i, from.getBigUint64(at + i, true), true)
}

const malformed = (): Fault =>
  new Fault('INVALID_REQUEST', 'The body is not a snappy block: it is broken inside.')
