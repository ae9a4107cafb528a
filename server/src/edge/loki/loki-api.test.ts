import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { MemoryLogStore } from '../../adapter/memory/telemetry.ts'
import { ManualClock, systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { StoredLog } from '../../port/log-store.ts'
import { createIdentity, IdentityConfig } from '../../service/identity/index.ts'
import { createLogql } from '../../service/telemetry/index.ts'
import { createLokiApi } from './index.ts'

const start = 1_700_000_000_000
const ns = (offsetMs: number): string => `${start + offsetMs}000000`

function logOf(offsetMs: number, message: string, part: Partial<StoredLog> = {}): StoredLog {
  return {
    ...{ timeMs: start + offsetMs, message, severity: 'INFO', traceId: '', spanId: '' },
    ...{ labels: { 'service.name': 'cart', env: 'prod' }, attributes: {} },
    ...part,
  }
}

function open(clock = new ManualClock(start + 60_000)) {
  const logStore = new MemoryLogStore()
  logStore.append(
    {
      tenant: 'default',
      records: [
        logOf(0, 'GET /cart status=200 took=12ms', { attributes: { 'http.method': 'GET' } }),
        logOf(1_000, 'GET /cart status=500 took=40ms', { severity: 'ERROR', traceId: 'a'.repeat(32) }),
        logOf(2_000, '{"level":"info","code":7}', { labels: { 'service.name': 'pay' } }),
      ],
    },
    0,
  )
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const audit = { append: async () => undefined, list: async () => [], verify: async () => null }
  const identity = createIdentity({ audit, clock }, IdentityConfig.parse({ tenants: ['default'] }))
  const logql = createLogql({ logStore, clock })
  const api = createLokiApi({
    ...{ logql, bus, identity, clock, metrics },
    allowedHosts: [],
    version: '1.2.3',
  })
  return { api, bus, clock, logStore }
}

/** As the gateway calls a receiver. */
async function ask(
  { api }: ReturnType<typeof open>,
  path: string,
  query: Record<string, string> = {},
  { method = 'GET', headers = {} as Record<string, string> } = {},
) {
  const found = api.receivers
    .map((receiver) => ({ receiver, params: paramsOf(receiver.path, `/loki${path}`) }))
    .find(({ receiver, params }) => params && (receiver.method ?? 'POST') === method)
  if (!found?.params) throw new Error(`nothing is at ${method} ${path}`)
  const form = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
  const request = {
    ...{ tenant: 'default', actor: 'test', params: found.params, headers: { ...form, ...headers } },
    query: method === 'GET' ? new URLSearchParams(query) : new URLSearchParams(),
    body: method === 'GET' ? Buffer.alloc(0) : Buffer.from(new URLSearchParams(query).toString()),
  }
  try {
    const { status, body } = await found.receiver.handle(request)
    return { status, body: String(body), json: () => JSON.parse(String(body)) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const refused = found.receiver.refuse?.(error, {})
    return { status: refused?.status, body: String(refused?.body), json: () => undefined }
  }
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!)
  const found = new RegExp(`^${pattern.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
  return found ? Object.fromEntries(names.map((name, i) => [name, found[i + 1]!])) : undefined
}

const range = { start: ns(0), end: ns(10_000) }

describe("requests of Grafana's Loki data source", () => {
  test('the health check adds two vectors', async () => {
    const { json } = await ask(open(), '/api/v1/query', { query: 'vector(1)+vector(1)', time: ns(0) })
    expect(json()).toMatchObject({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [start / 1_000, '2'] }] },
    })
  })
  test('labels, values of one, and series are those of the range', async () => {
    const grafana = open()
    expect((await ask(grafana, '/api/v1/labels', range)).json()).toEqual({
      ...{ status: 'success', data: ['env', 'service_name'] },
    })
    expect((await ask(grafana, '/api/v1/label/service_name/values', range)).json().data).toEqual([
      'cart',
      'pay',
    ])
    const narrowed = { ...range, query: '{env="prod"}' }
    expect((await ask(grafana, '/api/v1/label/service_name/values', narrowed)).json().data).toEqual(['cart'])
    for (const method of ['GET', 'POST'])
      expect(
        (await ask(grafana, '/api/v1/series', { ...range, 'match[]': '{env="prod"}' }, { method })).json()
          .data,
      ).toEqual([{ env: 'prod', service_name: 'cart' }])
    const later = { start: ns(100_000), end: ns(200_000) }
    expect((await ask(grafana, '/api/v1/labels', later)).json().data).toEqual([])
  })
  test('entries come newest first up to the limit, metadata among the labels', async () => {
    const query = { ...range, query: '{service_name="cart"} |= "status"', limit: '1', direction: 'backward' }
    const { data } = (await ask(open(), '/api/v1/query_range', query)).json()
    expect(data.resultType).toBe('streams')
    expect(data.result).toEqual([
      {
        stream: { detected_level: 'error', env: 'prod', service_name: 'cart', trace_id: 'a'.repeat(32) },
        values: [[ns(1_000), 'GET /cart status=500 took=40ms']],
      },
    ])
    expect(data.stats.summary).toMatchObject({ totalEntriesReturned: 1 })
  })
  test('entries come oldest first forward; the end is not in the range', async () => {
    const query = { query: '{service_name=~".+"}', start: ns(0), end: ns(1_000), direction: 'forward' }
    const { data } = (await ask(open(), '/api/v1/query_range', query)).json()
    expect(
      data.result.flatMap((stream: { values: [string][] }) => stream.values.map(([time]) => time)),
    ).toEqual([ns(0)])
  })
  test('categorized labels stand beside each line', async () => {
    const headers = { 'x-loki-response-encoding-flags': 'categorize-labels' }
    const query = { ...range, query: '{service_name="cart"} | logfmt', direction: 'forward' }
    const { data } = (await ask(open(), '/api/v1/query_range', query, { headers })).json()
    expect(data.encodingFlags).toEqual(['categorize-labels'])
    expect(data.result[0].stream).toEqual({ env: 'prod', service_name: 'cart' })
    expect(data.result[0].values[0]).toEqual([
      ns(0),
      'GET /cart status=200 took=12ms',
      {
        structuredMetadata: { detected_level: 'info', http_method: 'GET' },
        parsed: { status: '200', took: '12ms' },
      },
    ])
  })
  test('the log volume above a panel is counted by level', async () => {
    const query = {
      query: 'sum by (detected_level) (count_over_time({service_name=~".+"}[2s]))',
      ...range,
      step: '2',
    }
    const { data } = (await ask(open(), '/api/v1/query_range', query)).json()
    expect(data.resultType).toBe('matrix')
    expect(data.result).toEqual([
      { metric: { detected_level: 'error' }, values: [[start / 1_000 + 2, '1']] },
      {
        metric: { detected_level: 'info' },
        values: [
          [start / 1_000, '1'],
          [start / 1_000 + 2, '1'],
        ],
      },
    ])
  })
  test('index stats and volumes say how much there is', async () => {
    const grafana = open()
    const query = { ...range, query: '{env="prod"}' }
    expect((await ask(grafana, '/api/v1/index/stats', query)).json()).toEqual({
      ...{ streams: 1, chunks: 1, entries: 2, bytes: 60 },
    })
    expect((await ask(grafana, '/api/v1/index/volume', query)).json().data).toMatchObject({
      ...{ resultType: 'vector', result: [{ metric: { env: 'prod' }, value: [start / 1_000 + 10, '30'] }] },
    })
    const stepped = { ...query, step: '5s', targetLabels: 'service_name' }
    expect((await ask(grafana, '/api/v1/index/volume_range', stepped)).json().data).toMatchObject({
      ...{
        resultType: 'matrix',
        result: [{ metric: { service_name: 'cart' }, values: [[start / 1_000 + 5, '30']] }],
      },
    })
  })
  test('detected labels, fields and their values tell what to filter by', async () => {
    const grafana = open()
    expect((await ask(grafana, '/api/v1/detected_labels', range)).json().detectedLabels).toEqual([
      { label: 'env', cardinality: 1 },
      { label: 'service_name', cardinality: 2 },
    ])
    const { fields } = (
      await ask(grafana, '/api/v1/detected_fields', { ...range, query: '{service_name="cart"}' })
    ).json()
    expect(fields).toContainEqual({ label: 'status', type: 'int', cardinality: 2, parsers: ['logfmt'] })
    expect(fields).toContainEqual({ label: 'http_method', type: 'string', cardinality: 1, parsers: null })
    const values = await ask(grafana, '/api/v1/detected_field/status/values', {
      ...range,
      query: '{env="prod"}',
    })
    expect(values.json().values.sort()).toEqual(['200', '500'])
  })
  test('patterns are what wrote the lines, the most frequent first, counted by step, and fit as filters', async () => {
    const grafana = open()
    const names = ['ann', 'bob', 'cy', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida', 'joe']
    grafana.logStore.append(
      {
        tenant: 'default',
        records: Array.from({ length: 40 }, (_, i) =>
          logOf(3_000 + i * 100, `order ${i} of customer ${names[i % 10]} was paid <today> in full`),
        ),
      },
      1,
    )
    const query = { ...range, query: '{service_name="cart"} != "noise"', step: '2s' }
    for (const method of ['GET', 'POST']) {
      const { status, data } = (await ask(grafana, '/api/v1/patterns', query, { method })).json()
      expect(status).toBe('success')
      expect(data).toEqual([
        {
          pattern: 'order <_> of customer <_> was paid <_> in full',
          samples: [
            [start / 1_000 + 2, 10],
            [start / 1_000 + 4, 20],
            [start / 1_000 + 6, 10],
          ],
        },
        { pattern: 'GET <_> status=<_> took=<_>', samples: [[start / 1_000, 2]] },
      ])
      for (const { pattern, samples } of data as { pattern: string; samples: [number, number][] }[]) {
        const filter = `{service_name="cart"} |> ${JSON.stringify(pattern)}`
        const found = (await ask(grafana, '/api/v1/query_range', { ...range, query: filter })).json()
        const lines = found.data.result.flatMap((stream: { values: unknown[] }) => stream.values)
        expect(lines).toHaveLength(samples.reduce((sum, [, count]) => sum + count, 0))
      }
    }
    const later = { ...query, start: ns(100_000), end: ns(200_000) }
    expect((await ask(grafana, '/api/v1/patterns', later)).json()).toEqual({ status: 'success', data: [] })
    const metric = await ask(grafana, '/api/v1/patterns', { ...query, query: 'rate({a="b"}[1m])' })
    expect(metric.status).toBe(400)
  })
  test('a query is printed in its usual form', async () => {
    const { json } = await ask(open(), '/api/v1/format_query', {
      query: 'sum by(a)(rate({ b = "c" } |="d"[5m]))',
    })
    expect(json()).toEqual({ status: 'success', data: 'sum by (a)(rate({b="c"} |= "d" [5m]))' })
  })
  test('it says that it is ready and which interface it has', async () => {
    expect((await ask(open(), '/ready')).body).toBe('ready\n')
    expect((await ask(open(), '/api/v1/status/buildinfo')).json()).toMatchObject({ version: '3.0.0' })
  })
})

describe('what is wrong is said in one line of text with 400', () => {
  test.each([
    [
      '/api/v1/query_range',
      { query: '{a="b"' },
      'parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,',
    ],
    [
      '/api/v1/query_range',
      { query: '{a=~".*"}' },
      'queries require at least one regexp or equality matcher',
    ],
    ['/api/v1/query_range', { query: '{a="b"}', limit: '0' }, 'limit must be a positive value'],
    ['/api/v1/query_range', { query: '{a="b"}', direction: 'up' }, "invalid direction 'up'"],
    ['/api/v1/query_range', { query: '{a="b"}', start: 'x' }, "could not parse 'start' parameter"],
    [
      '/api/v1/query_range',
      { query: 'rate({a="b"}[1m])', start: '1', end: '20000', step: '1' },
      'exceeded maximum resolution',
    ],
    ['/api/v1/query', { query: '{a="b"}' }, 'log queries are not supported as an instant query type'],
    ['/api/v1/query', { query: '' }, 'parse error'],
  ])('%s %o', async (path, query, sentence) => {
    const { status, body } = await ask(open(), path, query)
    expect(status).toBe(400)
    expect(body).toContain(sentence)
  })
})

describe('tail', () => {
  async function listen() {
    const { createServer } = await import('node:http')
    const server = createServer()
    const loki = open(systemClock as unknown as ManualClock)
    loki.api.attach(server)
    await loki.api.start()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      await loki.api.stop()
      server.close()
    })
    return { ...loki, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/loki/api/v1/tail` }
  }
  const messageOf = (socket: WebSocket): Promise<{ streams: { values: [string, string][] }[] }> =>
    new Promise((resolve, reject) => {
      socket.once('message', (data) => resolve(JSON.parse(String(data))))
      socket.once('error', reject)
    })
  const linesOf = (message: { streams: { values: [string, string][] }[] }): string[] =>
    message.streams.flatMap(({ values }) => values.map(([, line]) => line))

  test('sends what there was since the start, then what comes and fits', async () => {
    const { url, bus } = await listen()
    const query = encodeURIComponent('{service_name="cart"} != "noise"')
    const socket = new WebSocket(`${url}?query=${query}&start=${ns(0)}&limit=10`)
    onTestFinished(() => socket.terminate())
    expect(linesOf(await messageOf(socket))).toEqual([
      'GET /cart status=200 took=12ms',
      'GET /cart status=500 took=40ms',
    ])
    const next = messageOf(socket)
    const records = [
      logOf(5_000, 'noise'),
      logOf(5_001, 'news'),
      logOf(5_002, 'other', { labels: { job: 'x' } }),
    ]
    bus.publish('logs', { tenant: 'other', records: [logOf(5_003, 'of another tenant')] })
    bus.publish('logs', { tenant: 'default', records })
    expect(linesOf(await next)).toEqual(['news'])
  })
  test('tells who reads too slowly what was dropped', async () => {
    const { url, bus } = await listen()
    const socket = new WebSocket(`${url}?query=${encodeURIComponent('{service_name="cart"}')}&start=${ns(0)}`)
    onTestFinished(() => socket.terminate())
    await messageOf(socket)
    const next = messageOf(socket)
    bus.publish('logs', {
      tenant: 'default',
      records: Array.from({ length: 1_050 }, (_, i) => logOf(i, `line ${i}`)),
    })
    const message = (await next) as unknown as { dropped_entries: { labels: object; timestamp: string }[] }
    expect(linesOf(message as never)).toHaveLength(1_000)
    expect(message.dropped_entries).toHaveLength(50)
    expect(message.dropped_entries[0]).toEqual({
      labels: { env: 'prod', service_name: 'cart' },
      timestamp: ns(1_000),
    })
  })
  test('refuses a query that is none before there is a WebSocket', async () => {
    const { url } = await listen()
    const socket = new WebSocket(`${url}?query=${encodeURIComponent('{a=')}`)
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode))
      socket.once('error', () => undefined)
    })
    expect(status).toBe(400)
  })
})
