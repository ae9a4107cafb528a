import { createHash } from 'node:crypto'
import {
  Client,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { gauge, logs, metrics, nanos, now, traces } from '../../../pipeline/ingest/request.suite.ts'
import { Rig } from '../../../pipeline/ingest/rig.suite.ts'
import { decode, encode } from '../../../pipeline/ingest/wire/proto.suite.ts'
import { createIdentity, IdentityConfig } from '../../../service/identity/index.ts'
import { CollectorConfig } from '../config.ts'
import { type Collector, type CollectorDeps, createCollector } from '../index.ts'

type Answer = { error: ServiceError | null; body: Buffer }
type Options = {
  config?: Record<string, unknown>
  keyed?: boolean
  ingest?: CollectorDeps['ingest']
  ingestConfig?: Record<string, unknown>
}

/** Ids are hex in OTLP's JSON form and bytes in protobuf. */
const binary = (message: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(message), (name, value) =>
    name === 'traceId' || name === 'spanId' ? Buffer.from(value, 'hex').toString('base64') : value,
  )
const asIs = (bytes: Buffer): Buffer => bytes
const key = 'a-secret-key'

function makeCollector(ingest: CollectorDeps['ingest'], options: Options) {
  const audit: string[] = []
  const identity = createIdentity(
    {
      audit: {
        append: async ({ actor, outcome }) => void audit.push(`${actor} ${outcome}`),
        list: async () => [],
        verify: async () => null,
      },
      clock: systemClock,
    },
    IdentityConfig.parse({
      tenants: ['default', 'shop'],
      api_keys: options.keyed
        ? [
            { name: 'sdk', role: 'sender' },
            { name: 'reader', role: 'viewer' },
          ].map((one) => ({
            ...one,
            sha256: createHash('sha256')
              .update(one.name + key)
              .digest('hex'),
          }))
        : [],
    }),
  )
  const counted = createMetrics()
  const collector = createCollector(
    { ingest, identity, clock: systemClock, metrics: counted, log: silentLog },
    CollectorConfig.parse({ otlp_grpc: { port: 0, ...options.config } }),
  )
  return { collector, audit, counted }
}

async function open(options: Options = {}) {
  const rig = await Rig.started({ config: options.ingestConfig ?? {} })
  const made = makeCollector(options.ingest ?? rig.ingest, options)
  await made.collector.start()
  onTestFinished(() => made.collector.stop())
  const address = addressIn(made.collector)
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.default_compression_algorithm': compressionAlgorithms.identity,
  })
  const zipped = new Client(address, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
  })
  onTestFinished(() => [client, zipped].forEach((one) => void one.close()))
  const send = (
    service: string,
    body: Buffer,
    headers: Record<string, string> = {},
    through: Client = client,
  ): Promise<Answer> =>
    new Promise((resolve) => {
      const metadata = new Metadata()
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
      const path = `/opentelemetry.proto.collector.${service}/Export`
      through.makeUnaryRequest(path, asIs, asIs, body, metadata, (error, answer) =>
        resolve({ error, body: answer ?? Buffer.alloc(0) }),
      )
    })
  return { ...made, rig, send, zipped, address }
}

const addressIn = (collector: Collector): string => collector.listeners()[0]?.address ?? ''
const METRICS = 'metrics.v1.MetricsService'
const oneMetric = encode('otlp.MetricsRequest', metrics(gauge(2.5)))
const tooLate = encode('otlp.MetricsRequest', metrics(gauge(1), gauge(1, now + 86_400_000, 'late')))
const statusIn = (error: ServiceError | null) =>
  decode('rpc.Status', error?.metadata.get('grpc-status-details-bin')[0] as Buffer)

describe('OTLP over gRPC', () => {
  it('takes metrics, logs and spans, each durable before the answer', async () => {
    const { send, rig } = await open()
    for (const [service, type, message] of [
      [METRICS, 'otlp.MetricsRequest', metrics(gauge(2.5))],
      ['logs.v1.LogsService', 'otlp.LogsRequest', logs],
      ['trace.v1.TraceService', 'otlp.TraceRequest', binary(traces)],
    ] as const) {
      const answer = await send(service, encode(type, message))
      expect([answer.error, answer.body.length]).toEqual([null, 0])
    }
    expect(rig.disk.entries.map(({ entry }) => [entry.kind, entry.format])).toEqual([
      ['otlp-metrics', 'protobuf'],
      ['otlp-logs', 'protobuf'],
      ['otlp-traces', 'protobuf'],
    ])
    expect(rig.stored.metrics.map(({ value }) => value)).toEqual([2.5])
    expect(rig.stored.logs[0]?.message).toBe('hello')
    expect(rig.stored.spans).toHaveLength(1)
  })

  it('takes gzip, and stores for the tenant that the metadata names', async () => {
    const { send, rig, zipped } = await open()
    const answer = await send(METRICS, oneMetric, { 'x-scope-orgid': 'shop' }, zipped)
    expect(answer.error).toBeNull()
    expect(rig.disk.entries[0]?.entry.tenant).toBe('shop')
  })

  it('takes an empty request', async () => {
    const { send, rig } = await open()
    expect((await send(METRICS, Buffer.alloc(0))).error).toBeNull()
    expect(rig.disk.entries).toEqual([])
  })

  it('says what it left out of a request that it took', async () => {
    const { send } = await open()
    const { error, body } = await send(METRICS, tooLate)
    expect(error).toBeNull()
    expect(decode('otlp.ExportResponse', body)).toEqual({
      partialSuccess: { rejected: '1', errorMessage: expect.stringContaining('ahead of this clock') },
    })
  })

  it('refuses for good what can never be taken: no RetryInfo', async () => {
    const { send, counted } = await open({ config: { message_bytes_max: 2_000 } })
    const broken = await send(METRICS, Buffer.from('0a05aa', 'hex'))
    expect(broken.error?.code).toBe(status.INVALID_ARGUMENT)
    expect(statusIn(broken.error)).toEqual({
      code: 3,
      message: expect.stringContaining('malformed'),
      details: [],
    })
    const huge = await send(METRICS, Buffer.alloc(5_000))
    expect(huge.error?.code).toBe(status.RESOURCE_EXHAUSTED)
    expect(huge.error?.metadata.get('grpc-status-details-bin')).toEqual([])
    expect((await send('metrics.v1.Nothing', oneMetric)).error?.code).toBe(status.UNIMPLEMENTED)
    expect(await counted.render()).toMatch(/aiops_collector_calls_total\{.*code="INVALID_ARGUMENT"\} 1/)
  })

  it('refuses a small message that decompresses beyond the limit', async () => {
    const { send, zipped } = await open({ config: { message_bytes_max: 100_000 } })
    const { error } = await send(METRICS, Buffer.alloc(20_000_000), {}, zipped)
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED)
    expect((await send(METRICS, oneMetric)).error).toBeNull()
  })

  it.each([
    ['QUEUE_FULL', status.UNAVAILABLE],
    ['STORAGE_UNAVAILABLE', status.UNAVAILABLE],
    ['NOT_READY', status.UNAVAILABLE],
    ['RATE_LIMITED', status.RESOURCE_EXHAUSTED],
    ['TIMEOUT', status.DEADLINE_EXCEEDED],
  ] as const)('tells a sender to come again, and when, on %s', async (code, expected) => {
    const fault = new Fault(code, 'Not now.', { retryAfterSeconds: 7 })
    const { send } = await open({ ingest: { deliver: () => Promise.reject(fault) } })
    const { error } = await send(METRICS, oneMetric)
    expect([error?.code, error?.details]).toEqual([expected, 'Not now.'])
    expect(statusIn(error)).toEqual({
      code: expected,
      message: 'Not now.',
      details: [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value: 'CgIIBw==' }],
    })
  })

  it('keeps the message of a defect to itself', async () => {
    const { send } = await open({
      ingest: { deliver: () => Promise.reject(new TypeError('x of undefined')) },
    })
    const { error } = await send(METRICS, oneMetric)
    expect(error?.code).toBe(status.INTERNAL)
    expect(error?.details).not.toContain('undefined')
  })

  it('asks who calls before it reads, where keys are configured', async () => {
    const { send, rig, audit } = await open({ keyed: true })
    const as = (name: string) => send(METRICS, oneMetric, { authorization: `Bearer ${name}${key}` })
    expect((await send(METRICS, oneMetric)).error?.code).toBe(status.UNAUTHENTICATED)
    expect((await as('nobody')).error?.code).toBe(status.UNAUTHENTICATED)
    expect((await as('reader')).error?.code).toBe(status.PERMISSION_DENIED)
    expect(audit).toEqual(['reader DENIED'])
    expect(rig.disk.entries).toEqual([])
    expect((await as('sdk')).error).toBeNull()
    const other = { authorization: `Bearer sdk${key}`, 'x-scope-orgid': 'shop' }
    expect((await send(METRICS, oneMetric, other)).error?.code).toBe(status.PERMISSION_DENIED)
  })

  it('bounds the calls in flight, and takes calls again when those are answered', async () => {
    const held: (() => void)[] = []
    const ingest: CollectorDeps['ingest'] = {
      deliver: () =>
        new Promise((resolve) => held.push(() => resolve({ accepted: 1, rejected: 0, reason: '' }))),
    }
    const { send } = await open({ ingest, config: { calls_in_flight_max: 2 } })
    const first = [send(METRICS, oneMetric), send(METRICS, oneMetric)]
    await expect.poll(() => held.length).toBe(2)
    expect((await send(METRICS, oneMetric)).error?.code).toBe(status.UNAVAILABLE)
    for (const release of held.splice(0)) release()
    expect((await Promise.all(first)).map(({ error }) => error)).toEqual([null, null])
    const next = send(METRICS, oneMetric)
    await expect.poll(() => held.length).toBe(1)
    held[0]?.()
    expect((await next).error).toBeNull()
  })

  it('answers what is in flight when it stops', async () => {
    let release = (): void => undefined
    const ingest: CollectorDeps['ingest'] = {
      deliver: () =>
        new Promise((resolve) => {
          release = () => resolve({ accepted: 1, rejected: 0, reason: '' })
        }),
    }
    const { send, collector } = await open({ ingest })
    const sent = send(METRICS, oneMetric)
    const before = release
    await expect.poll(() => release === before).toBe(false)
    const stopped = collector.stop()
    release()
    expect((await sent).error).toBeNull()
    await stopped
    expect(addressIn(collector)).toBe('')
  })

  it('takes many senders at once, each answered for its own request', async () => {
    const { send, rig } = await open()
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        send(METRICS, encode('otlp.MetricsRequest', metrics(gauge(i, now, `g${i}`)))),
      ),
    )
    expect(answers.filter(({ error }) => error !== null)).toEqual([])
    expect(new Set(rig.stored.metrics.map(({ value }) => value)).size).toBe(200)
  })
})

describe('a collector', () => {
  it('goes on without a listener whose port is taken, and says so', async () => {
    const { address } = await open()
    const port = Number(address.split(':').at(-1))
    const { collector } = makeCollector(
      { deliver: () => Promise.reject(new Error('unused')) },
      { config: { port } },
    )
    await collector.start()
    expect(collector.listeners()).toEqual([
      {
        name: 'otlp_grpc',
        address: null,
        problem: `127.0.0.1:${port} is taken by another program; choose another collector.otlp_grpc.port, or 0 for a free one.`,
      },
    ])
    await collector.stop()
  })

  it('refuses to listen where others can reach it while no key is configured', async () => {
    const unused = { deliver: () => Promise.reject(new Error('unused')) }
    const { collector } = makeCollector(unused, { config: { host: '0.0.0.0' } })
    await expect(collector.start()).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('opens nothing that is switched off', async () => {
    const unused = { deliver: () => Promise.reject(new Error('unused')) }
    const { collector } = makeCollector(unused, { config: { enabled: false } })
    await collector.start()
    expect(collector.listeners()).toEqual([])
  })
})
