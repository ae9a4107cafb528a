import { BitReader, BitWriter } from './bit-stream.ts'

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

export function decodeXor(bytes: Uint8Array, at: number, count: number, words: Uint32Array): void {
  const input = new BitReader(bytes, at)
  let high = input.read(32)
  let low = input.read(32)
  words[0] = low
  words[1] = high
  let width = 0
  let shift = 0
  for (let i = 1; i < count; i += 1) {
    if (input.read(1) === 1) {
      if (input.read(1) === 1) {
        const lead = input.read(5)
        width = input.read(6) || 64
        shift = 64 - lead - width
      }
      const upper = width > 32 ? input.read(width - 32) : 0
      const lower = input.read(Math.min(width, 32))
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
