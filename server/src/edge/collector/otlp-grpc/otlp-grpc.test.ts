import { type ServiceError, status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import {
  MemoryLogStore,
  MemoryMetricStore,
  MemoryTelemetryLog,
  MemoryTraceStore,
} from '../../../adapter/memory/telemetry.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { createIngest, IngestConfig, type IngestDeps } from '../../../pipeline/ingest/index.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { CollectorDeps } from '../index.ts'
import { bytes, gaugeRequest, join, logRequest, number, spanRequest } from './message.suite.ts'
import { key, makeCollector, type Options, openCollector } from './open-collector.suite.ts'

const METRICS = 'metrics.v1.MetricsService'
const now = Date.now()
const oneMetric = gaugeRequest(['g', 2.5, now])
const traceId = '5b8efff798038103d269b633813fc60c'
const statusIn = (error: ServiceError | null): unknown => error?.metadata.get('grpc-status-details-bin')[0]
const whole = { tenant: 'default', startMs: 0, endMs: 8e15 }

/** A real ingest over stores in memory; `entries` is its telemetry log. */
async function memoryIngest(config: Record<string, unknown>) {
  const metrics = createMetrics()
  const telemetryLog = new MemoryTelemetryLog()
  const stores = {
    metricStore: new MemoryMetricStore(),
    logStore: new MemoryLogStore(),
    traceStore: new MemoryTraceStore(),
  }
  const base = { clock: systemClock, random: seededRandom(7), metrics, log: silentLog }
  const deps: Partial<IngestDeps> = {
    ...base,
    ...stores,
    telemetryLog,
    bus: createMemoryBus({ log: silentLog, metrics }),
    hostProbe: null,
  }
  const ingest = createIngest(deps as IngestDeps, IngestConfig.parse(config))
  await ingest.start()
  onTestFinished(() => ingest.stop())
  const entries = async (): Promise<Entry[]> => {
    const found: Entry[] = []
    for await (const { entry } of telemetryLog.read(0)) found.push(entry)
    return found
  }
  return { ...stores, ingest, entries }
}

async function open(
  options: Options & { ingest?: CollectorDeps['ingest']; ingestConfig?: Record<string, unknown> } = {},
) {
  const world = await memoryIngest(options.ingestConfig ?? {})
  return { ...world, ...(await openCollector(options.ingest ?? world.ingest, options)) }
}

describe('OTLP over gRPC', () => {
  it('takes metrics, logs and spans, each durable before the answer', async () => {
    const { send, entries, metricStore, logStore, traceStore } = await open()
    for (const [service, body] of [
      [METRICS, oneMetric],
      ['logs.v1.LogsService', logRequest('hello', now)],
      ['trace.v1.TraceService', spanRequest(traceId, 'eee19b7ec3c1b174', now)],
    ] as const) {
      const answer = await send(service, body)
      expect([answer.error, answer.body.length]).toEqual([null, 0])
    }
    expect((await entries()).map(({ kind, format }) => [kind, format])).toEqual([
      ['otlp-metrics', 'protobuf'],
      ['otlp-logs', 'protobuf'],
      ['otlp-traces', 'protobuf'],
    ])
    expect([...metricStore.latest([0]).values()]).toEqual([{ timeMs: now, value: 2.5 }])
    const found = await logStore.search({ ...whole, labels: {}, contains: '', traceId: '', limit: 9 })
    expect(found.records.map(({ message }) => message)).toEqual(['hello'])
    expect(await traceStore.trace('default', traceId)).toHaveLength(1)
  })

  it('takes gzip, and stores for the tenant that the metadata names', async () => {
    const { send, entries, metricStore, zipped } = await open()
    const answer = await send(METRICS, oneMetric, { 'x-scope-orgid': 'shop' }, zipped)
    expect(answer.error).toBeNull()
    expect(await entries()).toMatchObject([{ tenant: 'shop', encoding: 'gzip' }])
    expect(metricStore.catalog.count('shop')).toBe(1)
  })

  it('takes an empty request', async () => {
    const { send, entries } = await open()
    expect((await send(METRICS, Buffer.alloc(0))).error).toBeNull()
    expect(await entries()).toEqual([])
  })

  it('says what it left out of a request that it took', async () => {
    const { send } = await open()
    const { error, body } = await send(METRICS, gaugeRequest(['g', 1, now], ['late', 1, now + 86_400_000]))
    expect(error).toBeNull()
    expect(body.subarray(2, 4)).toEqual(number(1, 1))
    expect(body.toString()).toContain('ahead of this clock')
  })

  it('refuses for good what can never be taken: no RetryInfo', async () => {
    const { send, counted } = await open({ config: { message_bytes_max: 2_000 } })
    const broken = await send(METRICS, Buffer.from('0a05aa', 'hex'))
    expect(broken.error?.code).toBe(status.INVALID_ARGUMENT)
    expect(statusIn(broken.error)).toEqual(join(number(1, 3), bytes(2, broken.error?.details ?? '')))
    const huge = await send(METRICS, Buffer.alloc(5_000))
    expect(huge.error?.code).toBe(status.RESOURCE_EXHAUSTED)
    expect(huge.error?.metadata.get('grpc-status-details-bin')).toEqual([])
    expect((await send('metrics.v1.Nothing', oneMetric)).error?.code).toBe(status.UNIMPLEMENTED)
    expect(await counted.render()).toMatch(/aiops_collector_calls_total\{.*code="INVALID_ARGUMENT"\} 1/)
  })

  it('refuses a small message that decompresses beyond the limit', async () => {
    const { send, zipped } = await open({ ingestConfig: { decompressed_bytes_max: 1_000_000 } })
    const { error } = await send(METRICS, Buffer.alloc(20_000_000), {}, zipped)
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED)
    expect((await send(METRICS, oneMetric)).error).toBeNull()
  })

  it('refuses what says that it is gzip and is not', async () => {
    const { send } = await open()
    const { error } = await send(METRICS, Buffer.from('1f8b0000', 'hex'))
    expect(error?.code).toBe(status.INVALID_ARGUMENT)
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
    const retryInfo = join(
      bytes(1, 'type.googleapis.com/google.rpc.RetryInfo'),
      bytes(2, bytes(1, number(1, 7))),
    )
    expect(statusIn(error)).toEqual(join(number(1, expected), bytes(2, 'Not now.'), bytes(3, retryInfo)))
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
    const { send, entries, audit } = await open({ keyed: true })
    const as = (name: string) => send(METRICS, oneMetric, { authorization: `Bearer ${name}${key}` })
    expect((await send(METRICS, oneMetric)).error?.code).toBe(status.UNAUTHENTICATED)
    expect((await as('nobody')).error?.code).toBe(status.UNAUTHENTICATED)
    expect((await as('reader')).error?.code).toBe(status.PERMISSION_DENIED)
    expect(audit).toEqual(['reader DENIED'])
    expect(await entries()).toEqual([])
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
    expect(collector.listeners()[0]?.address).toBeNull()
  })

  it('takes many senders at once, each answered for its own request', async () => {
    const { send, metricStore } = await open()
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => send(METRICS, gaugeRequest([`g${i}`, i, now]))),
    )
    expect(answers.filter(({ error }) => error !== null)).toEqual([])
    expect(metricStore.catalog.count('default')).toBe(200)
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
