/** Writes up to 32 bits at a time, most significant first, into a buffer the caller made large enough. */
export class BitWriter {
  readonly #bytes: Uint8Array
  #at: number
  #word = 0
  #used = 0
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }
  /** `value` holds nothing above its lowest `bits` bits; 1 ≤ bits ≤ 32. */
  write(value: number, bits: number): void {
    const free = 32 - this.#used
    if (bits < free) {
      this.#word |= value << (free - bits)
      this.#used += bits
      return
    }
    const rest = bits - free
    this.#put(this.#word | (value >>> rest))
    this.#word = rest === 0 ? 0 : value << (32 - rest)
    this.#used = rest
  }
  /** Offset of the byte after the last one written. */
  end(): number {
    for (let shift = 24; this.#used > 0; shift -= 8, this.#used -= 8)
      this.#bytes[this.#at++] = this.#word >>> shift
    this.#word = 0
    this.#used = 0
    return this.#at
  }
  #put(word: number): void {
    const at = this.#at
    this.#bytes[at] = word >>> 24
    this.#bytes[at + 1] = word >>> 16
    this.#bytes[at + 2] = word >>> 8
    this.#bytes[at + 3] = word
    this.#at = at + 4
  }
}

/** Reads what BitWriter wrote. Past the end it reads zeros: a checksum has to tell damage. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at: number
  #word = 0
  #left = 0
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }
  /** 1 ≤ bits ≤ 32; unsigned. */
  read(bits: number): number {
    if (bits <= this.#left) {
      this.#left -= bits
      return bits === 32 ? this.#word >>> 0 : (this.#word >>> this.#left) & ((1 << bits) - 1)
    }
    const high = this.#left === 0 ? 0 : this.#word & ((1 << this.#left) - 1)
    const need = bits - this.#left
    this.#word = this.#next()
    this.#left = 32 - need
    return need === 32 ? this.#word >>> 0 : ((high << need) | (this.#word >>> this.#left)) >>> 0
  }
  #next(): number {
    const bytes = this.#bytes
    const at = this.#at
    this.#at = at + 4
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
}
