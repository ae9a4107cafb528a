import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { IngestReply } from '../index.ts'
import { gauge, JSON_TYPE, metrics, nanos, now, PROTOBUF, span, text } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'
import { decode, encode, withBinaryIds } from '../wire/proto.suite.ts'

type Headers = Record<string, string>
type Json = Record<string, unknown>
const signals = {
  metrics: 'otlp.MetricsRequest',
  logs: 'otlp.LogsRequest',
  traces: 'otlp.TraceRequest',
} as const
type Signal = keyof typeof signals

/** Sends to a new platform and gives the answer, or the refusal as it goes over the wire, and what was stored. */
async function sent(signal: Signal, body: Uint8Array | string, headers: Headers) {
  const rig = await Rig.started()
  const path = `/v1/${signal}`
  const reply = await rig.send(path, body, headers).catch((error: unknown): IngestReply => {
    if (!isFault(error)) throw error
    const receiver = rig.ingest.receivers.find((one) => one.path === path)
    return receiver?.refuse?.(error, headers) as IngestReply
  })
  return { rig, reply, body: Buffer.from((reply.body ?? '') as string) }
}
const asJson = (signal: Signal, message: object) => sent(signal, JSON.stringify(message), JSON_TYPE)
const asProtobuf = (signal: Signal, message: object) =>
  sent(signal, encode(signals[signal], withBinaryIds(message)), PROTOBUF)

/** What the stores and the stages behind were given. */
const resultOf = ({ rig }: { rig: Rig }) => ({
  samples: rig.stored.metrics,
  histograms: rig.published.samples.flatMap(({ histograms = [], exemplars = [] }) => [histograms, exemplars]),
  logs: rig.stored.logs,
  spans: rig.stored.spans,
})

describe('OTLP over HTTP', () => {
  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('takes %s in either format', async (encoding, compress) => {
    const message = metrics(gauge(1))
    for (const [body, type] of [
      [JSON.stringify(message), JSON_TYPE],
      [encode('otlp.MetricsRequest', message), PROTOBUF],
    ] as const) {
      const { reply, rig } = await sent('metrics', compress(Buffer.from(body)), {
        ...type,
        'content-encoding': encoding,
      })
      expect(reply.status).toBe(200)
      expect(rig.stored.metrics).toHaveLength(1)
    }
  })

  it('ignores what it does not know, reads numbers as text and text as numbers, and enums as numbers', async () => {
    const dataPoints = [{ asInt: '9007199254740993', timeUnixNano: Number(nanos(now)), unheardOf: [{}] }]
    const { rig, body } = await asJson('metrics', {
      resourceMetrics: [
        {
          entityRefs: [1],
          scopeMetrics: [
            { metrics: [{ name: 'c', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }] },
          ],
        },
      ],
      later: null,
    })
    expect(body.toString()).toBe('{}')
    expect(rig.stored.metrics).toMatchObject([{ kind: 'COUNTER', value: 9_007_199_254_740_992 }])
  })

  it.each([
    ['INVALID_REQUEST', 400, 3],
    ['VALIDATION_FAILED', 400, 3],
    ['UNAUTHENTICATED', 401, 16],
    ['PERMISSION_DENIED', 403, 7],
    ['BODY_TOO_LARGE', 413, 8],
    ['INTERNAL', 500, 13],
  ] as const)(
    'refuses for good with a Status in the format of the request on %s',
    async (code, status, grpc) => {
      const rig = new Rig()
      const refuse = rig.ingest.receivers.find(({ path }) => path === '/v1/logs')?.refuse
      const fault = new Fault(code, 'No.')
      const json = refuse?.(fault, JSON_TYPE)
      expect(json).toMatchObject({ status, headers: { 'content-type': 'application/json' } })
      expect(JSON.parse(String(json?.body))).toEqual({ code: grpc, message: 'No.' })
      const binary = refuse?.(fault, PROTOBUF)
      expect(binary).toMatchObject({ status, headers: { 'content-type': 'application/x-protobuf' } })
      expect(decode('rpc.Status', binary?.body as Buffer)).toMatchObject({ code: grpc, message: 'No.' })
      expect(binary?.headers).not.toHaveProperty('retry-after')
    },
  )

  it.each([
    ['QUEUE_FULL', 429],
    ['RATE_LIMITED', 429],
    ['UPSTREAM_FAILED', 502],
    ['STORAGE_UNAVAILABLE', 503],
    ['NOT_READY', 503],
    ['TIMEOUT', 504],
  ] as const)('says when to come again on %s', async (code, status) => {
    const rig = new Rig()
    const refuse = rig.ingest.receivers.find(({ path }) => path === '/v1/traces')?.refuse
    const json = refuse?.(new Fault(code, 'Later.', { retryAfterSeconds: 2.5 }), JSON_TYPE)
    expect(json).toMatchObject({ status, headers: { 'retry-after': '3' } })
    expect(JSON.parse(String(json?.body)).details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.5s' },
    ])
  })

  it('adds up exponential histograms sent as differences, and not what is sent again', async () => {
    const rig = await Rig.started()
    const at = (ms: number, counts: string[], scale = 0) => ({
      name: 'e',
      exponentialHistogram: {
        aggregationTemporality: 1,
        dataPoints: [
          { timeUnixNano: nanos(ms), count: '3', sum: 4, scale, positive: { bucketCounts: counts } },
        ],
      },
    })
    for (const one of [
      at(now - 2, ['1', '2']),
      at(now - 1, ['3']),
      at(now - 1, ['3']),
      at(now, ['1', '1', '1'], 1),
    ])
      await rig.send('/v1/metrics', JSON.stringify(metrics(one)), JSON_TYPE)
    const taken = rig.published.samples.flatMap(({ histograms }) => histograms ?? [])
    const shown = ({ count, sum, reset, positive }: NativeHistogram) => [
      count,
      sum,
      reset,
      [...positive.counts],
    ]
    expect(taken.map(({ histogram }) => shown(histogram))).toEqual([
      [3, 4, 'YES', [1, 2]],
      [6, 8, 'NO', [4, 2]],
      [9, 12, 'NO', [6, 3]],
    ])
  })
})

const examples = resolve('../shared/suites/otlp-json-examples/examples')
describe.skipIf(!existsSync(examples))('the OTLP examples (skipped without ../shared/suites)', () => {
  it.each([
    ['metrics.json', 'metrics'],
    ['logs.json', 'logs'],
    ['events.json', 'logs'],
    ['trace.json', 'traces'],
  ] as const)('%s is taken whole, and stored the same from JSON and from protobuf', async (file, signal) => {
    const message = JSON.parse(readFileSync(resolve(examples, file), 'utf8')) as Json
    const json = await asJson(signal, message)
    expect([json.reply.status, json.body.toString()]).toEqual([200, '{}'])
    const binary = await asProtobuf(signal, message)
    expect([binary.reply.status, binary.body.length]).toEqual([200, 0])
    expect(resultOf(binary)).toEqual(resultOf(json))
    expect(Object.values(resultOf(json)).flat()).not.toEqual([])
  })
})

const parsing = resolve('../shared/suites/JSONTestSuite/test_parsing')
describe.skipIf(!existsSync(parsing))('JSONTestSuite (skipped without ../shared/suites)', () => {
  const files = existsSync(parsing) ? readdirSync(parsing).filter((name) => name.endsWith('.json')) : []

  it.each(files)('%s', async (name) => {
    const { reply, body } = await sent('logs', readFileSync(resolve(parsing, name)), JSON_TYPE)
    if (name.startsWith('y_')) expect(body.toString()).not.toMatch(/not JSON|not UTF-8/)
    else if (name.startsWith('n_')) expect(reply.status).toBe(400)
    else expect([200, 400]).toContain(reply.status)
  })
})

describe('readers of OTLP', () => {
  /** Any tree of fields that the three requests know, so that mutations reach deep into the readers. */
  const value = fc.oneof(
    fc.record({ stringValue: fc.string() }),
    fc.record({ intValue: fc.integer() }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 5 }) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(fc.record({ boolValue: fc.boolean() })) }) }),
  )
  const attributes = fc.array(fc.record({ key: fc.string({ maxLength: 9 }), value }), { maxLength: 4 })
  const time = fc.constant(nanos(now))
  const id = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const records = fc.record({
    attributes,
    timeUnixNano: time,
    body: value,
    traceId: id(16),
    spanId: id(8),
    severityNumber: fc.nat(24),
  })
  const spans = fc.record({
    attributes,
    traceId: id(16),
    spanId: id(8),
    name: fc.string(),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    events: fc.array(fc.record({ timeUnixNano: time, name: fc.string(), attributes }), { maxLength: 3 }),
    links: fc.array(fc.record({ traceId: id(16), spanId: id(8), attributes }), { maxLength: 3 }),
  })
  const exponential = fc.record({
    attributes,
    timeUnixNano: time,
    count: fc.nat(),
    scale: fc.integer({ min: -4, max: 20 }),
    positive: fc.record({
      offset: fc.integer({ min: -5, max: 5 }),
      bucketCounts: fc.array(fc.nat(), { maxLength: 9 }),
    }),
    exemplars: fc.array(
      fc.record({ asDouble: fc.double(), traceId: id(16), filteredAttributes: attributes }),
      {
        maxLength: 3,
      },
    ),
  })
  const requests: { [S in Signal]: fc.Arbitrary<Json> } = {
    logs: fc
      .array(records, { maxLength: 3 })
      .map((logRecords) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
    traces: fc
      .array(spans, { maxLength: 3 })
      .map((list) => ({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] })),
    metrics: fc
      .array(exponential, { maxLength: 3 })
      .map((dataPoints) => metrics({ name: 'e', exponentialHistogram: { dataPoints } })),
  }
  const mutation = fc.record({
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('set', 'cut', 'insert', 'none'),
  })

  it.each(['metrics', 'logs', 'traces'] as const)(
    'take or refuse any damaged %s request, and refuse what is cut off as the generic decoder does',
    async (signal) => {
      const rig = await Rig.started()
      await fc.assert(
        fc.asyncProperty(
          requests[signal],
          fc.array(mutation, { maxLength: 4 }),
          async (message, mutations) => {
            const whole = encode(signals[signal], message)
            const body = mutations.reduce(mutate, whole)
            const status = await rig.send(`/v1/${signal}`, body, PROTOBUF).then(
              (reply) => reply.status,
              (error: unknown) => (isFault(error) ? error.status : 0),
            )
            expect([200, 400, 429]).toContain(status)
            // Fields that nobody reads are stepped over, so that damage within them is no reason to refuse the rest.
            const cut = mutations.every(({ kind }) => kind === 'cut' || kind === 'none')
            if (cut && body.length > 0 && !readable(signals[signal], body)) expect(status).toBe(400)
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('answers the text form of its fields with a 400 that names the field, whatever stands in them', async () => {
    const rig = await Rig.started()
    await fc.assert(
      fc.asyncProperty(
        fc.anything({ maxDepth: 3, withBigInt: false }),
        fc.constantFrom('traceId', 'events', 'links', 'attributes', 'kind', 'startTimeUnixNano', 'status'),
        async (anything, field) => {
          const body = JSON.stringify({
            resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, [field]: anything }] }] }],
          })
          const status = await rig.send('/v1/traces', body, JSON_TYPE).then(
            (reply) => reply.status,
            (error: unknown) => (isFault(error) ? error.status : 0),
          )
          expect([200, 400, 422]).toContain(status)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('take an attribute that is a list or a map as JSON text', async () => {
    const nested = {
      key: 'n',
      value: {
        kvlistValue: {
          values: [
            text('a', 'x'),
            {
              key: 'b',
              value: { arrayValue: { values: [{ intValue: '9007199254740993' }, { boolValue: true }] } },
            },
          ],
        },
      },
    }
    const message = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes: [nested] }] }] }] }
    for (const { rig } of [await asJson('traces', message), await asProtobuf('traces', message)])
      expect(rig.stored.spans[0]?.attributes.n).toBe('{"a":"x","b":[9007199254740993,true]}')
  })
})

function mutate(body: Buffer, { at, byte, kind }: { at: number; byte: number; kind: string }): Buffer {
  if (body.length === 0 || kind === 'none') return body
  const place = at % body.length
  if (kind === 'cut') return body.subarray(0, place)
  const inserted = Buffer.from([byte])
  const rest = body.subarray(kind === 'set' ? place + 1 : place)
  return Buffer.concat([body.subarray(0, place), inserted, rest])
}

function readable(type: string, body: Buffer): boolean {
  try {
    decode(type, body)
    return true
  } catch {
    return false
  }
}
