/** Writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). Fields of proto3 that are empty are left out. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(1_024)
  #length = 0

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
  string(field: number, text: string): void {
    if (text !== '') this.present(field, text)
  }
  /** A string that is written even where it is empty, as in a oneof. */
  present(field: number, text: string): void {
    const length = Buffer.byteLength(text)
    this.#head(field, length)
    this.#length += this.#bytes.write(text, this.#length)
  }
  hex(field: number, digits: string): void {
    if (digits === '') return
    this.#head(field, digits.length / 2)
    this.#length += this.#bytes.write(digits, this.#length, 'hex')
  }
  raw(field: number, bytes: Uint8Array): void {
    this.#head(field, bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }
  /** Written even where it is 0; ten bytes where it is negative. */
  int64(field: number, value: bigint): void {
    this.#reserve(20)
    this.#varint(field * 8)
    let rest = BigInt.asUintN(64, value)
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80
    this.#bytes[this.#length++] = Number(rest)
  }
  /** Written even where it is 0. */
  double(field: number, value: number): void {
    this.#reserve(20)
    this.#varint(field * 8 + 1)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }
  /** Below 2⁵³. */
  uint(field: number, value: number): void {
    if (value === 0) return
    this.#reserve(20)
    this.#varint(field * 8)
    this.#varint(value)
  }
  fixed64(field: number, value: bigint): void {
    if (value === 0n) return
    this.#reserve(20)
    this.#varint(field * 8 + 1)
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length)
  }
  message(field: number, write: (inner: ProtobufWriter) => void): void {
    const start = this.begin(field)
    write(this)
    this.end(start)
  }
  /** A message that is written until `end` is given what this gives. */
  begin(field: number): number {
    this.#reserve(20)
    this.#varint(field * 8 + 2)
    return this.#length
  }
  /** Puts the length in front of what was written since. */
  end(start: number): void {
    const size = this.#length - start
    let digits = 1
    for (let rest = size; rest >= 128; rest = Math.floor(rest / 128)) digits += 1
    this.#reserve(digits)
    this.#bytes.copyWithin(start + digits, start, this.#length)
    this.#length = start
    this.#varint(size)
    this.#length += size
  }

  #head(field: number, length: number): void {
    this.#reserve(length + 20)
    this.#varint(field * 8 + 2)
    this.#varint(length)
  }
  #varint(value: number): void {
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }
  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
