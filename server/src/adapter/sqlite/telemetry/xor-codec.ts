import { BitWriter } from './bit-stream.ts'

/**
 * Values as the XOR with their predecessor, after Gorilla (VLDB 2015) §4.1.2, on 32-bit words so that every NaN keeps its payload.
 * Differs in one thing: a window more than 11 bits too wide is written anew, since a new one costs 11 bits.
 * `words` holds low and high word of each value. Gives the offset after the last byte.
 */
export function encodeXor(words: Uint32Array, count: number, bytes: Uint8Array, at: number): number {
  const out = new BitWriter(bytes, at)
  let lowBefore = words[0]!
  let highBefore = words[1]!
  out.write(highBefore, 32)
  out.write(lowBefore, 32)
  let lead = -1
  let width = 0
  for (let i = 1; i < count; i += 1) {
    const low = words[2 * i]! ^ lowBefore
    const high = words[2 * i + 1]! ^ highBefore
    if ((low | high) === 0) {
      out.write(0, 1)
      continue
    }
    lowBefore = words[2 * i]!
    highBefore = words[2 * i + 1]!
    const zeros = Math.min(31, high === 0 ? 32 + Math.clz32(low) : Math.clz32(high))
    const zerosBelow = low === 0 ? 32 + trailing(high) : trailing(low)
    const needed = 64 - zeros - zerosBelow
    const fits = lead >= 0 && zeros >= lead && zerosBelow >= 64 - lead - width && width - needed <= 11
    if (fits) out.write(2, 2)
    else {
      lead = zeros
      width = needed
      out.write(3, 2)
      out.write((lead << 6) | (width & 63), 11)
    }
    writeWindow(out, low, high, width, 64 - lead - width)
  }
  return out.end()
}

/** The first `count` values. Reads bits from a word at hand, without a reader in between: this loop is most of what a query costs. */
export function decodeXor(bytes: Uint8Array, at: number, count: number, words: Uint32Array): void {
  let high = wordAt(bytes, at) | 0
  let low = wordAt(bytes, at + 4) | 0
  words[0] = low
  words[1] = high
  let width = 0
  let shift = 0
  let next = at + 8
  /** Bits of `word` that are still to be read, the lowest ones. */
  let left = 0
  let word = 0
  for (let i = 1; i < count; i += 1) {
    if (left === 0) {
      word = wordAt(bytes, next)
      next += 4
      left = 32
    }
    left -= 1
    if ((word >>> left) & 1) {
      if (left < 12) {
        // Control bits and all of a new window's: as many as are left, then bytes one by one, so that no word is crossed.
        word = (word << 16) | (bytes[next]! << 8) | bytes[next + 1]!
        next += 2
        left += 16
      }
      left -= 1
      if ((word >>> left) & 1) {
        left -= 11
        const window = (word >>> left) & 0x7ff
        width = window & 63 || 64
        shift = 64 - (window >>> 6) - width
      }
      let upper = 0
      let need = width
      if (need > 32) {
        need -= 32
        if (need <= left) {
          left -= need
          upper = (word >>> left) & mask(-1, need)
        } else {
          const missing = need - left
          upper = mask(word, left) << missing
          word = wordAt(bytes, next)
          next += 4
          left = 32 - missing
          upper |= word >>> left
        }
        need = 32
      }
      let lower: number
      if (need <= left) {
        left -= need
        lower = mask(word >>> left, need)
      } else {
        const missing = need - left
        lower = mask(word, left) << missing
        word = wordAt(bytes, next)
        next += 4
        left = 32 - missing
        lower |= word >>> left
      }
      if (shift >= 32) high ^= lower << (shift - 32)
      else if (shift === 0) {
        low ^= lower
        high ^= upper
      } else {
        low ^= lower << shift
        high ^= (upper << shift) | (lower >>> (32 - shift))
      }
    }
    words[2 * i] = low
    words[2 * i + 1] = high
  }
}

/** Past the end zeros are read, as `BitReader` does: a checksum has to tell damage. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

const trailing = (word: number): number => 31 - Math.clz32(word & -word)

/** The `width` bits above the lowest `shift` of high:low. */
function writeWindow(out: BitWriter, low: number, high: number, width: number, shift: number): void {
  if (shift >= 32) {
    out.write(mask(high >>> (shift - 32), width), width)
    return
  }
  const lower = shift === 0 ? low : (low >>> shift) | (high << (32 - shift))
  if (width <= 32) {
    out.write(mask(lower, width), width)
    return
  }
  out.write(mask(high >>> shift, width - 32), width - 32)
  out.write(lower, 32)
}

const mask = (word: number, bits: number): number => (bits === 32 ? word : word & ((1 << bits) - 1))
