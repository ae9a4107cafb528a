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
    const inner = new ProtobufWriter()
    write(inner)
    const bytes = inner.bytes()
    this.#head(field, bytes.length)
    this.#length += bytes.copy(this.#bytes, this.#length)
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
