import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import { decodeHistograms, HistogramWriter, type TimedHistogram } from './histogram-codec.ts'

const double = fc.oneof(fc.nat(1_000_000), fc.double(), fc.constantFrom(-0, 2 ** 53, -(2 ** 53), 0.1))
const buckets = fc
  .uniqueArray(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 12 })
  .chain((indexes) =>
    fc.array(double, { minLength: indexes.length, maxLength: indexes.length }).map((counts) => ({
      indexes: Int32Array.from(indexes.sort((a, b) => a - b)),
      counts: Float64Array.from(counts),
    })),
  )
const histogram: fc.Arbitrary<NativeHistogram> = fc
  .record({
    schema: fc.constantFrom(-53, -4, 0, 3, 8),
    count: double,
    sum: double,
    zeroThreshold: double,
    zeroCount: double,
    positive: buckets,
    negative: buckets,
    bounds: fc.option(fc.array(double, { maxLength: 6 }), { nil: undefined }),
    reset: fc.constantFrom<NativeHistogram['reset']>('UNKNOWN', 'YES', 'NO', 'GAUGE'),
  })
  .map(({ bounds, ...rest }) => ({ ...rest, ...(bounds ? { bounds: Float64Array.from(bounds) } : {}) }))
/** Some again with other counts, as a scraped series has them. */
const history = fc.array(
  fc
    .tuple(histogram, fc.array(double, { maxLength: 4 }), fc.integer({ min: 0, max: 4e12 }))
    .map(([first, counts, timeMs]): TimedHistogram[] => [
      { timeMs, histogram: first },
      ...counts.map((count, i) => ({
        timeMs: timeMs + i * 15_000,
        histogram: {
          ...first,
          count,
          positive: { ...first.positive, counts: first.positive.counts.map((one) => one + count) },
        },
      })),
    ]),
  { minLength: 1, maxLength: 6 },
)

test('any histograms come back exactly, in the order they came', () => {
  fc.assert(
    fc.property(history, fc.nat(2 ** 32 - 1), (groups, ref) => {
      const samples = groups.flat()
      const writer = new HistogramWriter()
      for (const sample of samples) writer.add(sample)
      expect(decodeHistograms(ref, writer.finish(ref))).toEqual(samples)
    }),
    { numRuns: 600 },
  )
})

test('a flipped bit anywhere is seen, and so is another series', () => {
  const writer = new HistogramWriter()
  const positive = { indexes: Int32Array.of(1, 2, 5), counts: Float64Array.of(3, 4, 5) }
  const negative = { indexes: new Int32Array(0), counts: new Float64Array(0) }
  for (let i = 0; i < 5; i += 1) {
    const counted = {
      schema: 0,
      count: 12 + i,
      sum: 1.5,
      zeroThreshold: 0,
      zeroCount: i,
      reset: 'NO' as const,
    }
    writer.add({ timeMs: 1_700_000_000_000 + i, histogram: { ...counted, positive, negative } })
  }
  const bytes = writer.finish(7)
  expect(decodeHistograms(7, bytes)).toHaveLength(5)
  expect(decodeHistograms(8, bytes)).toBeUndefined()
  for (let i = 0; i < bytes.length * 8; i += 1) {
    const flipped = bytes.slice()
    flipped[i >>> 3]! ^= 1 << (i & 7)
    expect(decodeHistograms(7, flipped)).toBeUndefined()
  }
})

test('a scraped histogram of twenty buckets costs about two bytes a bucket', () => {
  const writer = new HistogramWriter()
  const counts = new Float64Array(20)
  for (let i = 0; i < 100; i += 1) {
    for (let k = 0; k < 20; k += 1) counts[k]! += (i * 7 + k * 3) % 40
    writer.add({
      timeMs: i * 15_000,
      histogram: {
        schema: 3,
        count: counts.reduce((sum, one) => sum + one, 0),
        sum: i * 0.37,
        zeroThreshold: 2 ** -128,
        zeroCount: 0,
        positive: { indexes: Int32Array.from(counts, (_, k) => k), counts: counts.slice() },
        negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
        reset: 'NO',
      },
    })
  }
  expect(writer.finish(1).length / 100).toBeLessThan(45)
})
