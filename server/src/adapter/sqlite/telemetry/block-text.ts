import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'

const decompress = promisify<Uint8Array, { maxOutputLength: number; chunkSize: number }, Buffer>(
  zstdDecompress,
)

/** Largest piece of output asked for at once: a whole block where it is no larger than blocks are. */
const chunkMax = 4 * 1_048_576

/** Bytes a zstd frame decompresses to, as its header says (RFC 8878 §3.1.1.1); 0 where it does not. */
export function plainBytes(frame: Uint8Array): number {
  if (frame.length < 5) return 0
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const descriptor = frame[4]!
  const single = (descriptor & 0x20) !== 0
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
  const flag = descriptor >> 6
  const size = flag === 0 ? (single ? 1 : 0) : 1 << flag
  if (size === 0 || frame.length < at + size) return 0
  if (size === 1) return frame[at]!
  if (size === 2) return view.getUint16(at, true) + 256
  return size === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))
}

/** A block's text, decompressed on libuv's threads in one piece. */
export function unpacked(body: Uint8Array, maxOutputLength: number): Promise<Buffer> {
  const size = plainBytes(body)
  return decompress(body, { maxOutputLength, chunkSize: Math.max(1_024, Math.min(size || 65_536, chunkMax)) })
}

export const holdsAll = (text: Buffer, needles: readonly Buffer[]): boolean =>
  needles.every((needle) => text.includes(needle))

/** How a part of a message stands in a block's text, which is JSON of `JSON.stringify`: without what quotes it. */
export const needleOf = (part: string): Buffer => Buffer.from(JSON.stringify(part).slice(1, -1))
