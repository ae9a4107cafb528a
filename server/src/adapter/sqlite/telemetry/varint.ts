/** LEB128 over numbers up to 2^53, as Protocol Buffers writes them; beyond 31 bits by division, since JavaScript shifts 32 bits only. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  let end = at
  while (rest > 0x7fff_ffff) {
    bytes[end++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  while (rest > 0x7f) {
    bytes[end++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[end++] = rest
  return end
}

/** A place to read from: `at` moves on. */
export type Cursor = { readonly bytes: Uint8Array; at: number }

export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor
  let byte = bytes[cursor.at++]!
  if (byte < 0x80) return byte
  let value = byte & 0x7f
  for (let scale = 128; byte >= 0x80 && scale < 2 ** 56; scale *= 128) {
    byte = bytes[cursor.at++]!
    value += (byte & 0x7f) * scale
  }
  return value
}

/** Signed to unsigned, small stays small. Exact for |value| < 2^52. */
export const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)
export const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)
