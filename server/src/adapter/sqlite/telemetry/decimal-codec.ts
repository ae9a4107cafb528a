import { type Cursor, readVarint, unzigzag, writeVarint, zigzag } from './varint.ts'

/** Largest decimal exponent tried: gauges in nanoseconds of a second need all nine (measured: 0.51 instead of 0.94 bytes a sample). */
const exponentMax = 9
const scales = Float64Array.from({ length: exponentMax + 1 }, (_, i) => 10 ** i)
/** Keeps differences, and their zigzag form, exact in a double. */
const integerMax = 2 ** 50
const integers = { at: new Float64Array(256) }

/**
 * Values as integers times a power of ten, written as differences; runs of zero as their length. A value no decimal gives back bit
 * for bit (NaN, ±Inf, −0) is an exception and kept raw. Gives the offset after the last byte, or −1 where the values do not fit
 * or more than one in eight is an exception.
 */
export function encodeDecimal(
  words: Uint32Array,
  values: Float64Array,
  count: number,
  bytes: Uint8Array,
  at: number,
): number {
  const exponent = exponentOf(words, values, count)
  if (exponent < 0) return -1
  const exceptions = toIntegers(words, values, count, scales[exponent]!)
  if (exceptions < 0) return -1
  bytes[at] = exponent
  let end = writeVarint(bytes, at + 1, exceptions)
  if (exceptions > 0) end = writeExceptions(words, count, bytes, end)
  return writeDeltas(integers.at, count, bytes, end)
}

export function decodeDecimal(
  bytes: Uint8Array,
  at: number,
  count: number,
  words: Uint32Array,
  values: Float64Array,
): void {
  const cursor: Cursor = { bytes, at: at + 1 }
  const scale = scales[bytes[at]!]!
  const exceptions = readVarint(cursor)
  const raw = cursor.at
  for (let i = 0; i < exceptions; i += 1) {
    readVarint(cursor)
    cursor.at += 8
  }
  readDeltas(cursor, count, scale, values)
  cursor.at = raw
  for (let i = 0; i < exceptions; i += 1) {
    const index = readVarint(cursor)
    words[2 * index] = word(bytes, cursor.at)
    words[2 * index + 1] = word(bytes, cursor.at + 4)
    cursor.at += 8
  }
}

/** Told from the words: a signalling NaN must not pass through a number. */
const special = (low: number, high: number): boolean =>
  (high & 0x7ff0_0000) === 0x7ff0_0000 || ((high | 0) === -0x8000_0000 && low === 0)

function exponentOf(words: Uint32Array, values: Float64Array, count: number): number {
  let exponent = 0
  let scale = 1
  let allowed = count >> 3
  for (let i = 0; i < count; i += 1) {
    if (special(words[2 * i]!, words[2 * i + 1]!)) {
      allowed -= 1
      if (allowed < 0) return -1
      continue
    }
    const value = values[i]!
    while (Math.round(value * scale) / scale !== value) {
      exponent += 1
      if (exponent > exponentMax) return -1
      scale = scales[exponent]!
    }
  }
  return exponent
}

/** Fills `integers` and gives the number of exceptions, −1 where a value does not fit the final scale. */
function toIntegers(words: Uint32Array, values: Float64Array, count: number, scale: number): number {
  if (integers.at.length < count) integers.at = new Float64Array(count * 2)
  const out = integers.at
  let exceptions = 0
  let before = 0
  for (let i = 0; i < count; i += 1) {
    if (special(words[2 * i]!, words[2 * i + 1]!)) {
      exceptions += 1
      out[i] = before
      continue
    }
    const integer = Math.round(values[i]! * scale)
    if (integer > integerMax || integer < -integerMax || integer / scale !== values[i]!) return -1
    before = integer
    out[i] = integer
  }
  return exceptions
}

function writeExceptions(words: Uint32Array, count: number, bytes: Uint8Array, at: number): number {
  let end = at
  for (let i = 0; i < count; i += 1) {
    if (!special(words[2 * i]!, words[2 * i + 1]!)) continue
    end = writeVarint(bytes, end, i)
    for (let half = 0; half < 2; half += 1) {
      for (let shift = 0; shift < 32; shift += 8) bytes[end++] = words[2 * i + half]! >>> shift
    }
  }
  return end
}

function writeDeltas(values: Float64Array, count: number, bytes: Uint8Array, at: number): number {
  let end = at
  let before = 0
  for (let i = 0; i < count; i += 1) {
    const delta = values[i]! - before
    before = values[i]!
    if (delta !== 0) {
      end = writeVarint(bytes, end, zigzag(delta))
      continue
    }
    let run = 0
    while (i + 1 < count && values[i + 1] === before) {
      run += 1
      i += 1
    }
    bytes[end++] = 0
    end = writeVarint(bytes, end, run)
  }
  return end
}

function readDeltas({ bytes, at: start }: Cursor, count: number, scale: number, values: Float64Array): void {
  const cursor: Cursor = { bytes, at: 0 }
  let integer = 0
  let at = start
  for (let i = 0; i < count; i += 1) {
    // Differences mostly take a byte or two: those are read here, larger ones in double arithmetic.
    let token = bytes[at++]!
    if (token >= 0x80) {
      const second = bytes[at]!
      if (second < 0x80) {
        token = (token & 0x7f) | (second << 7)
        at += 1
      } else {
        cursor.at = at - 1
        integer += unzigzag(readVarint(cursor))
        at = cursor.at
        values[i] = integer / scale
        continue
      }
    }
    if (token !== 0) {
      integer += (token >>> 1) ^ -(token & 1)
      values[i] = integer / scale
      continue
    }
    const value = integer / scale
    cursor.at = at
    const end = Math.min(count - 1, i + readVarint(cursor))
    at = cursor.at
    for (; i < end; i += 1) values[i] = value
    values[i] = value
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
