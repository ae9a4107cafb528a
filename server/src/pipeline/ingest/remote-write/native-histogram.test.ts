import { describe, expect, it } from 'vitest'
import { now } from '../request.suite.ts'
import { decoderOf, labelsOf, type SeriesCase, versions } from './series-case.suite.ts'

const of = (histogram: Record<string, unknown>): SeriesCase => ({
  labels: labelsOf({ __name__: 'h' }),
  histograms: [{ timestamp: now, ...histogram }],
})
const arrays = ({ indexes, counts }: { indexes: Int32Array; counts: Float64Array }) => [
  [...indexes],
  [...counts],
]
const span = (offset: number, length: number) => ({ offset, length })

describe.each(versions)('native histograms of remote write %i.0', (version) => {
  const readOne = (histogram: Record<string, unknown>) => decoderOf(version).send(of(histogram))
  const only = (histogram: Record<string, unknown>) => {
    const { histograms, rejected } = readOne(histogram)
    expect([histograms.length, rejected]).toEqual([1, 0])
    return histograms[0]!
  }

  it('turns spans and deltas into absolute buckets without the empty ones', () => {
    const { histogram, timeMs, labels } = only({
      countInt: '21',
      sum: 18.4,
      schema: 3,
      zeroThreshold: 0.001,
      zeroCountInt: '2',
      positiveSpans: [span(-2, 2), span(3, 3), span(0, 1)],
      positiveDeltas: [1, 1, -2, 5, -2, 3],
      negativeSpans: [span(10, 2)],
      negativeDeltas: [1, 0],
      resetHint: 2,
    })
    expect([timeMs, labels]).toEqual([now, { __name__: 'h' }])
    expect(histogram).toMatchObject({
      schema: 3,
      count: 21,
      sum: 18.4,
      zeroThreshold: 0.001,
      zeroCount: 2,
      reset: 'NO',
    })
    expect(arrays(histogram.positive)).toEqual([
      [-2, -1, 4, 5, 6],
      [1, 2, 5, 3, 6],
    ])
    expect(arrays(histogram.negative)).toEqual([
      [10, 11],
      [1, 1],
    ])
    expect(histogram.bounds).toBeUndefined()
  })

  it('reads float histograms, whose counts need not add up', () => {
    const { histogram } = only({
      countFloat: 10.5,
      sum: -1,
      zeroCountFloat: 0.25,
      positiveSpans: [span(0, 3)],
      positiveCounts: [0.5, 0, 7.75],
      resetHint: 3,
    })
    expect(histogram).toMatchObject({ count: 10.5, zeroCount: 0.25, reset: 'GAUGE' })
    expect(arrays(histogram.positive)).toEqual([
      [0, 2],
      [0.5, 7.75],
    ])
  })

  it('reads custom buckets, the last of which is everything above the bounds', () => {
    const { histogram } = only({
      countInt: '6',
      sum: 3,
      schema: -53,
      positiveSpans: [span(1, 2)],
      positiveDeltas: [4, -2],
      customValues: [0.5, 1],
      resetHint: 1,
    })
    expect(histogram).toMatchObject({ schema: -53, reset: 'YES' })
    expect([...(histogram.bounds ?? [])]).toEqual([0.5, 1])
    expect(arrays(histogram.positive)).toEqual([
      [1, 2],
      [4, 2],
    ])
  })

  it('takes a stale histogram, empty with a sum that is no number, and one that counts observations of NaN', () => {
    const { catalog, send } = decoderOf(version)
    expect(send(of({ sum: Number.NaN })).histograms[0]?.histogram).toMatchObject({
      count: 0,
      sum: Number.NaN,
    })
    expect(send(of({ countInt: '3', sum: Number.NaN, zeroCountInt: '1' })).rejected).toBe(0)
    expect(catalog.rows).toHaveLength(1)
  })

  it.each<[string, Record<string, unknown>]>([
    ['an integer count below its buckets', { countInt: '1', zeroCountInt: '2' }],
    [
      'an integer count above its buckets',
      { countInt: '99', positiveSpans: [span(0, 1)], positiveDeltas: [3] },
    ],
    [
      'a count below its buckets though its sum is NaN',
      { countInt: '1', sum: Number.NaN, zeroCountInt: '2' },
    ],
    ['a bucket below zero', { countInt: '1', positiveSpans: [span(0, 2)], positiveDeltas: [2, -3] }],
    ['a float bucket below zero', { countFloat: 1, negativeSpans: [span(0, 1)], negativeCounts: [-1] }],
    ['a float count below zero', { countFloat: -1 }],
    ['a zero bucket below zero', { countFloat: 1, zeroCountFloat: -0.5 }],
    ['more spans than buckets', { countInt: '3', positiveSpans: [span(0, 2)], positiveDeltas: [3] }],
    [
      'a span of four billion buckets',
      { countInt: '3', positiveSpans: [span(0, 0xffff_ffff)], positiveDeltas: [3] },
    ],
    ['more buckets than spans', { countInt: '6', positiveSpans: [span(0, 1)], positiveDeltas: [3, 0] }],
    [
      'a later span that goes back',
      { countInt: '6', positiveSpans: [span(0, 1), span(-1, 1)], positiveDeltas: [3, 0] },
    ],
    [
      'spans beyond 32 bits',
      { countInt: '3', positiveSpans: [span(0x7fff_ffff, 0), span(0x7fff_ffff, 1)], positiveDeltas: [3] },
    ],
    ['schema 9', { schema: 9 }],
    ['schema -5', { schema: -5 }],
    ['bounds with an exponential schema', { customValues: [1] }],
    ['custom bounds that fall', { schema: -53, customValues: [2, 1] }],
    ['custom bounds twice', { schema: -53, customValues: [1, 1] }],
    ['a custom bound of infinity', { schema: -53, customValues: [1, Number.POSITIVE_INFINITY] }],
    ['a custom bound of NaN', { schema: -53, customValues: [Number.NaN] }],
    [
      'custom buckets past the bounds',
      { countInt: '3', schema: -53, customValues: [1], positiveSpans: [span(2, 1)], positiveDeltas: [3] },
    ],
    ['custom bounds and a zero bucket', { countInt: '1', schema: -53, customValues: [1], zeroCountInt: '1' }],
    [
      'custom bounds and negative buckets',
      { countInt: '1', schema: -53, customValues: [1], negativeSpans: [span(0, 1)], negativeDeltas: [1] },
    ],
    [
      '20,000 buckets',
      {
        countInt: '20000',
        positiveSpans: [span(0, 20_000)],
        positiveDeltas: [1, ...Array.from({ length: 19_999 }, () => 0)],
      },
    ],
  ])('leaves out one with %s and takes the next', (_, histogram) => {
    const { send } = decoderOf(version)
    const good = { ...of({ countInt: '1', zeroCountInt: '1' }), labels: labelsOf({ __name__: 'good' }) }
    const result = send(of(histogram), good)
    expect(result.histograms.map(({ labels }) => labels)).toEqual([{ __name__: 'good' }])
    expect(result).toMatchObject({ rejected: 1, codes: ['INVALID_SAMPLE'] })
  })
})
