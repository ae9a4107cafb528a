/** Bytes to begin with; doubled as needed. */
const capacity = 1_024

/** Writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). A tag is field number · 8 + wire type. */
export class ProtobufWriter {
  #bytes: Buffer = Buffer.allocUnsafe(capacity)
  #at = 0

  /** What was written so far; a view that holds until more is written. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  get length(): number {
    return this.#at
  }

  reset(): void {
    this.#at = 0
  }

  /** Whole numbers within ±2⁵³; negative ones take ten bytes. */
  int(tag: number, value: number): void {
    this.varint(tag)
    if (value >= 0) {
      this.varint(value)
      return
    }
    let bits = BigInt.asUintN(64, BigInt(value))
    this.#room(10)
    for (; bits > 0x7fn; bits >>= 7n) this.#bytes[this.#at++] = Number(bits & 0x7fn) | 0x80
    this.#bytes[this.#at++] = Number(bits)
  }

  /** A zigzag 32-bit number. */
  sint(tag: number, value: number): void {
    this.varint(tag)
    this.varint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  double(tag: number, value: number): void {
    this.varint(tag)
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** One value of a column, bit by bit: a number would lose the payload of a NaN. */
  doubleOf(tag: number, column: Float64Array, index: number): void {
    this.varint(tag)
    this.#room(8)
    new Uint8Array(column.buffer, column.byteOffset + index * 8, 8).forEach((byte) => {
      this.#bytes[this.#at++] = byte
    })
  }

  text(tag: number, value: string): void {
    const length = Buffer.byteLength(value)
    this.varint(tag)
    this.varint(length)
    this.#room(length)
    this.#at += this.#bytes.write(value, this.#at)
  }

  raw(tag: number, value: Uint8Array): void {
    this.varint(tag)
    this.varint(value.length)
    this.append(value)
  }

  /** A packed list of doubles; nothing for none. */
  doubles(tag: number, values: Float64Array): void {
    if (values.length === 0) return
    this.varint(tag)
    this.varint(values.length * 8)
    this.#room(values.length * 8)
    for (const value of values) this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** A message within this one; its length is put in front once it is known. */
  message(tag: number, write: () => void): void {
    this.varint(tag)
    const start = this.#at
    write()
    const length = this.#at - start
    const size = varintSize(length)
    this.#room(size)
    this.#bytes.copyWithin(start + size, start, this.#at)
    this.#at = start
    this.varint(length)
    this.#at += length
  }

  /** Whole numbers from 0 to 2⁵³. */
  varint(value: number): void {
    this.#room(10)
    let left = value
    while (left > 0x7f) {
      this.#bytes[this.#at++] = (left % 128) | 0x80
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#at++] = left
  }

  append(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const next = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(next, 0, 0, this.#at)
    this.#bytes = next
  }
}

function varintSize(value: number): number {
  let size = 1
  for (let left = value; left > 0x7f; left = Math.floor(left / 128)) size += 1
  return size
}
