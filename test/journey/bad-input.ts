import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '@aiops/contract/error'
import { compressSync } from 'snappy'
import { remoteWrite } from '../soak/write-request.ts'

export const mebibyte = 1_048_576
const json = { 'content-type': 'application/json' }
const protobuf = { 'content-type': 'application/x-protobuf' }
const snappy = { ...protobuf, 'content-encoding': 'snappy' }
export const now = Date.now()
const nanos = `${now}000000`

type Body = string | Buffer
type Headers = Record<string, string>

const text = (key: string, value: unknown) => ({ key, value: { stringValue: value } })
const otlpMetrics = (value: unknown, attributes: unknown = [], name = 'bad.input') => ({
  resourceMetrics: [
    {
      resource: { attributes: [text('service.name', 'bad-input')] },
      scopeMetrics: [
        {
          metrics: [{ name, gauge: { dataPoints: [{ asDouble: value, timeUnixNano: nanos, attributes }] } }],
        },
      ],
    },
  ],
})
const otlpLogs = (body: unknown, attributes: unknown = []) => ({
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ timeUnixNano: nanos, body: { stringValue: body }, attributes }] }] },
  ],
})
const otlpTraces = (traceId: unknown, attributes: unknown = []) => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'bad-input')] },
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId: '00f067aa0ba902b7',
              name: 'x',
              startTimeUnixNano: nanos,
              endTimeUnixNano: nanos,
              attributes,
            },
          ],
        },
      ],
    },
  ],
})
const webhook = (alert: object, version = '4') => ({
  version,
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'BadInput' },
      annotations: {},
      startsAt: new Date(now).toISOString(),
      ...alert,
    },
  ],
})
const plain = (alert: object) => ({
  source: 'journey',
  alerts: [{ name: 'BadInput', severity: 'info', status: 'firing', message: 'x', ...alert }],
})
export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
/** As text: an object literal with this key would set its prototype instead. */
const withProto = (value: object): string => JSON.stringify(value).replaceAll('"PROTO"', '"__proto__"')

export type Way = { path: string; headers: Headers; body: Body }
/** Every way in, with a request it takes. */
export const ways = {
  remoteWrite: {
    path: '/api/v1/write',
    headers: snappy,
    body: remoteWrite({ __name__: 'bad_input_valid', service: 'bad-input' }, now, 1),
  },
  metrics: { path: '/v1/metrics', headers: json, body: JSON.stringify(otlpMetrics(1)) },
  logs: { path: '/v1/logs', headers: json, body: JSON.stringify(otlpLogs('hello')) },
  traces: { path: '/v1/traces', headers: json, body: JSON.stringify(otlpTraces(traceId)) },
  webhook: { path: '/api/v1/alerts/webhook', headers: json, body: JSON.stringify(webhook({})) },
  ingest: { path: '/api/v1/alerts/ingest', headers: json, body: JSON.stringify(plain({})) },
} satisfies Record<string, Way>
export type WayName = keyof typeof ways

type Case = { way: WayName; what: string; headers?: Headers; body: Body; code: ErrorCode }
export const all = Object.keys(ways) as WayName[]
const otlp: WayName[] = ['metrics', 'logs', 'traces']

const bomb = gzipSync(Buffer.alloc(120 * mebibyte, 0x20), { level: 9 })
/** A snappy block is its length as a varint, then data: this one claims 4,294,967,295 bytes and holds none. */
const snappyClaim = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f])

export const cases: Case[] = [
  ...all.flatMap((way): Case[] => {
    const { headers, body } = ways[way]
    return [
      {
        way,
        what: 'an unknown tenant',
        headers: { ...headers, 'x-tenant-id': 'nobody' },
        body,
        code: 'TENANT_UNKNOWN',
      },
      { way, what: '11 MiB', headers, body: Buffer.alloc(11 * mebibyte, 0x20), code: 'BODY_TOO_LARGE' },
      {
        way,
        what: 'a picture',
        headers: { 'content-type': 'image/png' },
        body,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      },
      {
        way,
        what: 'an unknown encoding',
        headers: { ...headers, 'content-encoding': 'br' },
        body,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      },
    ]
  }),
  ...all
    .filter((way) => way !== 'remoteWrite')
    .flatMap((way): Case[] => [
      { way, what: 'JSON that breaks off', headers: json, body: '{"a":', code: 'INVALID_REQUEST' },
      {
        way,
        what: 'bytes that are not UTF-8',
        headers: json,
        body: Buffer.from([0x22, 0xc3, 0x28, 0x22]),
        code: 'INVALID_REQUEST',
      },
      {
        way,
        what: 'JSON nested 100,000 deep',
        headers: json,
        body: '['.repeat(100_000),
        code: 'INVALID_REQUEST',
      },
    ]),
  ...[...otlp, 'webhook' as const].flatMap((way): Case[] => [
    {
      way,
      what: 'a gzip bomb',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: bomb,
      code: 'BODY_TOO_LARGE',
    },
    {
      way,
      what: 'gzip that is none',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: 'plain',
      code: 'INVALID_REQUEST',
    },
  ]),
  {
    way: 'ingest',
    what: 'a gzip bomb',
    headers: { ...json, 'content-encoding': 'gzip' },
    body: bomb,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  ...otlp.map(
    (way): Case => ({
      way,
      what: 'broken protobuf',
      headers: protobuf,
      body: Buffer.from([0x0a, 0xff, 0xff]),
      code: 'INVALID_REQUEST',
    }),
  ),
  {
    way: 'remoteWrite',
    what: 'broken protobuf',
    body: compressSync(Buffer.from([0x0a, 0xff, 0xff])) as Buffer,
    code: 'INVALID_REQUEST',
  },
  {
    way: 'remoteWrite',
    what: 'broken snappy',
    body: Buffer.from([0x05, 0xff, 0xff, 0xff]),
    code: 'INVALID_REQUEST',
  },
  { way: 'remoteWrite', what: 'a snappy block that claims 4 GiB', body: snappyClaim, code: 'BODY_TOO_LARGE' },
  {
    way: 'remoteWrite',
    what: 'a snappy block that claims 90 MiB in 8 bytes',
    body: Buffer.from([0x80, 0x80, 0x80, 0x2d, 0, 0, 0, 0]),
    code: 'INVALID_REQUEST',
  },
  { way: 'remoteWrite', what: 'JSON', headers: json, body: '{}', code: 'UNSUPPORTED_MEDIA_TYPE' },
  {
    way: 'remoteWrite',
    what: 'a version of the protocol that does not exist',
    headers: { ...snappy, 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request' },
    body: ways.remoteWrite.body,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    way: 'remoteWrite',
    what: 'a sample of next week',
    body: remoteWrite({ __name__: 'bad_input_future' }, now + 7 * 86_400_000, 1),
    code: 'INVALID_SAMPLE',
  },
  {
    way: 'remoteWrite',
    what: 'no metric name',
    body: remoteWrite({ service: 'x' }, now, 1),
    code: 'INVALID_LABELS',
  },
  {
    way: 'remoteWrite',
    what: 'a label __proto__',
    body: remoteWrite(
      Object.fromEntries([
        ['__name__', 'bad_input'],
        ['__proto__', 'x'],
      ]),
      now,
      1,
    ),
    code: 'INVALID_LABELS',
  },
  {
    way: 'remoteWrite',
    what: 'a label of 100 kB',
    body: remoteWrite({ __name__: 'bad_input', long: 'x'.repeat(100_000) }, now, 1),
    code: 'INVALID_LABELS',
  },
  {
    way: 'metrics',
    what: 'a value that is no number',
    body: JSON.stringify(otlpMetrics('banana')),
    code: 'VALIDATION_FAILED',
  },
  {
    way: 'metrics',
    what: 'a label __proto__',
    body: JSON.stringify(otlpMetrics(1, [text('__proto__', 'x')])),
    code: 'INVALID_LABELS',
  },
  {
    way: 'metrics',
    what: 'an empty name',
    body: JSON.stringify(otlpMetrics(1, [], '')),
    code: 'INVALID_LABELS',
  },
  {
    way: 'logs',
    what: 'an attribute __proto__',
    body: JSON.stringify(otlpLogs('x', [text('__proto__', 'x')])),
    code: 'INVALID_LABELS',
  },
  {
    way: 'traces',
    what: 'an attribute __proto__',
    body: JSON.stringify(otlpTraces(traceId, [text('__proto__', 'x')])),
    code: 'INVALID_LABELS',
  },
  {
    way: 'traces',
    what: 'a trace id that is none',
    body: JSON.stringify(otlpTraces('zz')),
    code: 'INVALID_REQUEST',
  },
  {
    way: 'webhook',
    what: 'a label __proto__',
    body: withProto(webhook({ labels: { alertname: 'x', PROTO: 'y' } })),
    code: 'INVALID_LABELS',
  },
  {
    way: 'webhook',
    what: 'another version',
    body: JSON.stringify(webhook({}, '3')),
    code: 'VALIDATION_FAILED',
  },
  {
    way: 'webhook',
    what: 'labels that are no texts',
    body: JSON.stringify(webhook({ labels: { a: 1 } })),
    code: 'VALIDATION_FAILED',
  },
  {
    way: 'webhook',
    what: 'a time that is none',
    body: JSON.stringify(webhook({ startsAt: 'yesterday' })),
    code: 'VALIDATION_FAILED',
  },
  {
    way: 'ingest',
    what: 'a label __proto__',
    body: withProto(plain({ labels: { PROTO: 'y' } })),
    code: 'INVALID_REQUEST',
  },
  {
    way: 'ingest',
    what: 'a missing field',
    body: JSON.stringify({ source: 'x', alerts: [{}] }),
    code: 'VALIDATION_FAILED',
  },
  {
    way: 'ingest',
    what: 'more alerts than it takes',
    body: JSON.stringify({ source: 'x', alerts: Array(1_001).fill(plain({}).alerts[0]) }),
    code: 'VALIDATION_FAILED',
  },
]
