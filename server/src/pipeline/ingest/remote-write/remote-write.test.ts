import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { MemoryCatalog, type Sample, samplesOf } from '../rig.suite.ts'
import { decode, encode } from '../wire/proto.suite.ts'
import { RemoteWriteDecoder } from './remote-write.ts'
import type { RemoteWriteLimits } from './sample-sink.ts'

const now = 1_700_000_000_000
const limits: RemoteWriteLimits = {
  labels: { countMax: 64, nameBytesMax: 1_024, valueBytesMax: 4_096 },
  samplesMax: 10_000,
  familiesMax: 100,
  knownSeriesMax: 1_000,
  knownBytesMax: 1 << 20,
  ageMsMax: 3_600_000,
  futureMsMax: 600_000,
}
type Label = { name: string; value: string }
type Series = { labels: Label[]; samples: { value?: number; timestamp: number }[]; exemplars?: unknown[] }

function decoderOf(over: Partial<RemoteWriteLimits> = {}) {
  const catalog = new MemoryCatalog()
  const decoder = new RemoteWriteDecoder('default', catalog, { ...limits, ...over }, 42)
  const read = (body: Buffer): { samples: Sample[]; rejected: number; codes: string[] } => {
    const { columns, rejections } = decoder.decode(body, now)
    return {
      samples: samplesOf(catalog, columns.batch('default')),
      rejected: rejections.count,
      codes: [...rejections.byCode.keys()],
    }
  }
  return { catalog, read }
}

const encodeSeries = (timeseries: Series[], more: Record<string, unknown> = {}): Buffer =>
  encode('prometheus.WriteRequest', { timeseries, ...more })
const labels = (record: Record<string, string>): Label[] =>
  Object.entries(record).map(([name, value]) => ({ name, value }))
const up: Series = {
  labels: labels({ __name__: 'up', job: 'node' }),
  samples: [{ value: 1, timestamp: now }],
}

const name = fc.constantFrom('a', 'b', 'job', 'инстанс', 'le', 'toString', 'x'.repeat(200))
const series: fc.Arbitrary<Series> = fc.record({
  labels: fc
    .uniqueArray(
      fc.record({
        name,
        value: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((v) => !v.includes('\0')),
      }),
      { selector: (l) => l.name, maxLength: 6 },
    )
    .chain((rest) =>
      fc
        .constantFrom('up', 'requests_total', 'http.server')
        .map((metric) => [{ name: '__name__', value: metric }, ...rest]),
    ),
  // Times apart: what two samples of one time mean is tested by itself.
  samples: fc.uniqueArray(
    fc.record({ value: fc.double(), timestamp: fc.integer({ min: now - 3_600_000, max: now + 600_000 }) }),
    { selector: (sample) => sample.timestamp, maxLength: 4 },
  ),
})

const setOf = ({ labels }: Series): string =>
  labels
    .map(({ name, value }) => JSON.stringify([name, value]))
    .sort()
    .join()

/** What the generic decoder makes of the same bytes. */
function oracle(body: Buffer): { labels: Record<string, string>; timeMs: number; value: number }[] {
  const request = decode('prometheus.WriteRequest', body) as {
    timeseries?: { labels?: Partial<Label>[]; samples?: { value?: number | string; timestamp?: string }[] }[]
  }
  return (request.timeseries ?? []).flatMap((s) =>
    (s.samples ?? []).map((sample) => ({
      labels: Object.fromEntries((s.labels ?? []).map((l) => [l.name ?? '', l.value ?? ''])),
      timeMs: Number(sample.timestamp ?? 0),
      value: Number(sample.value ?? 0),
    })),
  )
}
const plain = (samples: Sample[]) =>
  samples.map(({ labels, timeMs, value }) => ({ labels, timeMs, value: value + 0 }))

describe('remote write', () => {
  it('gives the samples that a generic decoder gives, for known and for new series, in any order of requests', () => {
    const { read } = decoderOf()
    fc.assert(
      fc.property(fc.uniqueArray(series, { selector: setOf, maxLength: 12 }), (timeseries) => {
        const body = encodeSeries(timeseries)
        const expected = oracle(body).map((s) => ({ ...s, value: s.value + 0 }))
        expect(plain(read(body).samples)).toEqual(expected)
        expect(plain(read(body).samples)).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('asks the catalog for a known series no more, even when the order of series changes', () => {
    const { catalog, read } = decoderOf()
    const many = Array.from({ length: 50 }, (_, i) => ({
      ...up,
      labels: labels({ __name__: 'up', instance: `host-${i}` }),
    }))
    read(encodeSeries(many))
    expect(catalog.interned).toBe(50)
    expect(read(encodeSeries(many)).samples).toHaveLength(50)
    const reversed = read(encodeSeries(many.toReversed()))
    expect(reversed.samples.map((s) => s.labels.instance)).toEqual(
      many.toReversed().map((s) => s.labels[1]!.value),
    )
    expect(catalog.interned).toBe(50)
  })

  it('takes a series apart from one whose labels begin with its labels', () => {
    const { read } = decoderOf()
    const short = { ...up, labels: labels({ __name__: 'up', a: '1' }) }
    const long = { ...up, labels: labels({ __name__: 'up', a: '1', b: '2' }) }
    read(encodeSeries([up, short]))
    const seen = read(encodeSeries([up, long, up, short])).samples.map((s) => Object.keys(s.labels).length)
    expect(seen).toEqual([2, 3, 2, 2])
  })

  it('keeps the bits of stale markers, NaN payloads, infinities and minus zero', () => {
    const { read } = decoderOf()
    const words = [
      '7ff0000000000002',
      '7ff8000000000001',
      '7ff0000000000000',
      'fff0000000000000',
      '8000000000000000',
      'fff8dead0000beef',
    ]
    const body = encodeSeries([{ ...up, samples: words.map((_, i) => ({ value: 1.5, timestamp: now + i })) }])
    const pattern = Buffer.from('000000000000f83f', 'hex')
    let at = 0
    for (const word of words) {
      at = body.indexOf(pattern, at)
      Buffer.from(word, 'hex').reverse().copy(body, at)
    }
    for (let pass = 0; pass < 2; pass += 1) expect(read(body).samples.map((s) => s.bits)).toEqual(words)
  })

  it('reads a sample whose zero fields are left out, and one with fields the other way round', () => {
    const { read } = decoderOf({ ageMsMax: now + 1 })
    const zero = encodeSeries([
      {
        ...up,
        samples: [
          { value: 0, timestamp: now },
          { value: 3, timestamp: 0 },
        ],
      },
    ])
    expect(read(zero).samples.map((s) => [s.timeMs, s.value])).toEqual([
      [now, 0],
      [0, 3],
    ])
    const turned = encodeSeries([up])
    const at = turned.indexOf(0x09, turned.indexOf('node') + 4)
    const value = turned.subarray(at, at + 9)
    const swapped = Buffer.concat([turned.subarray(0, at), turned.subarray(at + 9), value])
    expect(read(swapped).samples.map((s) => [s.timeMs, s.value])).toEqual([[now, 1]])
  })

  it('joins labels that stand before and after the samples', () => {
    const { read } = decoderOf()
    const whole = encodeSeries([up])
    const first = encodeSeries([{ ...up, labels: [up.labels[0]!] }])
    const tail = encode('prometheus.TimeSeries', { labels: [up.labels[1]!] })
    const message = Buffer.concat([first.subarray(2), tail])
    const body = Buffer.concat([Buffer.from([0x0a, message.length]), message])
    for (const next of [body, first, body, whole]) read(next)
    expect(read(body).samples).toEqual(read(whole).samples)
    expect(read(body).samples).toHaveLength(1)
  })

  it('tells kinds by metadata where there is some, else by the name, and refines what it knew', () => {
    const { catalog, read } = decoderOf()
    const named = (metric: string): Series => ({ ...up, labels: labels({ __name__: metric }) })
    const body = encodeSeries(
      ['x_total', 'x_bucket', 'x_sum', 'x_count', 'x', 'temperature_count'].map(named),
    )
    expect(read(body).samples.map((s) => s.kind)).toEqual([
      'COUNTER',
      'HISTOGRAM',
      'COUNTER',
      'COUNTER',
      'UNKNOWN',
      'COUNTER',
    ])
    read(
      encode('prometheus.WriteRequest', {
        metadata: [
          { type: 2, metricFamilyName: 'temperature_count', unit: 'Cel' },
          { type: 5, metricFamilyName: 'x' },
        ],
      }),
    )
    expect(read(body).samples.map((s) => s.kind)).toEqual([
      'COUNTER',
      'HISTOGRAM',
      'COUNTER',
      'COUNTER',
      'SUMMARY',
      'GAUGE',
    ])
    expect(catalog.rows.at(-1)?.meta.unit).toBe('Cel')
  })

  it.each<[string, Label[] | Buffer, string]>([
    ['an empty label name', labels({ __name__: 'x', '': 'v' }), 'INVALID_LABELS'],
    [
      'a label given twice',
      [...labels({ __name__: 'x', a: '1' }), { name: 'a', value: '1' }],
      'INVALID_LABELS',
    ],
    ['no metric name', labels({ job: 'x' }), 'INVALID_LABELS'],
    ['no labels', [], 'INVALID_LABELS'],
    [
      '65 labels',
      [
        ...labels({ __name__: 'x' }),
        ...Array.from({ length: 64 }, (_, i) => ({ name: `l${i}`, value: 'v' })),
      ],
      'INVALID_LABELS',
    ],
    ['a value of 1 MB', labels({ __name__: 'x', a: 'v'.repeat(1_000_000) }), 'INVALID_LABELS'],
    [
      'a name that is too long in bytes, not in characters',
      labels({ __name__: 'x', ['ü'.repeat(600)]: 'v' }),
      'INVALID_LABELS',
    ],
    ['a NUL', labels({ __name__: 'x', a: 'v\0w' }), 'INVALID_LABELS'],
    [
      '__proto__',
      [
        { name: '__name__', value: 'x' },
        { name: '__proto__', value: 'polluted' },
      ],
      'INVALID_LABELS',
    ],
    ['constructor', labels({ __name__: 'x', constructor: 'v' }), 'INVALID_LABELS'],
    ['invalid UTF-8', Buffer.from('0a080a085f5f6e616d655f5f', 'hex'), 'INVALID_LABELS'],
  ])('leaves out a series with %s, takes the others and pollutes nothing', (_, poison, code) => {
    const { read } = decoderOf()
    const bad = Buffer.isBuffer(poison)
      ? invalidUtf8()
      : encodeSeries([{ labels: poison, samples: [{ value: 1, timestamp: now }] }])
    const later = { ...up, samples: [{ value: 1, timestamp: now + 1 }] }
    const result = read(Buffer.concat([encodeSeries([up]), bad, encodeSeries([later])]))
    expect(result.samples.map((s) => s.labels)).toEqual([
      { __name__: 'up', job: 'node' },
      { __name__: 'up', job: 'node' },
    ])
    expect(result).toMatchObject({ rejected: 1, codes: [code] })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('leaves out samples too far ahead or too old, and native histograms', () => {
    const { read } = decoderOf()
    const samples = [
      now - 3_600_001,
      now - 3_600_000,
      now + 600_000,
      now + 600_001,
      -5,
      Number.MAX_SAFE_INTEGER,
    ].map((timestamp) => ({ value: 1, timestamp }))
    const result = read(
      encode('prometheus.WriteRequest', { timeseries: [{ ...up, samples, histograms: [{ sum: 1 }] }] }),
    )
    expect(result.samples.map((s) => s.timeMs)).toEqual([now - 3_600_000, now + 600_000])
    expect(result).toMatchObject({ rejected: 5, codes: ['INVALID_SAMPLE'] })
  })

  it('reads on behind a series whose first label is the wrong one', () => {
    const { read } = decoderOf()
    const bad = encodeSeries([
      { ...up, labels: [{ name: 'ZZZZ', value: 'a' }, ...labels({ __name__: 'x', b: 'c', d: 'e' })] },
    ])
    bad[bad.indexOf('ZZZZ')] = 0xff
    const result = read(Buffer.concat([bad, encodeSeries([up])]))
    expect(result.samples.map((s) => s.labels)).toEqual([{ __name__: 'up', job: 'node' }])
    expect(result).toMatchObject({ rejected: 1, codes: ['INVALID_LABELS'] })
  })

  it('refuses new series at the limit and goes on taking known ones', () => {
    const { catalog, read } = decoderOf()
    read(encodeSeries([up]))
    catalog.seriesMax = 1
    const result = read(
      encodeSeries([
        { ...up, labels: labels({ __name__: 'new' }), samples: [...up.samples, ...up.samples] },
        up,
      ]),
    )
    expect(result).toMatchObject({
      samples: [{ labels: { __name__: 'up' } }],
      rejected: 2,
      codes: ['SERIES_LIMIT'],
    })
  })

  it('goes on when it can remember no more series', () => {
    const { read } = decoderOf({ knownSeriesMax: 10, knownBytesMax: 400 })
    const many = Array.from({ length: 50 }, (_, i) => ({
      ...up,
      labels: labels({ __name__: 'up', instance: `host-${i}` }),
    }))
    for (let pass = 0; pass < 4; pass += 1)
      expect(new Set(read(encodeSeries(many)).samples.map((s) => s.labels.instance)).size).toBe(50)
  })

  it('takes a sample given twice once, and of two values for one moment the first', () => {
    const { read } = decoderOf()
    const samples = [1, 1, 2].map((value) => ({ value, timestamp: now }))
    const result = read(encodeSeries([{ ...up, samples }]))
    expect(result.samples.map((s) => s.value)).toEqual([1])
    expect(result).toMatchObject({ rejected: 1, codes: ['INVALID_SAMPLE'] })
  })

  it('bounds the samples of one request', () => {
    const { read } = decoderOf({ samplesMax: 100 })
    const samples = Array.from({ length: 101 }, (_, i) => ({ value: i, timestamp: now + i }))
    expect(() => read(encodeSeries([{ ...up, samples }]))).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    )
  })

  it('throws nothing but a fault, whatever the bytes, and still reads what comes after', () => {
    const { read } = decoderOf()
    const whole = encodeSeries([up, { ...up, labels: labels({ __name__: 'b', c: 'd' }) }], {
      metadata: [{ type: 1, metricFamilyName: 'b' }],
    })
    const attempt = (body: Buffer): void => {
      try {
        read(body)
      } catch (error) {
        if (!isFault(error)) throw error
        expect(error.code).toBe('INVALID_REQUEST')
      }
    }
    for (let end = 0; end < whole.length; end += 1) attempt(whole.subarray(0, end))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(Buffer.from(bytes))),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = Buffer.from(whole)
        broken[at] = byte
        attempt(broken)
      }),
      { numRuns: 500 },
    )
    expect(read(whole).samples).toHaveLength(2)
  })
})

/** A series whose label value is a lone continuation byte. */
function invalidUtf8(): Buffer {
  const body = encodeSeries([
    { labels: labels({ __name__: 'x', a: 'ZZZZ' }), samples: [{ value: 1, timestamp: now }] },
  ])
  body[body.indexOf('ZZZZ')] = 0xff
  return body
}
