/** Samples one chunk may hold here, as in Prometheus' head. */
export const chunkSamplesMax = 120
/** No leading zeros are known yet. */
const NONE = 0xff

/**
 * A chunk of Prometheus' XOR encoding (prometheus, `tsdb/docs/format/chunks.md`): count, then times as differences of differences and
 * values as the bits in which they differ from the one before (Pelkonen et al., "Gorilla", VLDB 2015). Samples [from, to), 65,535 at most.
 */
export function xorChunk(timesMs: ArrayLike<number>, values: Float64Array, from: number, to: number): Buffer {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const out = new BitWriter(2 + (to - from) * 20)
  out.bits(to - from, 16)
  let delta = 0
  let leading = NONE
  let trailing = 0
  for (let at = from; at < to; at += 1) {
    const [lo, hi] = [words[2 * at]!, words[2 * at + 1]!]
    if (at === from) {
      out.varint(timesMs[at]!)
      out.bits(hi, 32)
      out.bits(lo, 32)
      continue
    }
    const next = timesMs[at]! - timesMs[at - 1]!
    if (at === from + 1) out.uvarint(next)
    else out.time(next - delta)
    delta = next
    const [low, high] = [(lo ^ words[2 * at - 2]!) >>> 0, (hi ^ words[2 * at - 1]!) >>> 0]
    if (low === 0 && high === 0) {
      out.bits(0, 1)
      continue
    }
    const zerosBefore = Math.min(31, high === 0 ? 32 + Math.clz32(low) : Math.clz32(high))
    const zerosAfter = low === 0 ? 32 + lowZeros(high) : lowZeros(low)
    const fits = leading !== NONE && zerosBefore >= leading && zerosAfter >= trailing
    if (fits) out.bits(0b10, 2)
    else {
      leading = zerosBefore
      trailing = zerosAfter
      out.bits(0b11, 2)
      out.bits(leading, 5)
      // 64 does not fit six bits and is written as 0.
      out.bits((64 - leading - trailing) & 63, 6)
    }
    out.shifted(high, low, trailing, 64 - leading - trailing)
  }
  return out.bytes()
}

const lowZeros = (word: number): number => 31 - Math.clz32(word & -word)

class BitWriter {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytesMax: number) {
    this.#bytes = new Uint8Array(bytesMax + 16)
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, Math.ceil(this.#at / 8)))
  }

  /** The low `count` bits, 32 at most, greatest first. */
  bits(value: number, count: number): void {
    let left = count
    while (left > 0) {
      const room = 8 - (this.#at & 7)
      const take = Math.min(room, left)
      const part = (value >>> (left - take)) & ((1 << take) - 1)
      this.#bytes[this.#at >>> 3]! |= part << (room - take)
      this.#at += take
      left -= take
    }
  }

  /** `count` bits of a 64-bit word moved right by `by`. */
  shifted(high: number, low: number, by: number, count: number): void {
    const upper = by >= 32 ? 0 : high >>> by
    const lower = by === 0 ? low : by >= 32 ? high >>> (by - 32) : ((low >>> by) | (high << (32 - by))) >>> 0
    if (count > 32) {
      this.bits(upper, count - 32)
      this.bits(lower, 32)
    } else this.bits(lower, count)
  }

  /** A difference of differences, in the shortest of five forms. */
  time(change: number): void {
    const form = forms.find(([, , size]) => change >= 1 - 2 ** (size - 1) && change <= 2 ** (size - 1))
    if (change === 0) this.bits(0, 1)
    else if (form) {
      const [prefix, width, size] = form
      this.bits(prefix, width)
      this.bits(change & (2 ** size - 1), size)
    } else {
      this.bits(0b1111, 4)
      this.#signed(change)
    }
  }

  /** Zigzag, as Go's `binary.PutVarint`. */
  varint(value: number): void {
    this.uvarint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  uvarint(value: number): void {
    let left = value
    for (; left > 0x7f; left = Math.floor(left / 128)) this.bits((left % 128) | 0x80, 8)
    this.bits(left, 8)
  }

  #signed(value: number): void {
    const bits = BigInt.asUintN(64, BigInt(value))
    this.bits(Number(bits >> 32n), 32)
    this.bits(Number(bits & 0xffff_ffffn), 32)
  }
}

/** Prefix, its width, and the width of what follows. */
const forms: readonly (readonly [number, number, number])[] = [
  [0b10, 2, 14],
  [0b110, 3, 17],
  [0b1110, 4, 20],
]
