import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { LogLine } from '../view.ts'
import { columnsOf, linesOf } from './log-column.ts'

/** Lines of one container, compressed together. */
export type LogBlock = {
  readonly packed: Buffer
  readonly firstMs: number
  readonly lastMs: number
  readonly lines: number
}

/** About a millisecond for 128 KiB: 4 % smaller than level 6 makes it. Taking the lines apart takes two more. */
const level = 9
/** Where a block is put together, again and again: three times the largest block, as characters may take three bytes. */
let scratch = Buffer.allocUnsafeSlow(1)
/** Bytes that a block takes beside what is packed. */
export const blockBytes = 200

/** The block being written. Times never go back in it. */
export class OpenLogBlock {
  #text = Buffer.allocUnsafeSlow(1_024)
  #length = 0
  #times: number[] = []

  get lines(): number {
    return this.#times.length
  }
  get length(): number {
    return this.#length
  }
  get bytes(): number {
    return this.#text.length + 8 * this.#times.length + 160
  }

  /** A line's end is the mark between two lines. `timeMs` below 0: it has none of its own, and was received then. */
  add(timeMs: number, text: string): void {
    const line = text.includes('\n') ? text.replaceAll('\n', ' ') : text
    // UTF-8 of a UTF-16 unit is three bytes at most.
    if (this.#text.length < this.#length + line.length * 3 + 1)
      this.#grow(this.#length + Buffer.byteLength(line) + 1)
    this.#length += this.#text.write(line, this.#length, 'utf8')
    this.#text[this.#length++] = 10
    this.#times.push(timeMs)
  }

  read(): LogLine[] {
    const lines = this.#lines()
    return this.#times.map((timeMs, i) => ({ timeMs: Math.max(0, timeMs), text: lines[i]! }))
  }

  /** Everything so far as a block; it begins anew. */
  seal(): LogBlock {
    const times = encodedTimes(this.#times)
    const text = columnsOf(this.#lines())
    const room = 8 + times.length + text.length * 3
    if (scratch.length < room) scratch = Buffer.allocUnsafeSlow(room)
    scratch.writeUInt32LE(this.#times.length, 0)
    scratch.writeUInt32LE(times.length, 4)
    times.copy(scratch, 8)
    const end = 8 + times.length + scratch.write(text, 8 + times.length, 'utf8')
    const packed = zstdCompressSync(scratch.subarray(0, end), {
      params: { [constants.ZSTD_c_compressionLevel]: level },
    })
    // In a buffer of its own: what is kept must not keep a larger one.
    const own = Buffer.allocUnsafeSlow(packed.length)
    packed.copy(own)
    const block = {
      packed: own,
      firstMs: Math.abs(this.#times[0]!),
      lastMs: Math.abs(this.#times.at(-1)!),
      lines: this.#times.length,
    }
    this.#length = 0
    this.#times = []
    this.#text = Buffer.allocUnsafeSlow(1_024)
    return block
  }

  #lines(): string[] {
    const text = this.#text.toString('utf8', 0, Math.max(0, this.#length - 1))
    return this.#times.length === 0 ? [] : text.split('\n')
  }

  #grow(needed: number): void {
    if (needed <= this.#text.length) return
    const size = Math.max(needed, Math.ceil(this.#text.length * 1.5))
    const larger = Buffer.allocUnsafeSlow(size)
    this.#text.copy(larger, 0, 0, this.#length)
    this.#text = larger
  }
}

export function readBlock(block: LogBlock): LogLine[] {
  const raw = zstdDecompressSync(block.packed)
  const [count, timesLength] = [raw.readUInt32LE(0), raw.readUInt32LE(4)]
  const texts = linesOf(raw.toString('utf8', 8 + timesLength))
  const times = decodedTimes(raw.subarray(8, 8 + timesLength), count)
  return times.map((timeMs, i) => ({ timeMs: Math.max(0, timeMs), text: texts[i]! }))
}

/** Differences between times as variable-length numbers (LEB128), doubled, plus one for a line without a time of its own. */
function encodedTimes(times: readonly number[]): Buffer {
  const bytes: number[] = []
  let last = 0
  for (const time of times) {
    const at = Math.abs(time)
    let value = (at - last) * 2 + (time < 0 ? 1 : 0)
    last = at
    // Times since 1970 need more than the 32 bits of bitwise operators.
    while (value >= 128) {
      bytes.push((value % 128) | 128)
      value = Math.floor(value / 128)
    }
    bytes.push(value)
  }
  return Buffer.from(bytes)
}

function decodedTimes(bytes: Buffer, count: number): number[] {
  const times: number[] = []
  let [at, last] = [0, 0]
  for (let i = 0; i < count; i++) {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) break
      factor *= 128
    }
    last += Math.floor(value / 2)
    times.push(value % 2 === 1 ? -last : last)
  }
  return times
}
