import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import {
  coded,
  gauge,
  JSON_TYPE,
  logs,
  metrics,
  nanos,
  now,
  PROTOBUF,
  SNAPPY,
  snappy,
  text,
  traces,
  up,
  write,
} from './request.suite.ts'
import { Rig } from './rig.suite.ts'
import { decode, encode } from './wire/proto.suite.ts'

const errorsOf = async (rig: Rig): Promise<string[]> =>
  (await rig.metrics.render()).split('\n').filter((line) => line.startsWith('aiops_ingestion_errors_total{'))

describe('ingest', () => {
  it('answers only when a request is in the log, the stores and on the bus', async () => {
    const rig = await Rig.started()
    expect(await rig.send('/api/v1/write', write(up()), SNAPPY)).toEqual({ status: 204 })
    expect(rig.disk.entries).toMatchObject([
      {
        position: 1,
        entry: {
          kind: 'remote-write',
          tenant: 'default',
          encoding: 'snappy',
          format: 'protobuf',
          receivedMs: now,
        },
      },
    ])
    expect(rig.stored.metrics).toMatchObject([{ labels: { __name__: 'up', instance: 'a' }, value: 1 }])
    expect(rig.published.samples).toHaveLength(1)
    await rig.send('/v1/logs', JSON.stringify(logs), JSON_TYPE)
    await rig.send('/v1/traces', JSON.stringify(traces), JSON_TYPE)
    expect(rig.stored.logs).toMatchObject([{ message: 'hello' }])
    expect(rig.stored.spans).toMatchObject([{ name: 'x', durationMs: 1 }])
    expect(rig.ingest.totals()).toEqual({ samples: 1, logs: 1, spans: 1, alerts: 0 })
    expect(await rig.metrics.render()).toContain(
      'aiops_ingestion_throughput_total{tenant_id="default",protocol="remote-write",signal="samples"} 1',
    )
  })

  it('judges what a relay kept by the time at which it took it', async () => {
    const rig = await Rig.started()
    const old = write(up(now - 7_200_000))
    await expect(rig.send('/api/v1/write', old, SNAPPY)).rejects.toMatchObject({ status: 400 })
    const kept = { ...SNAPPY, 'x-aiops-received-ms': String(now - 7_100_000) }
    expect(await rig.send('/api/v1/write', old, kept)).toEqual({ status: 204 })
    expect(rig.disk.entries.at(-1)?.entry.receivedMs).toBe(now - 7_100_000)
  })

  it('serves every standard path', async () => {
    const rig = await Rig.started()
    expect([...new Set(rig.ingest.receivers.map((r) => r.path))].toSorted()).toEqual([
      '/alertmanager/api/v2/alerts',
      '/api/prom/push',
      '/api/v1/alerts/from',
      '/api/v1/alerts/from/{mapping}',
      '/api/v1/alerts/webhook',
      '/api/v1/alerts/webhook/{cluster_id}',
      '/api/v1/events/cloudevents',
      '/api/v1/logs/write',
      '/api/v1/metrics/write',
      '/api/v1/write',
      '/api/v2/alerts',
      '/api/v2/spans',
      '/elasticsearch',
      '/elasticsearch/',
      '/elasticsearch/_bulk',
      '/elasticsearch/{index}/_bulk',
      '/loki/api/v1/push',
      '/otlp/v1/logs',
      '/otlp/v1/metrics',
      '/otlp/v1/traces',
      '/v1/logs',
      '/v1/metrics',
      '/v1/traces',
      '/v2/enqueue',
    ])
  })

  it.each<[string, Record<string, string>, (body: Buffer) => Buffer]>([
    ['identity', PROTOBUF, (body) => body],
    ['gzip', { ...PROTOBUF, 'content-encoding': 'gzip' }, gzipSync],
    ['zstd', { ...PROTOBUF, 'content-encoding': 'zstd' }, zstdCompressSync],
  ])('takes OTLP over %s and answers in protobuf', async (_, headers, compress) => {
    const rig = await Rig.started()
    const reply = await rig.send(
      '/v1/metrics',
      compress(encode('otlp.MetricsRequest', metrics(gauge(1)))),
      headers,
    )
    expect(reply).toEqual({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.alloc(0),
    })
    expect(rig.stored.metrics).toMatchObject([
      { labels: { __name__: 'g', 'service.name': 'cart' }, value: 1 },
    ])
  })

  it('takes a remote write without headers, compressed or not, as Prometheus does', async () => {
    const rig = await Rig.started()
    await rig.send('/api/v1/write', write(up()))
    await rig.send('/api/v1/write', encode('prometheus.WriteRequest', { timeseries: [up()] }), {
      'content-type': 'application/x-protobuf;proto=prometheus.WriteRequest',
    })
    expect(rig.disk.entries.map(({ entry }) => entry.encoding)).toEqual(['snappy', 'identity'])
    expect(rig.stored.metrics).toHaveLength(2)
  })

  const poisoned = (name: string) =>
    JSON.stringify(
      metrics({
        name: 'x',
        gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: nanos(now), attributes: [text(name, 'v')] }] },
      }),
    )
  it.each<[string, string, Uint8Array | string, Record<string, string>, string]>([
    ['protobuf that is none', '/api/v1/write', snappy(Buffer.from('nonsense')), SNAPPY, 'INVALID_REQUEST'],
    ['snappy that is none', '/api/v1/write', 'nonsense', SNAPPY, 'INVALID_REQUEST'],
    ['a snappy bomb', '/api/v1/write', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), SNAPPY, 'BODY_TOO_LARGE'],
    [
      'a snappy bomb without a header',
      '/api/v1/write',
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
      {},
      'BODY_TOO_LARGE',
    ],
    [
      'a gzip bomb',
      '/v1/metrics',
      gzipSync(Buffer.alloc(2_000_000)),
      { ...PROTOBUF, 'content-encoding': 'gzip' },
      'BODY_TOO_LARGE',
    ],
    [
      'a zstd bomb',
      '/v1/logs',
      zstdCompressSync(Buffer.alloc(2_000_000)),
      { ...PROTOBUF, 'content-encoding': 'zstd' },
      'BODY_TOO_LARGE',
    ],
    ['a body over the limit', '/v1/logs', Buffer.alloc(200_000), PROTOBUF, 'BODY_TOO_LARGE'],
    [
      'text as remote write',
      '/api/v1/write',
      'up 1',
      { 'content-type': 'text/plain' },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a remote write of a message nobody knows',
      '/api/v1/write',
      write(up()),
      { ...SNAPPY, 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request' },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'an unknown encoding',
      '/v1/metrics',
      'x',
      { ...PROTOBUF, 'content-encoding': 'br' },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['OTLP without a content type', '/v1/metrics', '{}', {}, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a webhook that is no JSON by its type',
      '/api/v1/alerts/webhook',
      '{}',
      PROTOBUF,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['JSON that is none', '/v1/traces', '{"resourceSpans":', JSON_TYPE, 'INVALID_REQUEST'],
    ['JSON that is not UTF-8', '/v1/traces', Buffer.from([0x7b, 0xff]), JSON_TYPE, 'INVALID_REQUEST'],
    ['JSON nested without end', '/v1/logs', '['.repeat(90_000), JSON_TYPE, 'INVALID_REQUEST'],
    [
      'JSON with a wrong field',
      '/v1/traces',
      '{"resourceSpans":[{"scopeSpans":{"spans":1}}]}',
      JSON_TYPE,
      'VALIDATION_FAILED',
    ],
    ['a webhook that is none', '/api/v1/alerts/webhook', '{"hello":"world"}', JSON_TYPE, 'VALIDATION_FAILED'],
    ['a label __proto__', '/v1/metrics', poisoned('__proto__'), JSON_TYPE, 'INVALID_LABELS'],
    ['a label constructor', '/v1/metrics', poisoned('constructor'), JSON_TYPE, 'INVALID_LABELS'],
    ['a label of 10 kB', '/v1/metrics', poisoned('x'.repeat(10_000)), JSON_TYPE, 'INVALID_LABELS'],
    [
      'a lone surrogate',
      '/v1/metrics',
      poisoned('x').replace('"v"', '"\\ud800\\u0000"'),
      JSON_TYPE,
      'INVALID_LABELS',
    ],
    ['a sample of tomorrow', '/api/v1/write', write(up(now + 86_400_000)), SNAPPY, 'INVALID_SAMPLE'],
    ['a sample of yesterday', '/api/v1/write', write(up(now - 86_400_000)), SNAPPY, 'INVALID_SAMPLE'],
    [
      'a span without ids',
      '/v1/traces',
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x' }] }] }] }),
      JSON_TYPE,
      'INVALID_REQUEST',
    ],
  ])(
    'refuses %s, leaves nothing behind, and takes the next request',
    async (_, path, body, headers, code) => {
      const rig = await Rig.started({
        config: { body_bytes_max: 100_000, decompressed_bytes_max: 1_000_000 },
      })
      await expect(rig.send(path, body, headers)).rejects.toThrow(coded(code))
      expect(rig.disk.entries).toEqual([])
      expect(rig.published).toEqual({ samples: [], logs: [], spans: [] })
      const lines = await errorsOf(rig)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(`tenant_id="default",error_type="${code}"`)
      await rig.send('/api/v1/write', write(up()), SNAPPY)
      expect(rig.stored.metrics).toHaveLength(1)
      expect(Object.keys(Object.prototype)).toEqual([])
    },
  )

  it('keeps the good series of a remote write with a bad one and says what was left out', async () => {
    const rig = await Rig.started()
    const bad = { labels: [{ name: 'job', value: 'x' }], samples: [{ value: 1, timestamp: now }] }
    await expect(rig.send('/api/v1/write', write(up(), bad, up(now + 1)), SNAPPY)).rejects.toThrow(
      /no __name__ label.*other 2 samples were stored/,
    )
    expect(rig.stored.metrics).toHaveLength(2)
    expect(await errorsOf(rig)).toEqual([
      expect.stringContaining('error_type="INVALID_LABELS",protocol="remote-write"} 1'),
    ])
  })

  it('answers OTLP with a partial success in the format of the request', async () => {
    const rig = await Rig.started()
    const body = metrics(gauge(1), gauge(2, now + 3_600_000, 'late'), gauge(3, now, ''))
    const json = await rig.send('/v1/metrics', JSON.stringify(body), JSON_TYPE)
    expect(JSON.parse(String(json.body))).toEqual({
      partialSuccess: {
        rejectedDataPoints: '2',
        errorMessage: expect.stringContaining('ahead of this clock'),
      },
    })
    const protobuf = await rig.send('/v1/metrics', encode('otlp.MetricsRequest', body), PROTOBUF)
    expect(decode('otlp.ExportResponse', protobuf.body as Buffer)).toEqual({
      partialSuccess: { rejected: '2', errorMessage: expect.stringContaining('ahead of this clock') },
    })
    expect(rig.stored.metrics.map((s) => s.value)).toEqual([1, 1])
  })

  it('stores NaN and infinities as they come, and a sample given twice once', async () => {
    const rig = await Rig.started()
    await rig.send(
      '/api/v1/write',
      write(up(now, Number.NaN), up(now + 1, Number.POSITIVE_INFINITY), up(now + 2, 5), up(now + 2, 5)),
      SNAPPY,
    )
    expect(rig.stored.metrics.map((s) => s.value)).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 5])
  })

  it('takes nothing when a reader is too far behind or the log cannot write, and goes on afterwards', async () => {
    const rig = await Rig.started()
    rig.full = 'samples'
    await expect(rig.send('/api/v1/write', write(up()), SNAPPY)).rejects.toThrow(coded('QUEUE_FULL'))
    await rig.send('/v1/logs', JSON.stringify(logs), JSON_TYPE)
    rig.full = undefined
    rig.appendFault = new Fault('STORAGE_UNAVAILABLE', 'The disk is full.')
    await expect(rig.send('/api/v1/write', write(up()), SNAPPY)).rejects.toThrow(coded('STORAGE_UNAVAILABLE'))
    expect(rig.stored.metrics).toEqual([])
    rig.appendFault = undefined
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(rig.stored.metrics).toHaveLength(1)
  })

  it('is not ready before it started and after it stopped', async () => {
    const rig = new Rig()
    await expect(rig.send('/api/v1/write', write(up()), SNAPPY)).rejects.toThrow(coded('NOT_READY'))
    await rig.ingest.start()
    const last = rig.send('/api/v1/write', write(up()), SNAPPY)
    await rig.ingest.stop()
    expect(await last).toEqual({ status: 204 })
    await expect(rig.send('/api/v1/write', write(up()), SNAPPY)).rejects.toThrow(coded('NOT_READY'))
  })

  it('bounds the requests in work', async () => {
    const rig = await Rig.started({ config: { requests_in_flight_max: 2 } })
    const sent = await Promise.allSettled([1, 2, 3].map(() => rig.send('/api/v1/write', write(up()), SNAPPY)))
    expect(sent.map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(await rig.send('/api/v1/write', write(up()), SNAPPY)).toEqual({ status: 204 })
  })

  it('keeps tenants apart', async () => {
    const rig = await Rig.started()
    await rig.send('/api/v1/write', write(up()), SNAPPY, {}, 'default')
    await rig.send('/api/v1/write', write(up()), SNAPPY, {}, 'other')
    expect(rig.disk.catalog.rows.map((row) => row.tenant)).toEqual(['default', 'other'])
    expect(rig.published.samples.map((batch) => batch.tenant)).toEqual(['default', 'other'])
  })
})
