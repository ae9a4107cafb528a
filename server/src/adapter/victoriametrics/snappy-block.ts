/**
 * The snappy block format (google/snappy, format_description.txt): the length as a varint, then literals and copies of what came
 * before. A greedy matcher over four-byte hashes, as in the reference, with copies of two-byte offsets only: fragments are 64 KiB.
 * Remote write is labels again and again, of which it leaves about a seventh.
 */
export function snappyBlock(input: Uint8Array): Uint8Array {
  // Worst case of the format: 32 + n + n / 6.
  const out = new Uint8Array(32 + input.length + Math.ceil(input.length / 6))
  let at = 0
  let length = input.length
  while (length > 0x7f) {
    out[at++] = (length & 0x7f) | 0x80
    length >>>= 7
  }
  out[at++] = length
  const table = new Uint16Array(hashSize)
  for (let start = 0; start < input.length; start += fragmentBytes) {
    at = writeFragment(input, start, Math.min(input.length, start + fragmentBytes), out, at, table)
  }
  return out.subarray(0, at)
}

const fragmentBytes = 65_536
const hashBits = 14
const hashSize = 1 << hashBits

function writeFragment(
  input: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  to: number,
  table: Uint16Array,
): number {
  table.fill(0)
  let at = start + 1
  let literal = start
  while (at + 4 <= end) {
    const word = wordAt(input, at)
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits)
    const before = start + table[slot]!
    table[slot] = at - start
    if (before >= at || wordAt(input, before) !== word) {
      // The longer nothing fits, the wider the steps: data that cannot be compressed costs little.
      at += 1 + ((at - literal) >>> 5)
      continue
    }
    to = writeLiteral(input, literal, at, out, to)
    let length = 4
    while (at + length < end && input[before + length] === input[at + length]) length += 1
    to = writeCopy(at - before, length, out, to)
    at += length
    literal = at
  }
  return writeLiteral(input, literal, end, out, to)
}

const wordAt = (input: Uint8Array, at: number): number =>
  input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)

function writeLiteral(input: Uint8Array, from: number, end: number, out: Uint8Array, to: number): number {
  const length = end - from
  if (length === 0) return to
  if (length <= 60) out[to++] = (length - 1) << 2
  else if (length <= 0x100) {
    out[to++] = 60 << 2
    out[to++] = length - 1
  } else {
    out[to++] = 61 << 2
    out[to++] = (length - 1) & 0xff
    out[to++] = (length - 1) >>> 8
  }
  for (let i = from; i < end; i += 1) out[to++] = input[i]!
  return to
}

function writeCopy(offset: number, length: number, out: Uint8Array, to: number): number {
  let left = length
  while (left > 0) {
    const part = Math.min(left, 64)
    out[to++] = ((part - 1) << 2) | 2
    out[to++] = offset & 0xff
    out[to++] = offset >>> 8
    left -= part
  }
  return to
}
