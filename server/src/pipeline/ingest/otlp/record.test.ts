import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { Rejections } from '../rejection.ts'
import { encode, withBinaryIds } from '../wire/proto.suite.ts'
import { readJsonLogs, readJsonSpans } from './json-record.ts'
import { type RawLog, storedLog } from './log.ts'
import { Promotion } from './promotion.ts'
import { readProtobufLogs, readProtobufSpans } from './protobuf-record.ts'
import type { RecordLimits } from './record.ts'
import { RecordSink } from './record-sink.ts'
import { type RawSpan, storedSpan } from './span.ts'

const now = 1_700_000_000_000
const limits: RecordLimits = {
  recordsMax: 100,
  attributesMax: 6,
  eventsMax: 3,
  textMax: 50,
  promotion: new Promotion(['service.name', 'host.name']),
}
type Json = Record<string, unknown>

function logs(read: (sink: RecordSink<RawLog>) => void) {
  const rejections = new Rejections()
  const sink = new RecordSink<RawLog, StoredLog>(limits, rejections, (raw, resource) =>
    storedLog(raw, resource, now, limits),
  )
  read(sink)
  return { records: sink.records, rejected: [...rejections.byCode] }
}
function spans(read: (sink: RecordSink<RawSpan>) => void) {
  const rejections = new Rejections()
  const sink = new RecordSink<RawSpan, StoredSpan>(limits, rejections, (raw, resource) =>
    storedSpan(raw, resource, limits),
  )
  read(sink)
  return { records: sink.records, rejected: [...rejections.byCode] }
}
const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
const resource = {
  attributes: [text('service.name', 'cart'), text('host.name', 'h1'), text('process.runtime.name', 'node')],
}
const logRequest = (...logRecords: Json[]): Json => ({
  resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'lib' }, logRecords }] }],
})
const spanRequest = (...items: Json[]): Json => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'lib' }, spans: items }] }],
})
const ids = { traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174' }
const span = {
  ...ids,
  parentSpanId: 'EEE19B7EC3C1B173',
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: '1699999999999999999',
  endTimeUnixNano: '1700000000001250000',
}

const bothLogs = (request: Json) => {
  const json = logs((sink) => readJsonLogs(JSON.parse(JSON.stringify(request)), sink))
  expect(logs((sink) => readProtobufLogs(encode('otlp.LogsRequest', withBinaryIds(request)), sink))).toEqual(
    json,
  )
  return json
}
const bothSpans = (request: Json) => {
  const json = spans((sink) => readJsonSpans(JSON.parse(JSON.stringify(request)), sink))
  expect(
    spans((sink) => readProtobufSpans(encode('otlp.TraceRequest', withBinaryIds(request)), sink)),
  ).toEqual(json)
  return json
}

describe('OTLP logs', () => {
  it('keeps what a record says and folds its resource into the stream', () => {
    const record = {
      ...ids,
      timeUnixNano: '1700000000123456789',
      severityNumber: 17,
      severityText: 'Error',
      body: { stringValue: 'it broke' },
      attributes: [text('code', '7')],
      eventName: 'e',
    }
    expect(bothLogs(logRequest(record)).records).toEqual([
      {
        timeMs: 1_700_000_000_123,
        severity: 'ERROR',
        message: 'it broke',
        labels: { 'service.name': 'cart', 'host.name': 'h1' },
        attributes: {
          code: '7',
          'event.name': 'e',
          'otel.scope.name': 'lib',
          'process.runtime.name': 'node',
        },
        traceId: ids.traceId.toLowerCase(),
        spanId: ids.spanId.toLowerCase(),
      },
    ])
  })

  it.each<[Json, Partial<StoredLog>]>([
    [{ observedTimeUnixNano: '1690000000000000000' }, { timeMs: 1_690_000_000_000 }],
    [{}, { timeMs: now, severity: 'UNSPECIFIED', message: '', traceId: '' }],
    [{ severityNumber: 1 }, { severity: 'TRACE' }],
    [{ severityNumber: 24 }, { severity: 'FATAL' }],
    [{ severityNumber: 25 }, { severity: 'UNSPECIFIED' }],
    [{ severityText: 'warning' }, { severity: 'WARN' }],
    [
      {
        body: {
          kvlistValue: {
            values: [
              text('a', 'b'),
              { key: 'n', value: { arrayValue: { values: [{ doubleValue: 1.5 }, {}] } } },
            ],
          },
        },
      },
      { message: '{"a":"b","n":[1.5,null]}' },
    ],
    [{ body: { bytesValue: 'AQI=' } }, { message: 'AQI=' }],
    [
      { traceId: 'abcd', spanId: '0000000000000000' },
      { traceId: '', spanId: '' },
    ],
  ])('reads %j', (record, expected) => {
    expect(bothLogs(logRequest(record)).records[0]).toMatchObject(expected)
  })

  it('cuts what is too long, leaves out what is too much, and says so', () => {
    const attributes = Array.from({ length: 9 }, (_, i) => text(`a${i}`, i === 0 ? 'x'.repeat(60) : 'v'))
    const [record] = bothLogs(logRequest({ body: { stringValue: 'y'.repeat(51) }, attributes })).records
    expect(record?.message).toBe('y'.repeat(50))
    expect(record?.attributes).toMatchObject({
      a0: 'x'.repeat(50),
      'aiops.truncated': 'true',
      'aiops.dropped_attributes': '5',
    })
    expect(Object.keys(record?.attributes ?? {})).toHaveLength(8)
  })

  it('leaves out a record with an attribute that would reach a prototype', () => {
    const result = bothLogs(
      logRequest({ attributes: [text('__proto__', 'x')] }, { body: { stringValue: 'fine' } }),
    )
    expect(result.records.map((r) => r.message)).toEqual(['fine'])
    expect(result.rejected).toEqual([['INVALID_LABELS', 1]])
    expect(({} as Json).x).toBeUndefined()
  })

  it('refuses values nested without end in either form', () => {
    const deep = (levels: number): Json =>
      levels === 0 ? { stringValue: 'x' } : { arrayValue: { values: [deep(levels - 1)] } }
    const request = logRequest({ body: deep(40) })
    const refused = expect.objectContaining({ code: 'INVALID_REQUEST' })
    expect(() => logs((sink) => readJsonLogs(request, sink))).toThrow(refused)
    expect(() => logs((sink) => readProtobufLogs(encode('otlp.LogsRequest', request), sink))).toThrow(refused)
    expect(bothLogs(logRequest({ body: deep(20) })).records).toHaveLength(1)
  })
})

describe('OTLP traces', () => {
  it('keeps what a span says, its own attributes before those of its resource', () => {
    const status = { code: 2, message: 'boom' }
    const [stored] = bothSpans(
      spanRequest({ ...span, status, attributes: [text('host.name', 'own')] }),
    ).records
    expect(stored).toEqual({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      name: 'GET /',
      service: 'cart',
      kind: 'SERVER',
      startMs: 1_699_999_999_999,
      startNanos: 999_999,
      resourceKeys: ['process.runtime.name'],
      durationMs: 1.250001,
      status: 'ERROR',
      statusMessage: 'boom',
      attributes: {
        'host.name': 'own',
        'otel.scope.name': 'lib',
        'service.name': 'cart',
        'process.runtime.name': 'node',
      },
    })
  })

  it('keeps events and links, the first of each where there are too many, and says how many are missing', () => {
    const link = { ...ids, attributes: [text('why', 'retry')] }
    const event = (name: string) => ({
      timeUnixNano: '1700000000000500000',
      name,
      attributes: [text('n', name)],
    })
    const events = ['a', 'b', 'c', 'd', 'e'].map(event)
    const [stored] = bothSpans(spanRequest({ ...span, events, links: [link, { traceId: 'ab' }] })).records
    expect(stored?.events).toEqual(
      ['a', 'b', 'c'].map((name) => ({ timeMs: now, name, attributes: { n: name } })),
    )
    expect(stored?.links).toEqual([
      {
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        attributes: { why: 'retry' },
      },
    ])
    expect(stored?.attributes).toMatchObject({ 'aiops.dropped_events': '2', 'aiops.dropped_links': '1' })
    expect(bothSpans(spanRequest(span)).records[0]).not.toHaveProperty('events')
  })

  it('keeps name, version and attributes of the scope, after what a record says itself', () => {
    const scope = { name: 'lib', version: '1.2', attributes: [text('team', 'a')] }
    const own = { attributes: [text('otel.scope.version', 'own')] }
    const wanted = { 'otel.scope.name': 'lib', 'otel.scope.version': 'own', 'otel.scope.team': 'a' }
    const [log] = bothLogs({ resourceLogs: [{ scopeLogs: [{ scope, logRecords: [own] }] }] }).records
    expect(log?.attributes).toEqual(wanted)
    const [one] = bothSpans({
      resourceSpans: [{ scopeSpans: [{ scope, spans: [{ ...span, ...own }] }] }],
    }).records
    expect(one?.attributes).toEqual(wanted)
  })

  it.each([
    ['attributes', 0x4a],
    ['events', 0x5a],
    ['links', 0x6a],
  ])('refuses a span that is nothing but empty %s, before they fill the memory', (_, tag) => {
    const inner = Buffer.alloc(2_000_000, Buffer.from([tag, 0]))
    const wrap = (number: number, body: Buffer) => {
      const length: number[] = []
      for (let rest = body.length; rest > 0; rest = Math.floor(rest / 128))
        length.push((rest % 128) | (rest >= 128 ? 128 : 0))
      return Buffer.concat([Buffer.from([number, ...length]), body])
    }
    const body = wrap(0x0a, wrap(0x12, wrap(0x12, inner)))
    expect(() => spans((sink) => readProtobufSpans(body, sink))).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    )
  })

  it('names a service that names itself not, knows a root, and takes no time for a span that ends before it starts', () => {
    const item = { ...span, parentSpanId: '', kind: 9, endTimeUnixNano: '1' }
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [item] }] }] }
    expect(bothSpans(request).records[0]).toMatchObject({
      service: 'unknown_service',
      parentSpanId: '',
      durationMs: 0,
      kind: 'UNSPECIFIED',
      status: 'UNSET',
    })
  })

  it.each([
    { traceId: '' },
    { traceId: '0'.repeat(32) },
    { traceId: 'abcd' },
    { spanId: '' },
    { spanId: '0'.repeat(16) },
    { spanId: ids.traceId },
  ])('leaves out a span with %j and takes the others', (bad) => {
    const result = bothSpans(spanRequest(span, { ...span, ...bad }, span))
    expect(result.records).toHaveLength(2)
    expect(result.rejected).toEqual([['INVALID_REQUEST', 1]])
  })

  it('gives the same spans from protobuf as from JSON, whatever they hold', () => {
    const hex = (bytes: number) =>
      fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString('hex'))
    const time = fc.bigInt({ min: 0n, max: 1_800_000_000_000_000_000n })
    const item = fc
      .record({
        traceId: hex(16),
        spanId: hex(8),
        parentSpanId: fc.oneof(hex(8), fc.constant('')),
        name: fc.string({ unit: 'grapheme' }),
        kind: fc.nat(7),
        start: time,
        length: fc.bigInt({ min: -5n, max: 9_000_000_000_000n }),
        status: fc.record({ code: fc.nat(3), message: fc.string() }),
        attributes: fc.array(
          fc.record({
            key: fc.constantFrom('a', 'b', 'toString', ''),
            value: fc.record({ intValue: fc.integer().map(String) }),
          }),
          { maxLength: 4 },
        ),
      })
      .map(({ start, length, ...rest }) => ({
        ...rest,
        startTimeUnixNano: String(start),
        endTimeUnixNano: String(start + length < 0n ? 0n : start + length),
      }))
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => void bothSpans(spanRequest(...items))),
      { numRuns: 200 },
    )
  })

  it('throws nothing but a fault, whatever the bytes', () => {
    const whole = encode(
      'otlp.TraceRequest',
      withBinaryIds(
        spanRequest({ ...span, status: { code: 2 }, attributes: [text('a', 'b')], events: [{ name: 'x' }] }),
      ),
    )
    const attempt = (body: Buffer): void => {
      for (const read of [
        () => spans((sink) => readProtobufSpans(body, sink)),
        () => logs((sink) => readProtobufLogs(body, sink)),
      ]) {
        try {
          read()
        } catch (error) {
          if (!isFault(error)) throw error
        }
      }
    }
    for (let end = 0; end < whole.length; end += 1) attempt(whole.subarray(0, end))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = Buffer.from(whole)
        broken[at] = byte
        attempt(broken)
      }),
      { numRuns: 500 },
    )
    expect(spans((sink) => readProtobufSpans(whole, sink)).records).toHaveLength(1)
  })
})
