import { describe, expect, it } from 'vitest'
import { now } from '../request.suite.ts'
import { decoderOf, encodeCases, labelsOf, type SeriesCase, versions } from './series-case.suite.ts'

const HOUR = 3_600_000
const AHEAD = 600_000
const series = (timestamps: number[], name = 'up'): SeriesCase => ({
  labels: labelsOf({ __name__: name }),
  samples: timestamps.map((timestamp, value) => ({ value, timestamp })),
})
const at = (timestamp: number, value: number): SeriesCase => ({
  labels: labelsOf({ __name__: 'up' }),
  samples: [{ value, timestamp }],
})

/**
 * The verdicts of Prometheus 3 as a receiver with an out-of-order window of an hour, the age that is taken here
 * (storage/remote/write_handler.go, tsdb/head_append.go).
 */
describe.each(versions)('verdicts of remote write %i.0', (version) => {
  it.each<[string, number[], number]>([
    ['now', [now], 0],
    ['ten minutes ahead', [now + AHEAD], 0],
    ['further ahead', [now + AHEAD + 1], 1],
    ['an hour old', [now - HOUR], 0],
    ['older', [now - HOUR - 1], 1],
    ['at the epoch', [0], 1],
    ['before the epoch', [-1, -5], 2],
    ['at the ends of the range of numbers', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], 2],
    ['out of order', [now, now - 1_000, now - 60_000], 0],
  ])('on a sample %s', (_, timestamps, refused) => {
    const { send } = decoderOf(version)
    const result = send(series(timestamps))
    expect([result.samples.length, result.rejected]).toEqual([timestamps.length - refused, refused])
    expect(result.codes).toEqual(refused > 0 ? ['INVALID_SAMPLE'] : [])
  })

  it.each<[string, number[], number[], number]>([
    ['the same sample twice', [1, 1], [1], 0],
    ['two values for one moment', [1, 2], [1], 1],
    ['NaN twice', [Number.NaN, Number.NaN], [Number.NaN], 0],
    ['zero and minus zero', [0, -0], [0], 1],
    ['infinity', [Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], 0],
  ])('on %s', (_, values, kept, refused) => {
    const { send } = decoderOf(version)
    for (const cases of [
      [{ ...at(now, 0), samples: values.map((value) => ({ value, timestamp: now })) }],
      values.map((value) => at(now, value)),
    ]) {
      const result = send(...cases)
      expect(result.samples.map(({ value }) => value)).toEqual(kept)
      expect(result.rejected).toBe(refused)
    }
  })

  it('gives a series of which nothing is taken no place in the catalogue, whatever was sent of it', () => {
    const { catalog, send } = decoderOf(version)
    const late = now - HOUR - 1
    const result = send(
      series([late, 0], 'late'),
      { ...series([], 'histogram'), histograms: [{ timestamp: late, countInt: '1', zeroCountInt: '1' }] },
      { ...series([], 'exemplar'), exemplars: [{ labels: {}, value: 1, timestamp: late }] },
      series([now + AHEAD + 1, now], 'partly'),
    )
    expect(catalog.rows.map(({ labels }) => labels)).toEqual([{ __name__: 'partly' }])
    expect(result).toMatchObject({ rejected: 5, codes: ['INVALID_SAMPLE'] })
    expect(send(series([now, late], 'late'))).toMatchObject({ samples: [{ timeMs: now }], rejected: 1 })
  })

  it('does not take samples of two refused series for one', () => {
    const { send } = decoderOf(version)
    expect(send(series([1], 'a'), series([1], 'b'), series([1], 'c')).rejected).toBe(3)
  })

  it('says which labels an exemplar had, when it was, and leaves out one with labels it cannot have', () => {
    const { send } = decoderOf(version)
    const exemplar = (labels: Record<string, string>, timestamp = now - 1) => ({
      labels,
      value: 0.5,
      timestamp,
    })
    const result = send({
      ...series([now]),
      exemplars: [
        exemplar({ trace_id: 'abc', span_id: 'def' }),
        exemplar({ x: 'a\0b' }),
        exemplar({}, 0),
        exemplar({ z: '1' }, now + AHEAD + 1),
      ],
    })
    expect(result.exemplars).toEqual([
      {
        series: { __name__: 'up' },
        labels: { trace_id: 'abc', span_id: 'def' },
        timeMs: now - 1,
        value: 0.5,
      },
      { series: { __name__: 'up' }, labels: {}, timeMs: now, value: 0.5 },
    ])
    expect(result).toMatchObject({
      samples: [{ timeMs: now }],
      rejected: 2,
      codes: ['INVALID_LABELS', 'INVALID_SAMPLE'],
    })
  })

  it('bounds samples, histograms and exemplars of one request', () => {
    const many = Array.from({ length: 101 }, (_, i) => now - i)
    for (const more of [
      { samples: many.map((timestamp) => ({ value: 1, timestamp })) },
      { histograms: many.map((timestamp) => ({ timestamp, countInt: '1', zeroCountInt: '1' })) },
      { exemplars: many.map((timestamp) => ({ labels: {}, value: 1, timestamp })) },
    ]) {
      const { read } = decoderOf(version, { samplesMax: 100 })
      expect(() => read(encodeCases(version, [{ ...series([]), ...more }]))).toThrow(
        expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
      )
    }
  })
})
