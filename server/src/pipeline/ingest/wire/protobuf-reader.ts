import { Fault } from '../../../kernel/fault.ts'

const words = new Uint32Array(2)
const asDouble = new Float64Array(words.buffer)

/** The double of two 32-bit words. Not for values whose NaN payload must survive: keep those as words. */
export function doubleOf(lo: number, hi: number): number {
  words[0] = lo
  words[1] = hi
  return asDouble[0]!
}

/** floor(nanoseconds / 10⁶) of an unsigned 64-bit number given as words, exact: no intermediate leaves 2⁵³. */
export function millisOfNanos(lo: number, hi: number): number {
  const rest = hi % 1_000_000
  const whole = (hi - rest) / 1_000_000
  return whole * 4_294_967_296 + Math.floor((rest * 4_294_967_296 + lo) / 1_000_000)
}

/**
 * Walks protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) in place, without building messages.
 * Every read stays within `end`; what does not fit throws INVALID_REQUEST. Groups (wire types 3 and 4) are refused: none of
 * the protocols here has ever had one. Reading past the buffer gives undefined, which ends a varint; the check follows.
 */
export class ProtobufReader {
  readonly bytes: Buffer
  pos: number
  end: number
  /** Result of the last 64-bit read. */
  lo = 0
  hi = 0
  /** Values that may still be read of one record: see `spend`. Whoever reads records sets it at the start of each. */
  budget = Number.POSITIVE_INFINITY

  constructor(bytes: Buffer, pos = 0, end = bytes.length) {
    this.bytes = bytes
    this.pos = pos
    this.end = end
  }

  /** Field number · 8 + wire type. */
  tag(): number {
    const tag = this.uint32()
    if (tag < 8) throw this.malformed('a field number of 0')
    return tag
  }

  /** Low 32 bits of a varint, unsigned. */
  uint32(): number {
    const first = this.bytes[this.pos]!
    if (first < 0x80 && this.pos < this.end) {
      this.pos += 1
      return first
    }
    this.varint64()
    return this.lo
  }

  /** A varint of at most 10 bytes into `lo` and `hi`. */
  varint64(): void {
    const bytes = this.bytes
    let pos = this.pos
    let lo = 0
    let hi = 0
    let shift = 0
    let byte: number
    do {
      if (shift > 63 || pos >= this.end)
        throw this.malformed(shift > 63 ? 'a varint of more than 10 bytes' : 'an end within a number')
      byte = bytes[pos]!
      pos += 1
      const part = byte & 0x7f
      if (shift < 28) lo |= part << shift
      else if (shift === 28) {
        lo |= part << 28
        hi |= part >>> 4
      } else hi |= part << (shift - 32)
      shift += 7
    } while (byte >= 0x80)
    this.pos = pos
    this.lo = lo >>> 0
    this.hi = hi >>> 0
  }

  /** A signed 64-bit varint; exact within ±2⁵³. */
  int64(): number {
    this.varint64()
    return (this.hi | 0) * 4_294_967_296 + this.lo
  }

  /** An unsigned 64-bit varint; exact up to 2⁵³. */
  uint64(): number {
    this.varint64()
    return this.hi * 4_294_967_296 + this.lo
  }

  bigint64(): bigint {
    this.varint64()
    return (BigInt(this.hi | 0) << 32n) | BigInt(this.lo)
  }

  /** A zigzag 32-bit varint. */
  sint32(): number {
    const n = this.uint32()
    return (n >>> 1) ^ -(n & 1)
  }

  /** 8 bytes, least significant first, into `lo` and `hi`. */
  fixed64(): void {
    const { bytes, pos } = this
    if (pos + 8 > this.end) throw this.malformed('an end within a number')
    this.lo = (bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24)) >>> 0
    this.hi =
      (bytes[pos + 4]! | (bytes[pos + 5]! << 8) | (bytes[pos + 6]! << 16) | (bytes[pos + 7]! << 24)) >>> 0
    this.pos = pos + 8
  }

  double(): number {
    this.fixed64()
    return doubleOf(this.lo, this.hi)
  }

  ufixed64(): number {
    this.fixed64()
    return this.hi * 4_294_967_296 + this.lo
  }

  sfixed64(): number {
    this.fixed64()
    return (this.hi | 0) * 4_294_967_296 + this.lo
  }

  /** Reads a length and returns where its content stops; `pos` is then at the content. */
  stop(): number {
    this.varint64()
    const stop = this.pos + this.lo
    if (this.hi !== 0 || stop > this.end) throw this.malformed('a length that reaches past the end')
    return stop
  }

  /** Narrows the reader to the message that follows and returns the outer end, to give back to `leave`. */
  enter(): number {
    const outer = this.end
    this.end = this.stop()
    return outer
  }

  leave(outer: number): void {
    this.pos = this.end
    this.end = outer
  }

  /** Calls `read` within each message of one repeated field, to the end; skips everything else. */
  each(wanted: number, read: () => void): void {
    while (this.pos < this.end) {
      const tag = this.tag()
      if (tag === wanted) {
        const outer = this.enter()
        read()
        this.leave(outer)
      } else this.skip(tag)
    }
  }

  /** A string; invalid UTF-8 becomes U+FFFD. */
  text(): string {
    const stop = this.stop()
    const text = this.bytes.toString('utf8', this.pos, stop)
    this.pos = stop
    return text
  }

  /** The bytes themselves, not a copy. */
  raw(): Buffer {
    const stop = this.stop()
    const raw = this.bytes.subarray(this.pos, stop)
    this.pos = stop
    return raw
  }

  /** To be called for each element of a list in a record: two bytes of a body can ask for an object of fifty. */
  spend(): void {
    this.budget -= 1
    if (this.budget < 0)
      throw new Fault(
        'INVALID_REQUEST',
        'One record of the body holds far more values than any sender sends.',
      )
  }

  /** Steps over the value of a field that nobody asked for. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint64()
        return
      case 1:
        this.#advance(8)
        return
      case 2:
        this.pos = this.stop()
        return
      case 5:
        this.#advance(4)
        return
      default:
        throw this.malformed(`wire type ${tag & 7}`)
    }
  }

  malformed(what: string): Fault {
    return new Fault('INVALID_REQUEST', `The protobuf body is malformed: ${what} at byte ${this.pos}.`)
  }

  #advance(bytes: number): void {
    if (this.pos + bytes > this.end) throw this.malformed('an end within a number')
    this.pos += bytes
  }
}
