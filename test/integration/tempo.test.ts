import { afterEach, describe, expect, test } from 'vitest'
import { openTempoTraceStore, TempoConfig } from '../../server/src/adapter/tempo/index.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import type { StoredSpan, TraceQuery, TraceStore } from '../../server/src/port/trace-store.ts'
import { type Exchange, type Replay, startReplay } from './replay.ts'

// No Tempo can be had as a package or by `go install`, so this is its documented interface played back
// (https://grafana.com/docs/tempo/latest/api_docs/ and the OTLP specification): the form is Tempo's, the content ours.

const now = 1_684_778_400_000
const traceId = '2f3e0cee77ae5dc9c17ade3689eb2e54'
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const tenant = { 'x-scope-orgid': 'acme' }

const root: StoredSpan = {
  ...{
    traceId,
    spanId: '563d623c76514f8e',
    parentSpanId: '',
    name: 'update-billing',
    service: 'shop-backend',
  },
  ...{
    kind: 'SERVER',
    startMs: 1_684_778_327_699.375,
    durationMs: 557.25,
    status: 'UNSET',
    statusMessage: '',
  },
  attributes: { 'http.route': '/billing' },
}
const child: StoredSpan = {
  ...{
    traceId,
    spanId: '00000000000000ab',
    parentSpanId: '563d623c76514f8e',
    name: 'charge',
    service: 'payments',
  },
  ...{
    kind: 'CLIENT',
    startMs: 1_684_778_327_735.077,
    durationMs: 446.5,
    status: 'ERROR',
    statusMessage: 'declined',
  },
  attributes: { 'peer.service': 'bank' },
  events: [{ timeMs: 1_684_778_327_800, name: 'exception', attributes: { 'exception.type': 'Declined' } }],
  links: [{ traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}2`, attributes: { why: 'retry' } }],
}
/** As Tempo answers: protobuf's JSON, ids in base64, enumerations by name. */
const traceAnswer = {
  batches: [
    {
      resource: { attributes: [attribute('service.name', 'shop-backend'), attribute('k8s.pod.name', 'p-1')] },
      scopeSpans: [
        {
          scope: { name: 'aiops' },
          spans: [
            {
              ...{
                traceId: base64(traceId),
                spanId: base64(root.spanId),
                name: 'update-billing',
                kind: 'SPAN_KIND_SERVER',
              },
              ...{ startTimeUnixNano: '1684778327699375000', endTimeUnixNano: '1684778328256625000' },
              attributes: [
                attribute('http.route', '/billing'),
                { key: 'http.status_code', value: { intValue: '200' } },
              ],
              status: {},
            },
          ],
        },
      ],
    },
    {
      resource: { attributes: [attribute('service.name', 'payments')] },
      scopeSpans: [
        {
          spans: [
            {
              ...{
                traceId: base64(traceId),
                spanId: base64(child.spanId),
                parentSpanId: base64(root.spanId),
              },
              ...{ name: 'charge', kind: 'SPAN_KIND_CLIENT' },
              ...{ startTimeUnixNano: '1684778327735077000', endTimeUnixNano: '1684778328181577000' },
              attributes: [attribute('peer.service', 'bank')],
              status: { code: 'STATUS_CODE_ERROR', message: 'declined' },
              events: [
                {
                  ...{ timeUnixNano: '1684778327800000000', name: 'exception' },
                  attributes: [attribute('exception.type', 'Declined')],
                },
              ],
              links: [
                {
                  ...{ traceId: base64(`${'0'.repeat(31)}1`), spanId: base64(`${'0'.repeat(15)}2`) },
                  attributes: [attribute('why', 'retry')],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
}
const searchAnswer = (...ids: string[]) => ({
  traces: ids.map((traceID) => ({
    ...{ traceID, rootServiceName: 'shop-backend', rootTraceName: 'update-billing', durationMs: 557 },
    startTimeUnixNano: '1684778327699392724',
    spanSets: [{ spans: [{ spanID: '563d623c76514f8e', durationNanos: '446979497' }], matched: 1 }],
  })),
  metrics: { totalBlocks: 13 },
})
const get = (path: string, answer: unknown, query?: Record<string, string>, status = 200): Exchange => ({
  ...{ method: 'GET', path, headers: tenant, status, answer },
  ...(query ? { query } : {}),
})

let replay: Replay
let store: TraceStore
afterEach(async () => {
  await store.close()
  await replay.close()
})
async function open(exchanges: readonly Exchange[], config: Record<string, string> = {}): Promise<void> {
  replay = await startReplay(exchanges)
  store = await openTempoTraceStore({
    ...{ url: replay.origin, clock: new ManualClock(now), random: seededRandom(1) },
    ...{ log: createLog({ level: 'silent' }), metrics: createMetrics() },
    positions: { read: () => 0, save: async () => {} },
    config: TempoConfig.parse({ push: replay.origin, durable_ms: '0', visible_ms: '0', ...config }),
  })
}

describe('Tempo by recorded exchanges', () => {
  test('takes spans by OTLP, a resource for each service', async () => {
    await open([
      {
        ...{
          method: 'POST',
          path: '/v1/traces',
          headers: tenant,
          status: 200,
          answer: { partialSuccess: {} },
        },
        body: {
          resourceSpans: [
            {
              resource: { attributes: [attribute('service.name', 'shop-backend')] },
              scopeSpans: [
                {
                  scope: { name: 'aiops' },
                  spans: [
                    {
                      ...{
                        traceId,
                        spanId: root.spanId,
                        name: 'update-billing',
                        kind: 2,
                        events: [],
                        links: [],
                      },
                      ...{ startTimeUnixNano: '1684778327699375000', endTimeUnixNano: '1684778328256625000' },
                      attributes: [attribute('http.route', '/billing')],
                      status: { code: 0, message: '' },
                    },
                  ],
                },
              ],
            },
          ],
        },
      },
    ])
    store.append({ tenant: 'acme', spans: [root] }, 9)
    expect(await store.checkpoint().catch(() => replay.unknown)).toBe(9)
  })
  test('gives a trace back, whatever ids and enumerations are written as', async () => {
    await open([get(`/api/traces/${traceId}`, traceAnswer)])
    const spans = await store.trace('acme', traceId)
    expect(spans).toEqual([
      {
        ...root,
        startMs: expect.closeTo(root.startMs, 3),
        attributes: { 'k8s.pod.name': 'p-1', 'http.route': '/billing', 'http.status_code': '200' },
        resourceKeys: ['k8s.pod.name'],
      },
      { ...child, startMs: expect.closeTo(child.startMs, 3), resourceKeys: [] },
    ])
  })
  test('reads the answer of the second version too, and a trace that is not there', async () => {
    const { batches } = traceAnswer
    await open([
      get(`/api/traces/${traceId}`, { trace: { resourceSpans: batches }, metrics: {} }),
      get(`/api/traces/${'0'.repeat(32)}`, undefined, undefined, 404),
    ])
    expect(await store.trace('acme', traceId)).toHaveLength(2)
    expect(await store.trace('acme', '0'.repeat(32))).toEqual([])
  })
  test('searches in TraceQL, and gives all spans of what fits', async () => {
    const q =
      '{ resource.service.name = "payments" && name = "charge" && duration >= 20000000ns && status = error }'
    await open([
      get('/api/search', searchAnswer('2f3e0cee77ae5dc9c17ade3689eb2e54', '1b1ba462b409200d'), {
        ...{ q, limit: '20', start: '1684778000', end: '1684778401' },
      }),
      get(`/api/traces/${traceId}`, traceAnswer),
      get('/api/traces/00000000000000001b1ba462b409200d', undefined, undefined, 404),
    ])
    const found = await store.search(
      queryOf({
        ...{ service: 'payments', operation: 'charge', durationMsMin: 20, errorsOnly: true },
        ...{ startMs: 1_684_778_000_000, endMs: 1_684_778_400_000 },
      }),
    )
    expect(replay.unknown).toEqual([])
    expect(found.map((trace) => [trace.traceId, trace.spans.length])).toEqual([[traceId, 2]])
  })
  test('finds what Tempo does not show yet', async () => {
    await open(
      [
        { method: 'POST', path: '/v1/traces', status: 200, answer: {} },
        get('/api/search', searchAnswer()),
        get(`/api/traces/${traceId}`, undefined, undefined, 404),
      ],
      { visible_ms: '30000' },
    )
    store.append({ tenant: 'acme', spans: [child, root] }, 1)
    expect(await store.trace('acme', traceId)).toEqual([root, child])
    expect(await store.search(queryOf({ errorsOnly: true }))).toEqual([{ traceId, spans: [root, child] }])
    expect(await store.search(queryOf({ service: 'nobody' }))).toEqual([])
    expect(await store.trace('other', traceId).catch(() => [])).toEqual([])
  })
  test('says so when it does not answer', async () => {
    await open([get('/api/search', { error: 'too many requests' }, undefined, 429)])
    await expect(store.search(queryOf({}))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retry: true,
    })
  })
})

const queryOf = (part: Partial<TraceQuery>): TraceQuery => ({
  ...{
    tenant: 'acme',
    service: '',
    operation: '',
    durationMsMin: 0,
    errorsOnly: false,
    startMs: 0,
    endMs: 8e15,
    limit: 20,
  },
  ...part,
})
