import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeChunk, encodeChunk } from './chunk-codec.ts'

/** Bits of doubles that have broken codecs: stale marker (signalling), payloads, −0, infinities, subnormals. */
const oddBits = [
  0x7ff0000000000002n,
  0x7ff8000000000001n,
  0xfff8dead0000beefn,
  0x7ff0000000000001n,
  0x8000000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  1n,
  0x800fffffffffffffn,
  0n,
  0x7fefffffffffffffn,
]
const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]!
const decimals = fc
  .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 9 }))
  .map(([n, e]) => bitsOf(n / 10 ** e))
const anyBits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const value = fc.oneof(
  { weight: 4, arbitrary: decimals },
  anyBits,
  fc.constantFrom(...oddBits),
  fc.integer().map(bitsOf),
)
const column = fc.oneof(
  fc.array(value, { minLength: 1, maxLength: 300 }),
  fc.array(decimals, { minLength: 1, maxLength: 300 }),
  fc.array(anyBits, { minLength: 1, maxLength: 130 }),
  fc
    .tuple(value, fc.integer({ min: 1, max: 200 }))
    .map(([bits, count]) => Array.from({ length: count }, () => bits)),
)
const gap = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 14_900, max: 15_100 }),
  fc.integer({ min: 1, max: 1_500_000 }),
)

function chunkOf(bits: bigint[], start: number, gaps: number[]) {
  const values = new Float64Array(BigUint64Array.from(bits).buffer)
  const times = new Float64Array(bits.length)
  let at = start
  for (let i = 0; i < bits.length; i += 1) {
    times[i] = at
    at += gaps[i % gaps.length]!
  }
  return { times, values, bits: new BigUint64Array(values.buffer) }
}

test('every sample comes back with its exact time and bits', () => {
  fc.assert(
    fc.property(
      column,
      fc.integer({ min: 0, max: 4e12 }),
      fc.array(gap, { minLength: 1, maxLength: 40 }),
      fc.nat(2 ** 32 - 1),
      (bits, start, gaps, ref) => {
        const { times, values } = chunkOf(bits, start, gaps)
        const decoded = decodeChunk(ref, encodeChunk(ref, times, values, bits.length))!
        expect([...new BigUint64Array(decoded.values.buffer)]).toEqual(bits)
        expect([...decoded.timesMs]).toEqual([...times])
      },
    ),
    { numRuns: 1_500 },
  )
})

test('a flipped bit anywhere is seen', () => {
  fc.assert(
    fc.property(column, fc.nat(), (bits, seed) => {
      const { times, values } = chunkOf(bits, 1_700_000_000_000, [15_000, 15_001])
      const bytes = encodeChunk(7, times, values, bits.length)
      bytes[seed % bytes.length]! ^= 1 << (seed % 8)
      expect(decodeChunk(7, bytes)).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})

test('a chunk cut short is refused, never read past its end', () => {
  const { times, values } = chunkOf(
    Array.from({ length: 120 }, (_, i) => bitsOf(Math.sin(i))),
    1_700_000_000_000,
    [15_000],
  )
  const bytes = encodeChunk(7, times, values, 120)
  for (let size = 0; size < bytes.length; size += 1)
    expect(decodeChunk(7, bytes.subarray(0, size))).toBeUndefined()
})

test('a chunk is not readable as another series', () => {
  const { times, values } = chunkOf([bitsOf(1), bitsOf(2)], 1_700_000_000_000, [15_000])
  const bytes = encodeChunk(7, times, values, 2)
  expect(decodeChunk(8, bytes)).toBeUndefined()
  expect(decodeChunk(7, bytes)).toBeDefined()
})

test('a constant series costs next to nothing, a two-decimal gauge about two bytes a sample', () => {
  const constant = chunkOf(
    Array.from({ length: 120 }, () => bitsOf(0.25)),
    1_700_000_000_000,
    [15_000],
  )
  expect(encodeChunk(1, constant.times, constant.values, 120).length).toBeLessThan(30)
  const gauge = chunkOf(
    Array.from({ length: 120 }, (_, i) => bitsOf(Math.round(5_000 + 900 * Math.sin(i / 5)) / 100)),
    1_700_000_000_000,
    [15_000],
  )
  expect(encodeChunk(1, gauge.times, gauge.values, 120).length).toBeLessThan(260)
})
