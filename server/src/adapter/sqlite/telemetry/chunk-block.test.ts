import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type BlockRun,
  decodeBlock,
  encodeBlock,
  partSeries,
  readEntries,
  readValues,
  unpackBlock,
} from './chunk-block.ts'

/** Stale marker (signalling), payloads, −0, infinities, subnormals. */
const oddBits = [
  0x7ff0000000000002n,
  0x7ff8000000000001n,
  0xfff8dead0000beefn,
  0x8000000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  1n,
]
const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]!
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 9 }))
      .map(([n, e]) => bitsOf(n / 10 ** e)),
  },
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(...oddBits),
)
const gap = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 14_900, max: 15_100 }),
  fc.integer({ min: 1, max: 90_000 }),
)
/** A scrape's times, and of each series a stretch of them with some missing. */
const scraped = fc
  .tuple(
    fc.array(gap, { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 0, max: 4e12 }),
    fc.array(
      fc.record({
        offset: fc.nat(partSeries - 1),
        from: fc.nat(40),
        missing: fc.array(fc.nat(60), { maxLength: 6 }),
        shift: fc.constantFrom(0, 0, 0, 1, 7_777),
        bits: fc.array(value, { minLength: 1, maxLength: 12 }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  )
  .map(([gaps, start, series]) => {
    let at = start
    const times = gaps.map((one) => (at += one))
    return series
      .toSorted((a, b) => a.offset - b.offset)
      .flatMap(({ offset, from, missing, shift, bits }) => {
        const own = times.filter((_, i) => i >= from && !missing.includes(i)).map((time) => time + shift)
        if (own.length === 0) return []
        const values = new Float64Array(BigUint64Array.from(own, (_, i) => bits[i % bits.length]!).buffer)
        return [{ offset, timesMs: Float64Array.from(own), values }]
      })
  })

const plain = (runs: readonly BlockRun[]) =>
  runs.map(({ ref, timesMs, values }) => ({
    ref,
    times: [...timesMs],
    bits: [...new BigUint64Array(values.buffer, values.byteOffset, values.length)],
  }))

test('every sample of every series comes back with its exact time and bits, whatever was scraped together', () => {
  fc.assert(
    fc.property(scraped, fc.nat(1_000_000), (series, part) => {
      fc.pre(series.length > 0)
      const runs = series.map(({ offset, ...run }) => ({ ref: part * partSeries + offset, ...run }))
      const body = encodeBlock(part, runs)
      expect(plain(decodeBlock(part, body)!)).toEqual(plain(runs))
      const wanted = new Set([runs[0]!.ref])
      expect(plain(decodeBlock(part, body, wanted)!)).toEqual(
        plain(runs.filter(({ ref }) => wanted.has(ref))),
      )
      expect(decodeBlock(part + 1, body)).toBeUndefined()
    }),
    { numRuns: 800 },
  )
})

test('of a series any number of its first values is read alone, as they are', () => {
  fc.assert(
    fc.property(scraped, fc.nat(59), (series, most) => {
      fc.pre(series.length > 0)
      const runs = series.map(({ offset, ...run }) => ({ ref: offset, ...run }))
      const plainBlock = unpackBlock(0, encodeBlock(0, runs))!
      readEntries(0, plainBlock).forEach(({ at, timesMs }, i) => {
        const count = Math.min(most + 1, timesMs.length)
        const values = new Float64Array(60)
        readValues(plainBlock, at, count, values, new Uint32Array(values.buffer))
        const [got, wanted] = [values, runs[i]!.values].map(
          (column) => new BigUint64Array(column.buffer, column.byteOffset, count),
        )
        expect([...got!]).toEqual([...wanted!])
      })
    }),
    { numRuns: 400 },
  )
})

test('a flipped bit anywhere is seen, and a block cut short is refused', () => {
  const runs = [0, 1, 5].map((ref) => ({
    ref,
    timesMs: Float64Array.from({ length: 40 }, (_, i) => 1_700_000_000_000 + i * 15_000 + (i % 3)),
    values: Float64Array.from({ length: 40 }, (_, i) => ref + i / 100),
  }))
  const body = encodeBlock(0, runs)
  for (let i = 0; i < body.length * 8; i += 1) {
    const bytes = body.slice()
    bytes[i >>> 3]! ^= 1 << (i & 7)
    expect(decodeBlock(0, bytes)).toBeUndefined()
  }
  for (let size = 0; size < body.length; size += 1)
    expect(decodeBlock(0, body.subarray(0, size))).toBeUndefined()
})

test('series scraped together share their times: sixty-four constant series cost little more than one', () => {
  const timesMs = Float64Array.from(
    { length: 480 },
    (_, i) => 1_700_000_000_000 + i * 15_000 + ((i * 7) % 11),
  )
  const runOf = (ref: number): BlockRun => ({
    ref,
    timesMs: timesMs.slice(),
    values: new Float64Array(480).fill(ref),
  })
  const one = encodeBlock(0, [runOf(0)]).length
  const all = encodeBlock(
    0,
    Array.from({ length: 64 }, (_, ref) => runOf(ref)),
  ).length
  expect(all).toBeLessThan(one + 64 * 8)
})
