import fc from 'fast-check'
import protobuf from 'protobufjs'
import { compressSync, uncompressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ProtobufWriter } from '../../../kernel/protobuf-writer.ts'
import { ProtobufReader } from '../../../pipeline/ingest/index.ts'
import { histogram, openApiOver } from '../open-api.suite.ts'
import { encodeWriteRequest } from '../time-series.ts'
import { crc32c } from './crc32c.ts'
import { readRequest } from './read-request.ts'
import { readXorChunk } from './xor-chunk.suite.ts'
import { xorChunk } from './xor-chunk.ts'

const startMs = 1_700_000_000_000

/** Messages as published (prometheus, `prompb/types.proto`), for a generic decoder as oracle. */
const { root } = protobuf.parse(`
syntax = "proto3";
package prometheus;
message WriteRequest { repeated TimeSeries timeseries = 1; }
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }
message BucketSpan { sint32 offset = 1; uint32 length = 2; }
message Histogram { oneof count { uint64 count_int = 1; double count_float = 2; } double sum = 3; sint32 schema = 4; double zero_threshold = 5;
  oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
  repeated BucketSpan negative_spans = 8; repeated double negative_counts = 10;
  repeated BucketSpan positive_spans = 11; repeated double positive_counts = 13;
  uint32 reset_hint = 14; int64 timestamp = 15; repeated double custom_values = 16; }
message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; repeated Histogram histograms = 4; }
`)
function decodeMessage(type: string, bytes: Uint8Array): Record<string, unknown> {
  const found = root.lookupType(type)
  return found.toObject(found.decode(bytes), { longs: String, arrays: true, defaults: false })
}
type Query = { startMs: number; endMs: number; matchers: readonly (readonly [number, string, string])[] }

function requestOf(queries: readonly Query[], accepted: readonly number[]): Buffer {
  const out = new ProtobufWriter()
  for (const query of queries)
    out.message(0x0a, () => {
      out.int(0x08, query.startMs)
      out.int(0x10, query.endMs)
      for (const [type, name, value] of query.matchers)
        out.message(0x1a, () => {
          out.int(0x08, type)
          out.text(0x12, name)
          out.text(0x1a, value)
        })
    })
  for (const type of accepted) out.int(0x10, type)
  return compressSync(out.bytes())
}

async function read(body: Buffer, headers: Record<string, string> = { 'content-encoding': 'snappy' }) {
  const receiver = openApiOver(new MemoryMetricStore()).receivers.find(({ path }) => path.endsWith('/read'))
  return receiver!.handle({
    tenant: 'default',
    actor: 'test',
    headers,
    params: {},
    query: new URLSearchParams(),
    body,
  })
}

/** TimeSeries of each QueryResult. */
function resultsOf(body: Buffer): Record<string, unknown>[][] {
  const results: Record<string, unknown>[][] = []
  const reader = new ProtobufReader(uncompressSync(body, { asBuffer: true }) as Buffer)
  while (reader.pos < reader.end) {
    reader.tag()
    // A QueryResult is on the wire what a WriteRequest is: field 1 holds its series.
    results.push(
      (decodeMessage('prometheus.WriteRequest', reader.raw()).timeseries as Record<string, unknown>[]) ?? [],
    )
  }
  return results
}

describe('remote read', () => {
  it('answers samples by query, in order of labels, with native histograms', async () => {
    const range = { startMs, endMs: startMs + 60_000 }
    const { headers, body } = await read(
      requestOf(
        [
          { ...range, matchers: [[0, 'job', 'a']] },
          {
            ...range,
            matchers: [
              [2, '__name__', 'mem.*'],
              [1, 'job', 'x'],
            ],
          },
          { ...range, matchers: [[3, 'job', '.*']] },
        ],
        [0],
      ),
    )
    expect(headers).toEqual({ 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' })
    const [first, second, third] = resultsOf(body as Buffer)
    expect(first).toMatchObject([
      {
        labels: [
          { name: '__name__', value: 'http.requests' },
          { name: 'job', value: 'a' },
          { name: 'service.name', value: 'cart' },
        ],
        samples: [{ value: 1 }, { value: 4 }],
      },
      {
        histograms: [
          {
            ...{ countFloat: 7, sum: 5.5, zeroThreshold: 0.001, zeroCountFloat: 2 },
            ...{ positiveSpans: [{ offset: 1, length: 1 }], positiveCounts: [4], negativeCounts: [1] },
          },
        ],
      },
    ])
    expect(second).toHaveLength(1)
    expect(third).toEqual([])
  })

  it('answers samples where a stream cannot hold the histograms, and refuses where samples are not accepted', async () => {
    const query = { startMs, endMs: startMs + 1, matchers: [[0, '__name__', 'latency']] as const }
    expect((await read(requestOf([query], [1, 0]))).headers?.['content-type']).toBe('application/x-protobuf')
    await expect(read(requestOf([query], [1]))).rejects.toThrow('accept SAMPLES')
  })

  it('streams chunks, each frame with its length and checksum', async () => {
    const query = { startMs, endMs: startMs + 120_000, matchers: [[0, '__name__', 'http.requests']] as const }
    const { headers, body } = await read(requestOf([query], [1]))
    expect(headers?.['content-type']).toBe(
      'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse',
    )
    const bytes = body as Buffer
    const frame = new ProtobufReader(bytes)
    const length = frame.uint32()
    const message = bytes.subarray(frame.pos + 4, frame.pos + 4 + length)
    expect(bytes.readUInt32BE(frame.pos)).toBe(crc32c(message))
    expect(readXorChunk(chunkOf(message))).toEqual([
      [startMs, 1],
      [startMs + 60_000, 4],
      [startMs + 120_000, 7],
    ])
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no snappy', Buffer.from('hello')],
    ['a bomb', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0])],
    ['a query that ends before it starts', requestOf([{ startMs: 2, endMs: 1, matchers: [] }], [0])],
    ['an unknown matcher', requestOf([{ startMs: 1, endMs: 2, matchers: [[9, 'a', 'b']] }], [0])],
  ])('refuses %s', async (_, body) => {
    await expect(read(body)).rejects.toMatchObject({ name: 'Fault' })
  })

  it('never fails but with a reason, whatever it is sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readRequest(compressSync(Buffer.from(bytes)))
        } catch (error) {
          expect(error).toMatchObject({ name: 'Fault' })
        }
      }),
    )
  })
})

describe('XOR chunks', () => {
  it('give back every time and every bit of every value', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1e300),
    )
    const step = fc.oneof(
      fc.constant(15_000),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(step, value), { minLength: 1, maxLength: 130 }), (pairs) => {
        let timeMs = startMs
        const times = pairs.map(([by]) => (timeMs += by))
        const values = Float64Array.from(pairs.map(([, one]) => one))
        const got = readXorChunk(xorChunk(times, values, 0, times.length))
        expect(got.map(([time]) => time)).toEqual(times)
        expect(got.every(([, one], at) => Object.is(one, values[at]))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a write request', () => {
  it('holds the stale marker bit by bit, and histograms', () => {
    const stale = new Float64Array(new BigUint64Array([0x7ff0_0000_0000_0002n]).buffer)
    const body = encodeWriteRequest([
      { labels: { __name__: 'a', b: 'c' }, timesMs: [5], values: stale },
      {
        labels: { __name__: 'h' },
        timesMs: [],
        values: new Float64Array(0),
        histograms: { timesMs: [6], histograms: [histogram] },
      },
    ])
    expect(body.includes(Buffer.from([0x09, 0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f]))).toBe(true)
    expect(decodeMessage('prometheus.WriteRequest', body)).toMatchObject({
      timeseries: [
        {
          labels: [
            { name: '__name__', value: 'a' },
            { name: 'b', value: 'c' },
          ],
        },
        { histograms: [{ countFloat: 7 }] },
      ],
    })
  })

  it('is checked as RFC 3720 says', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283)
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a91_36aa)
  })
})

/** The bytes of the first chunk of a ChunkedReadResponse. */
function chunkOf(message: Buffer): Buffer {
  const reader = new ProtobufReader(message)
  let data = Buffer.alloc(0)
  reader.each(0x0a, () =>
    reader.each(0x12, () => {
      while (reader.pos < reader.end) {
        const tag = reader.tag()
        if (tag === 0x22) data = Buffer.from(reader.raw())
        else reader.skip(tag)
      }
    }),
  )
  return data
}
