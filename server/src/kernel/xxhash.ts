/** A number of 64 bits in two halves, each from 0 to 2³² − 1. */
export type Word64 = { high: number; low: number }

/**
 * XXH64 with seed 0: a fast hash, no defence. For standards that have it in their answers.
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function xxhash64(bytes: Uint8Array): Word64 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hash: Word64 = { ...prime5 }
  let at = 0
  if (bytes.length >= stripe) at = hashStripes(view, hash)
  add(hash, { high: 0, low: bytes.length })
  for (; at + 8 <= bytes.length; at += 8) {
    xor(hash, round({ high: 0, low: 0 }, read(view, at)))
    rotate(hash, 27)
    add(multiply(hash, prime1), prime4)
  }
  if (at + 4 <= bytes.length) {
    xor(hash, multiply({ high: 0, low: view.getUint32(at, true) }, prime1))
    rotate(hash, 23)
    add(multiply(hash, prime2), prime3)
    at += 4
  }
  for (; at < bytes.length; at += 1) {
    xor(hash, multiply({ high: 0, low: bytes[at]! }, prime5))
    rotate(hash, 11)
    multiply(hash, prime1)
  }
  return avalanche(hash)
}

/** Bytes that are taken in at once, in four lanes. */
const stripe = 32
const prime1: Word64 = { high: 0x9e3779b1, low: 0x85ebca87 }
const prime2: Word64 = { high: 0xc2b2ae3d, low: 0x27d4eb4f }
const prime3: Word64 = { high: 0x165667b1, low: 0x9e3779f9 }
const prime4: Word64 = { high: 0x85ebca77, low: 0xc2b2ae63 }
const prime5: Word64 = { high: 0x27d4eb2f, low: 0x165667c5 }
/** prime1 + prime2 and −prime1. */
const lane1: Word64 = { high: 0x60ea27ee, low: 0xadc0b5d6 }
const lane4: Word64 = { high: 0x61c8864e, low: 0x7a143579 }

/** All whole stripes; where they end. */
function hashStripes(view: DataView, hash: Word64): number {
  const lanes = [{ ...lane1 }, { ...prime2 }, { high: 0, low: 0 }, { ...lane4 }]
  let at = 0
  for (; at + stripe <= view.byteLength; at += stripe)
    for (let lane = 0; lane < 4; lane += 1) round(lanes[lane]!, read(view, at + lane * 8))
  hash.high = 0
  hash.low = 0
  const turns = [1, 7, 12, 18]
  lanes.forEach((lane, i) => {
    add(hash, rotate({ ...lane }, turns[i]!))
  })
  for (const lane of lanes) {
    multiply(lane, prime2)
    rotate(lane, 31)
    xor(hash, multiply(lane, prime1))
    add(multiply(hash, prime1), prime4)
  }
  return at
}

function avalanche(hash: Word64): Word64 {
  hash.low = (hash.low ^ (hash.high >>> 1)) >>> 0
  multiply(hash, prime2)
  const high = hash.high >>> 29
  hash.low = (hash.low ^ ((hash.high << 3) | (hash.low >>> 29))) >>> 0
  hash.high = (hash.high ^ high) >>> 0
  multiply(hash, prime3)
  hash.low = (hash.low ^ hash.high) >>> 0
  return hash
}

/** Arithmetic modulo 2⁶⁴, in place; the first operand is given back. */

function round(lane: Word64, input: Word64): Word64 {
  add(lane, multiply(input, prime2))
  return multiply(rotate(lane, 31), prime1)
}

function add(a: Word64, b: Word64): Word64 {
  const low = a.low + b.low
  a.high = (a.high + b.high + (low > 0xffff_ffff ? 1 : 0)) >>> 0
  a.low = low >>> 0
  return a
}

function multiply(a: Word64, b: Word64): Word64 {
  const [a0, a1, b0, b1] = [a.low & 0xffff, a.low >>> 16, b.low & 0xffff, b.low >>> 16]
  const [p00, p01, p10] = [a0 * b0, a0 * b1, a1 * b0]
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff)
  const carried = a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)
  a.high = (carried + Math.imul(a.high, b.low) + Math.imul(a.low, b.high)) >>> 0
  a.low = ((middle << 16) | (p00 & 0xffff)) >>> 0
  return a
}

function xor(a: Word64, b: Word64): Word64 {
  a.high = (a.high ^ b.high) >>> 0
  a.low = (a.low ^ b.low) >>> 0
  return a
}

/** To the left, by 1 to 31 bits. */
function rotate(a: Word64, by: number): Word64 {
  const { high, low } = a
  a.high = ((high << by) | (low >>> (32 - by))) >>> 0
  a.low = ((low << by) | (high >>> (32 - by))) >>> 0
  return a
}

const read = (view: DataView, at: number): Word64 => ({
  high: view.getUint32(at + 4, true),
  low: view.getUint32(at, true),
})
