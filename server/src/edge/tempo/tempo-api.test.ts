import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import {
  MemoryLogStore,
  MemoryMetricStore,
  MemoryTelemetryLog,
  MemoryTraceStore,
} from '../../adapter/memory/telemetry.ts'
import { must } from '../../kernel/assert.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import { createIngest, IngestConfig, type IngestDeps } from '../../pipeline/ingest/index.ts'
import { createTraces } from '../../service/telemetry/index.ts'
import { createTempoApi } from './index.ts'
import { request, startMs, traceId } from './otlp-request.suite.ts'

async function openTempo() {
  const clock = new ManualClock(startMs + 60_000)
  const metrics = createMetrics()
  const traceStore = new MemoryTraceStore()
  const ingest = createIngest(
    {
      ...{
        clock,
        metrics,
        log: silentLog,
        random: seededRandom(1),
        bus: createMemoryBus({ log: silentLog, metrics }),
      },
      ...{ hostProbe: null, alerts: {} as IngestDeps['alerts'], telemetryLog: new MemoryTelemetryLog() },
      ruleSource: { load: async () => [] },
      mappingSource: { load: async () => [] },
      ...{ metricStore: new MemoryMetricStore(), logStore: new MemoryLogStore(), traceStore },
    },
    IngestConfig.parse({}),
  )
  await ingest.start()
  onTestFinished(() => ingest.stop())
  const { receivers } = createTempoApi({
    traces: createTraces({ traceStore, clock }),
    clock,
    version: '1.2.3',
  })
  const send = async (body: string | Buffer, type: string) => {
    const otlp = must(
      ingest.receivers.find(({ path }) => path === '/v1/traces'),
      'OTLP is received',
    )
    const sent = {
      tenant: 'default',
      actor: 'a',
      params: {},
      query: new URLSearchParams(),
      body: Buffer.from(body),
    }
    expect(await otlp.handle({ ...sent, headers: { 'content-type': type } })).toMatchObject({ status: 200 })
  }
  const get = async (url: string, accept = 'application/json', tenant = 'default') => {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost')
    for (const { path, handle, refuse } of receivers) {
      const found = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(pathname)
      if (!found) continue
      const params = Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      )
      const asked = { tenant, actor: 'a', headers: { accept }, params, query, body: Buffer.alloc(0) }
      try {
        return await handle(asked)
      } catch (error) {
        if (!isFault(error)) throw error
        return must(refuse?.(error, {}), 'a refusal')
      }
    }
    throw new Error(`nothing is at ${pathname}`)
  }
  const json = async (url: string) => JSON.parse(String((await get(url)).body))
  return { get, json, send, traceStore }
}
async function openFilled() {
  const opened = await openTempo()
  await opened.send(JSON.stringify(request), 'application/json')
  return opened
}

const range = `start=${startMs / 1_000 - 10}&end=${startMs / 1_000 + 60}`
const encoded = encodeURIComponent

describe('what Grafana’s Tempo data source asks', () => {
  it('is answered: the health check', async () => {
    const { get, json } = await openTempo()
    expect(await get('/tempo/api/echo')).toMatchObject({ status: 200, body: 'echo' })
    expect(await get('/tempo/ready')).toMatchObject({ status: 200 })
    expect((await json('/tempo/api/status/buildinfo')).version).toMatch(/^2\.\d+\.\d+\+aiops\.1\.2\.3$/)
  })

  it('is answered: a search', async () => {
    const { json } = await openFilled()
    const query = '{ status = error && resource.service.name = "payments" }'
    const answer = await json(`/tempo/api/search?q=${encoded(query)}&limit=20&spss=3&${range}`)
    const set = {
      spans: [
        {
          ...{ spanID: '00f067aa0ba902b7', name: 'charge ü', startTimeUnixNano: '1700000000010000000' },
          durationNanos: '80500000',
          attributes: [
            { key: 'status', value: { stringValue: 'error' } },
            { key: 'service.name', value: { stringValue: 'payments' } },
          ],
        },
      ],
      matched: 1,
    }
    expect(answer.traces).toEqual([
      {
        ...{ traceID: '0af7651916cd43dd8448eb211c80319c'.slice(1), rootServiceName: 'checkout' },
        ...{ rootTraceName: 'POST /checkout', startTimeUnixNano: expect.stringMatching(/^17000000000001/) },
        ...{ durationMs: 100, spanSet: set, spanSets: [set] },
        serviceStats: { checkout: { spanCount: 1 }, payments: { spanCount: 1, errorCount: 1 } },
      },
    ])
    const all = await json(`/tempo/api/search?${range}`)
    expect(all.traces.map(({ traceID }: { traceID: string }) => traceID)).toEqual(['abc', traceId.slice(1)])
    expect(all.traces[0].rootServiceName).toBe('<root span not yet received>')
    const former = `tags=${encoded('service.name=payments amount="12.5"')}&minDuration=50ms&maxDuration=1s`
    expect((await json(`/tempo/api/search?${former}&${range}`)).traces).toHaveLength(1)
    expect((await json(`/tempo/api/search?tags=service.name%3Dnobody&${range}`)).traces).toEqual([])
  })

  it('is answered: names and values for its query editor', async () => {
    const { json } = await openFilled()
    const { scopes } = await json(`/tempo/api/v2/search/tags?limit=5000&${range}`)
    const byScope = Object.fromEntries(
      scopes.map(({ name, tags }: { name: string; tags: string[] }) => [name, tags]),
    )
    expect(byScope).toMatchObject({
      ...{
        resource: ['deployment.environment', 'service.name'],
        span: expect.arrayContaining(['amount', 'empty', 'http.route']),
      },
      ...{ event: ['attempt', 'n'], link: ['why'], instrumentation: ['lang', 'name', 'version'] },
      intrinsic: expect.arrayContaining(['duration', 'rootServiceName', 'span:id']),
    })
    expect((await json(`/tempo/api/search/tags?scope=resource&${range}`)).tagNames).toEqual(byScope.resource)
    const values = async (tag: string, more = '') =>
      (await json(`/tempo/api/v2/search/tag/${encoded(tag)}/values?${range}${more}`)).tagValues
    expect(await values('resource.service.name')).toEqual([
      { type: 'string', value: 'checkout' },
      { type: 'string', value: 'payments' },
    ])
    expect(await values('.amount')).toEqual([{ type: 'string', value: '12.5' }])
    expect(await values('resource.amount')).toEqual([])
    expect((await values('status'))[0]).toEqual({ type: 'keyword', value: 'error' })
    const ofPayments = `&q=${encoded('{ resource.service.name = "payments" }')}`
    expect(await values('name', ofPayments)).toEqual([{ type: 'string', value: 'charge ü' }])
    expect(await values('rootName')).toEqual([{ type: 'string', value: 'POST /checkout' }])
    expect((await json(`/tempo/api/search/tag/service.name/values?${range}`)).tagValues).toEqual([
      'checkout',
      'payments',
    ])
  })

  it('is answered: metrics over a range and at once', async () => {
    const { json } = await openFilled()
    const query = encoded('{ } | count_over_time() by (resource.service.name)')
    const { series } = await json(`/tempo/api/metrics/query_range?q=${query}&step=1m&${range}`)
    expect(series.find(({ promLabels }: { promLabels: string }) => promLabels.includes('payments'))).toEqual({
      labels: [{ key: 'resource.service.name', value: { stringValue: 'payments' } }],
      promLabels: '{"resource.service.name"="payments"}',
      samples: expect.arrayContaining([{ timestampMs: '1700000040000', value: 1 }]),
    })
    const instant = await json(`/tempo/api/metrics/query?query=${encoded('{ } | rate()')}&since=1m`)
    expect(instant.series).toEqual([
      {
        labels: [{ key: '__name__', value: { stringValue: 'rate' } }],
        ...{ promLabels: '{__name__="rate"}', value: 3 / 60 },
      },
    ])
  })

  it('is refused in Tempo’s form where it is wrong', async () => {
    const { get } = await openFilled()
    const refusals: [string, number, string][] = [
      [`/tempo/api/search?q=${encoded('{ status > }')}`, 400, 'parse error at line 1, col 12'],
      ['/tempo/api/search?start=x', 400, 'invalid start'],
      ['/tempo/api/search?limit=-1', 400, 'invalid limit'],
      ['/tempo/api/search?minDuration=x', 400, 'invalid minDuration'],
      ['/tempo/api/traces/xyz', 400, 'hex characters'],
      [`/tempo/api/traces/${'f'.repeat(32)}`, 404, 'trace not found'],
      [`/tempo/api/metrics/query_range?q=${encoded('{}')}`, 400, 'no metrics query'],
      [`/tempo/api/metrics/query_range?q=${encoded('{}|rate()')}&step=1ms&since=24h`, 422, 'longer steps'],
    ]
    for (const [url, status, message] of refusals) {
      const refusal = await get(url)
      expect([url, refusal.status, refusal.headers?.['content-type']]).toEqual([
        url,
        status,
        'text/plain; charset=utf-8',
      ])
      expect(refusal.body).toContain(message)
    }
    expect(await get(`/tempo/api/traces/${traceId}`, 'application/json', 'acme')).toMatchObject({
      status: 404,
    })
  })
})

describe('a trace received by OTLP and read back', () => {
  it('is the same in protobuf, by both versions of the path', async () => {
    const { get, traceStore } = await openFilled()
    const stored = await traceStore.trace('default', traceId)
    expect(stored[0]).toMatchObject({ startNanos: 123_456, resourceKeys: ['deployment.environment'] })
    const first = await get(`/tempo/api/traces/${traceId}`, 'application/protobuf')
    const second = await get(`/tempo/api/v2/traces/${traceId}`, 'application/protobuf')
    expect(first.headers).toEqual({ 'content-type': 'application/protobuf' })
    const again = await openTempo()
    await again.send(first.body as Buffer, 'application/x-protobuf')
    expect(await again.traceStore.trace('default', traceId)).toEqual(stored)
    // A TraceByIDResponse holds the same under its own first field.
    const inner = (second.body as Buffer).subarray(
      (second.body as Buffer).length - (first.body as Buffer).length,
    )
    expect(inner.equals(first.body as Buffer)).toBe(true)
  })

  it('is the same in JSON, with ids in base64 and enumerations by name', async () => {
    const { json, traceStore } = await openFilled()
    const { batches } = await json(`/tempo/api/traces/${traceId}`)
    expect(await json(`/tempo/api/v2/traces/${traceId}`)).toEqual({ trace: { resourceSpans: batches } })
    expect(batches[0]).toMatchObject({
      resource: request.resourceSpans[0]?.resource,
      scopeSpans: [{ scope: { name: 'http', version: '1.2' } }],
    })
    const [span] = batches[1].scopeSpans[0].spans
    expect(span).toMatchObject({
      ...{ traceId: Buffer.from(traceId, 'hex').toString('base64'), kind: 'SPAN_KIND_CLIENT' },
      status: { code: 'STATUS_CODE_ERROR', message: 'declined' },
    })
    const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
    const plain = JSON.stringify({ resourceSpans: batches }, (key, value) => {
      if (/^(traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(value, 'base64').toString('hex')
      if (key === 'kind') return kinds.indexOf(String(value).replace('SPAN_KIND_', ''))
      return key === 'code' ? 2 : value
    })
    const again = await openTempo()
    await again.send(plain, 'application/json')
    expect(await again.traceStore.trace('default', traceId)).toEqual(
      await traceStore.trace('default', traceId),
    )
  })
})
