import { describe, expect, it } from 'vitest'
import { now } from '../request.suite.ts'
import { histogram } from './compliance.suite.ts'
import { decoderOf, encode2, labelsOf, request2, type SeriesCase } from './series-case.suite.ts'

const up: SeriesCase = {
  labels: labelsOf({ __name__: 'up', job: 'node' }),
  samples: [{ value: 1, timestamp: now }],
}
const named = (name: string, more: Partial<SeriesCase> = {}): SeriesCase => ({
  ...up,
  labels: labelsOf({ __name__: name }),
  ...more,
})

describe('remote write 2.0', () => {
  it('asks the catalogue for a known series no more, though its symbols stand elsewhere in every request', () => {
    const { catalog, send } = decoderOf(2)
    const many = Array.from({ length: 50 }, (_, i) => ({
      ...up,
      labels: labelsOf({ __name__: 'up', instance: `host-${i}` }),
    }))
    send(...many)
    expect(catalog.interned).toBe(50)
    const reversed = send(named('other'), ...many.toReversed())
    expect(reversed.samples.map((s) => s.labels.instance)).toEqual([
      undefined,
      ...many.toReversed().map((_, i) => `host-${49 - i}`),
    ])
    expect(catalog.interned).toBe(51)
  })

  it('never takes one series for another when two requests give one number to different symbols', () => {
    const { read } = decoderOf(2)
    const body = (symbols: string[]): Buffer =>
      encode2({ symbols: ['', ...symbols], timeseries: [{ labelsRefs: [1, 2, 3, 4], samples: up.samples }] })
    for (const job of ['a', 'b', 'a', 'c', 'b'])
      expect(read(body(['__name__', 'up', 'job', job])).samples.map((s) => s.labels)).toEqual([
        { __name__: 'up', job },
      ])
  })

  it('takes a native histogram for one also where the sender tells no type', () => {
    const { catalog, send } = decoderOf(2)
    send(histogram({ __name__: 'latency' }, 5, { positive: true }), named('depth'))
    expect(catalog.rows.map(({ labels, meta }) => [labels.__name__, meta.kind])).toEqual([
      ['latency', 'HISTOGRAM'],
      ['depth', 'UNKNOWN'],
    ])
  })

  it('takes labels in any order for the same series', () => {
    const { catalog, send } = decoderOf(2)
    send(up)
    send({ ...up, labels: up.labels.toReversed() })
    expect(catalog.rows).toHaveLength(1)
  })

  it('reads references packed, one by one, in several packs and after the samples, and symbols behind the series', () => {
    const { read } = decoderOf(2)
    const symbols = ['', '__name__', 'up', 'job', 'node'].map((text) => field(0x22, Buffer.from(text)))
    const sample = Buffer.from('1211 09 000000000000f03f 10'.replaceAll(' ', ''), 'hex')
    const time = varint(now)
    const whole = Buffer.concat([Buffer.from([0x12, 10 + time.length]), sample.subarray(2), time])
    const forms = [
      [Buffer.from([0x0a, 4, 1, 2, 3, 4]), whole],
      [Buffer.from([0x08, 1, 0x08, 2, 0x08, 3, 0x08, 4]), whole],
      [Buffer.from([0x0a, 1, 1, 0x0a, 3, 2, 3, 4]), whole],
      [whole, Buffer.from([0x0a, 4, 1, 2, 3, 4])],
      [Buffer.from([0x0a, 2, 1, 2]), whole, Buffer.from([0x0a, 2, 3, 4])],
    ]
    for (const form of forms) {
      const series = field(0x2a, Buffer.concat(form))
      for (const body of [
        [...symbols, series],
        [series, ...symbols],
      ])
        expect(read(Buffer.concat(body)).samples.map((s) => [s.labels, s.timeMs, s.value])).toEqual([
          [{ __name__: 'up', job: 'node' }, now, 1],
        ])
    }
  })

  it.each<[string, number[], string[]]>([
    ['an odd number of references', [1, 2, 3], ['', '__name__', 'up', 'job']],
    ['a reference past the symbols', [1, 2, 3, 9], ['', '__name__', 'up', 'job']],
    ['an empty label name', [1, 2, 0, 3], ['', '__name__', 'up', 'job']],
    ['a label given twice', [1, 2, 3, 3, 3, 3], ['', '__name__', 'up', 'job']],
    ['no metric name', [3, 3], ['', '__name__', 'up', 'job']],
    ['an empty metric name', [1, 0], ['', '__name__']],
    ['no labels', [], ['', '__name__']],
    ['a NUL', [1, 2, 3, 3], ['', '__name__', 'up', 'j\0b']],
    ['__proto__', [1, 2, 3, 3], ['', '__name__', 'up', '__proto__']],
    ['a value of 1 MB', [1, 2, 3, 4], ['', '__name__', 'up', 'job', 'v'.repeat(1_000_000)]],
    [
      '65 labels',
      [1, 2, ...Array.from({ length: 128 }, (_, i) => 3 + i)],
      ['', '__name__', 'up', ...Array.from({ length: 128 }, (_, i) => `x${i}`)],
    ],
    ['10,000 labels', [1, 2, ...Array.from({ length: 20_000 }, () => 3)], ['', '__name__', 'up', 'x']],
  ])('leaves out a series with %s and takes the others', (_, labelsRefs, symbols) => {
    const { read, catalog } = decoderOf(2)
    const good = { labelsRefs: [1, symbols.length], samples: up.samples }
    const message = {
      symbols: [...symbols, 'good'],
      timeseries: [{ labelsRefs, samples: up.samples }, good],
    }
    for (let pass = 0; pass < 2; pass += 1) {
      const result = read(encode2(message))
      expect(result.samples.map((s) => s.labels)).toEqual([{ __name__: 'good' }])
      expect(result).toMatchObject({ rejected: 1, codes: ['INVALID_LABELS'] })
    }
    expect(catalog.rows).toHaveLength(1)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('leaves out a series whose symbol is no UTF-8', () => {
    const { read } = decoderOf(2)
    const body = encode2(request2([named('ZZZZ'), up]))
    body[body.indexOf('ZZZZ')] = 0xff
    expect(read(body)).toMatchObject({ samples: [{ labels: { __name__: 'up' } }], codes: ['INVALID_LABELS'] })
  })

  it('refuses a request whose first symbol is not empty', () => {
    const { read } = decoderOf(2)
    const body = encode2({
      symbols: ['__name__', 'up'],
      timeseries: [{ labelsRefs: [0, 1], samples: up.samples }],
    })
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  it('tells kind and unit by the metadata each series carries, and refines a known series when they change', () => {
    const { catalog, send } = decoderOf(2)
    const told = (name: string, type: number, unit = ''): SeriesCase =>
      named(name, { metadata: { type, unit, help: 'h' } })
    send(
      told('a_total', 1),
      told('b', 2, 'celsius'),
      told('c_bucket', 3),
      told('c_count', 3, 'seconds'),
      told('c_sum', 3, 'seconds'),
    )
    send(told('d', 5), told('e_info', 6), told('f', 0), told('g_total', 0), told('h_count', 2), told('i', 99))
    expect(catalog.rows.map(({ labels, meta }) => [labels.__name__, meta.kind, meta.unit])).toEqual([
      ['a_total', 'COUNTER', undefined],
      ['b', 'GAUGE', 'celsius'],
      ['c_bucket', 'HISTOGRAM', undefined],
      ['c_count', 'COUNTER', undefined],
      ['c_sum', 'COUNTER', 'seconds'],
      ['d', 'SUMMARY', undefined],
      ['e_info', 'GAUGE', undefined],
      ['f', 'UNKNOWN', undefined],
      ['g_total', 'COUNTER', undefined],
      ['h_count', 'GAUGE', undefined],
      ['i', 'UNKNOWN', undefined],
    ])
    const asked = catalog.interned
    send(told('b', 2, 'celsius'), named('b'))
    expect(catalog.interned).toBe(asked)
    send(told('f', 1, 'bytes'))
    expect(catalog.rows[7]?.meta).toEqual({ kind: 'COUNTER', unit: 'bytes' })
    send(told('f', 1, 'bytes'))
    expect(catalog.interned).toBe(asked + 1)
  })

  it('takes metadata without data for nothing, and refuses a series with neither', () => {
    const { catalog, send } = decoderOf(2)
    expect(send(named('orphan', { samples: [], metadata: { type: 1 } }))).toMatchObject({ rejected: 0 })
    expect(send(named('empty', { samples: [] }))).toMatchObject({ rejected: 1, codes: ['INVALID_SAMPLE'] })
    expect(catalog.rows).toEqual([])
  })

  it('goes on when it can remember no more series or symbols', () => {
    for (const small of [
      { knownSeriesMax: 10 },
      { knownBytesMax: 300 },
      { knownSeriesMax: 1, knownBytesMax: 8 },
    ]) {
      const { send } = decoderOf(2, small)
      const many = Array.from({ length: 50 }, (_, i) => ({
        ...up,
        labels: labelsOf({ __name__: 'up', instance: `host-${i}` }),
      }))
      for (let pass = 0; pass < 4; pass += 1)
        expect(send(...many).samples.map((s) => s.labels.instance)).toEqual(many.map((_, i) => `host-${i}`))
    }
  })

  it('bounds the symbols of one request', () => {
    const { read } = decoderOf(2, { samplesMax: 100 })
    expect(() => read(encode2({ symbols: ['', ...Array.from({ length: 256 }, () => 'x')] }))).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    )
  })
})

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}
const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), varint(body.length), body])
