import { afterEach, beforeEach, describe, expect } from 'vitest'
import { claims, type Limits } from './claim.suite.ts'
import type { ScannedTrace, SpanScan, StoredSpan, TraceQuery, TraceStore } from './trace-store.ts'

export type TraceStoreSubject = { store: TraceStore; restart(): Promise<TraceStore>; close(): Promise<void> }

const start = 1_700_000_000_000

/** What every trace store promises. */
export function traceStoreConformance(
  name: string,
  open: () => Promise<TraceStoreSubject>,
  restartable = true,
  limits: Limits = {},
): void {
  const test = claims(limits)
  describe(`${name} as a TraceStore`, () => {
    let subject: TraceStoreSubject
    let store: TraceStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())
    const append = (spans: StoredSpan[], position = 0, tenant = 'default') =>
      store.append({ tenant, spans }, position)
    const search = (query: Partial<TraceQuery> = {}) =>
      store.search({
        tenant: 'default',
        service: '',
        operation: '',
        durationMsMin: 0,
        errorsOnly: false,
        startMs: 0,
        endMs: 8e15,
        limit: 20,
        ...query,
      })
    const scanOf = (scan: Partial<SpanScan>): SpanScan => ({
      ...{ tenant: 'default', startMs: 0, endMs: 8e15, anyOf: [] },
      ...scan,
    })
    const scanned = async (scan: Partial<SpanScan> = {}): Promise<ScannedTrace[]> =>
      (await Array.fromAsync(store.scan(scanOf(scan)))).flat()
    const scannedIds = async (scan: Partial<SpanScan>) => (await scanned(scan)).map(({ traceId }) => traceId)
    const idsOf = async (query: Partial<TraceQuery>) => (await search(query)).map(({ traceId }) => traceId)

    test('gives a trace back whole, by start', async () => {
      const spans = [
        spanOf(1, 2, { startMs: start + 5.25, attributes: { 'http.route': '/pay' } }),
        spanOf(1, 1, { startMs: start, parentSpanId: '' }),
      ]
      append(spans)
      append([spanOf(2, 1)])
      expect(await store.trace('default', traceId(1))).toEqual([spans[1], spans[0]])
      await store.checkpoint()
      expect(await store.trace('default', traceId(1))).toEqual([spans[1], spans[0]])
      expect(await store.trace('default', traceId(9))).toEqual([])
    })
    test('keeps the events and links of a span, and the lack of them', async () => {
      const attributes = JSON.parse('{"exception.type":"E","__proto__":"x"}')
      const whole = spanOf(1, 1, {
        events: [
          { timeMs: start + 0.5, name: 'exception', attributes },
          { timeMs: start + 0.25, name: '', attributes: {} },
        ],
        links: [{ traceId: traceId(7), spanId: '00000000000000aa', attributes: { k: 'v "quoted" ü' } }],
      })
      append([whole, spanOf(1, 2)])
      for (let round = 0; round < 2; round += 1) {
        const [first, second] = await store.trace('default', traceId(1))
        expect(first).toEqual(whole)
        expect([second?.events, second?.links]).toEqual([undefined, undefined])
        await store.checkpoint()
      }
    })
    test('ignores the same span again', async () => {
      append([spanOf(1, 1), spanOf(1, 1)])
      await store.checkpoint()
      append([spanOf(1, 1)])
      expect(await store.trace('default', traceId(1))).toHaveLength(1)
    })
    test('keeps tenants apart', async () => {
      append([spanOf(1, 1)], 0, 'acme')
      expect(await store.trace('default', traceId(1))).toEqual([])
      expect(await search()).toEqual([])
      expect(await store.trace('acme', traceId(1))).toHaveLength(1)
    })
    test('searches by service, operation, duration, error and time, and gives all spans of what fits', async () => {
      append([
        spanOf(1, 1, { startMs: start, service: 'front', name: 'GET /', durationMs: 50 }),
        spanOf(1, 2, {
          startMs: start + 1,
          service: 'payments',
          name: 'charge',
          durationMs: 40,
          status: 'ERROR',
        }),
        spanOf(2, 1, { startMs: start + 10, service: 'front', name: 'GET /', durationMs: 5 }),
      ])
      expect(await idsOf({})).toEqual([traceId(2), traceId(1)])
      expect(await idsOf({ service: 'payments' })).toEqual([traceId(1)])
      expect((await search({ service: 'payments' }))[0]!.spans).toHaveLength(2)
      expect(await idsOf({ operation: 'GET /', durationMsMin: 20 })).toEqual([traceId(1)])
      expect(await idsOf({ errorsOnly: true })).toEqual([traceId(1)])
      expect(await idsOf({ errorsOnly: true, service: 'front' })).toEqual([])
      expect(await idsOf({ startMs: start + 5 })).toEqual([traceId(2)])
      expect(await idsOf({ limit: 1 })).toEqual([traceId(2)])
    })
    test('finds traces across blocks, newest first', async () => {
      for (let from = 0; from < 5_000; from += 500) {
        append(Array.from({ length: 500 }, (_, i) => spanOf(from + i, 1, { startMs: start + from + i })))
        append(
          Array.from({ length: 500 }, (_, i) =>
            spanOf(from + i, 2, { startMs: start + from + i + 0.5, service: 'late' }),
          ),
        )
        if (from % 1_000 === 0) await store.checkpoint()
      }
      const found = await search({ limit: 5 })
      expect(found.map((trace) => [trace.traceId, trace.spans.length])).toEqual(
        [4_999, 4_998, 4_997, 4_996, 4_995].map((i) => [traceId(i), 2]),
      )
      expect(await store.trace('default', traceId(3))).toHaveLength(2)
      expect(await idsOf({ service: 'late', endMs: start + 3.5 })).toEqual([3, 2, 1, 0].map(traceId))
      expect(store.stats().spans).toBe(10_000)
    })
    test('scans whole traces by conditions on one span', async () => {
      append([
        spanOf(1, 1, { service: 'front', name: 'GET /', durationMs: 50 }),
        spanOf(1, 2, { service: 'pay', kind: 'CLIENT', status: 'ERROR', attributes: { region: 'eu' } }),
        spanOf(2, 1, { service: 'front', durationMs: 5 }),
      ])
      for (let round = 0; round < 2; round += 1) {
        expect(await scannedIds({})).toEqual([traceId(2), traceId(1)])
        const filters: [SpanScan['anyOf'], number[]][] = [
          [[{ services: ['pay', 'nobody'] }], [1]],
          [[{ services: ['front'], durationMsMax: 5 }], [2]],
          [
            [{ durationMsMin: 50 }, { durationMsMax: 5 }],
            [2, 1],
          ],
          [[{ names: ['GET /'], statuses: ['ERROR'] }], []],
          [[{ kinds: ['CLIENT'] }], [1]],
          [[{ attributes: [{ name: 'region', values: ['eu', 'us'] }] }], [1]],
          [[{ attributes: [{ name: 'constructor', values: ['x'] }] }], []],
        ]
        for (const [anyOf, ids] of filters)
          expect([anyOf, await scannedIds({ anyOf })]).toEqual([anyOf, ids.map(traceId)])
        const [found] = await scanned({ anyOf: [{ services: ['pay'] }] })
        expect([found?.spans.map(({ service }) => service), found?.newestMs]).toEqual([
          ['front', 'pay'],
          start + 12,
        ])
        expect(await scannedIds({ endMs: start + 11 })).toEqual([traceId(1)])
        const alone = await Array.fromAsync(store.scanSpans(scanOf({ anyOf: [{ statuses: ['ERROR'] }] })))
        expect(alone.flat().map(({ spanId }) => spanId)).toEqual(['0000000000000002'])
        await store.checkpoint()
      }
    })
    test('scans traces newest first, each once, across blocks and as far as is read', async () => {
      for (let from = 0; from < 5_000; from += 500) {
        append(Array.from({ length: 500 }, (_, i) => spanOf(from + i, 1)))
        append(Array.from({ length: 500 }, (_, i) => spanOf(Math.max(0, from + i - 250), 2)))
        if (from % 1_000 === 0) await store.checkpoint()
      }
      const found = await scanned()
      expect(found.map(({ traceId }) => traceId)).toEqual(
        Array.from({ length: 5_000 }, (_, i) => traceId(4_999 - i)),
      )
      expect(found.every(({ spans }, i) => spans.length === (i < 250 ? 1 : 2))).toBe(true)
      let first: ScannedTrace | undefined
      for await (const traces of store.scan(scanOf({}))) {
        first = traces[0]
        break
      }
      expect(first?.traceId).toBe(traceId(4_999))
    })
    test('names tags by the part of the span they are on, and their values', async () => {
      const attributes = { 'k8s.pod.name': 'p-1', 'http.route': '/a', 'otel.scope.name': 'lib' }
      const events = [{ timeMs: start, name: 'e', attributes: { 'exception.type': 'E' } }]
      append([
        spanOf(1, 1, { attributes, resourceKeys: ['k8s.pod.name'], events }),
        spanOf(2, 1, { attributes: { 'http.route': '/b' } }),
        spanOf(3, 1, { attributes: { 'http.route': '/b' }, service: 'pay' }),
      ])
      const asked = { ...{ tenant: 'default', startMs: 0, endMs: 8e15, limit: 10 }, anyOf: [] }
      for (let round = 0; round < 2; round += 1) {
        expect(await store.tagNames(asked)).toEqual({
          ...{ resource: ['k8s.pod.name', 'service.name'], span: ['http.route'], event: ['exception.type'] },
          ...{ link: [], instrumentation: ['name'] },
        })
        expect((await store.tagNames({ ...asked, limit: 1 })).resource).toEqual(['k8s.pod.name'])
        expect(await store.tagValues({ ...asked, name: 'http.route' })).toEqual(['/b', '/a'])
        expect(await store.tagValues({ ...asked, name: 'http.route', scope: 'resource' })).toEqual([])
        expect(await store.tagValues({ ...asked, name: 'service.name', scope: 'resource' })).toEqual([
          'cart',
          'pay',
        ])
        expect(await store.tagValues({ ...asked, name: 'name', scope: 'instrumentation' })).toEqual(['lib'])
        const ofPay = { ...asked, name: 'http.route', anyOf: [{ services: ['pay'] }] }
        expect(await store.tagValues(ofPay)).toEqual(['/b'])
        await store.checkpoint()
      }
      expect(await store.tagNames({ ...asked, tenant: 'acme' })).toMatchObject({ span: [] })
    })
    test('covers positions by checkpoints', async () => {
      append([spanOf(1, 1)], 5)
      expect(await store.checkpoint()).toBe(5)
      expect(store.checkpointed()).toBe(5)
    })
    test('deletes whole data older than a time', async () => {
      append([spanOf(1, 1)])
      await store.checkpoint()
      await store.deleteBefore(start + 86_400_000)
      expect(await search()).toEqual([])
      expect(await store.trace('default', traceId(1))).toEqual([])
    })
    test.skipIf(!restartable)('keeps spans over a restart and ignores replayed entries it has', async () => {
      const links = [{ traceId: traceId(3), spanId: '00000000000000aa', attributes: {} }]
      append([spanOf(1, 1, { links })], 1)
      append([spanOf(1, 2)], 2)
      store = await subject.restart()
      expect((await store.trace('default', traceId(1)))[0]?.links).toEqual(links)
      append([spanOf(1, 2)], 2)
      append([spanOf(1, 3)], 3)
      expect(await store.trace('default', traceId(1))).toHaveLength(3)
      expect(store.stats().spans).toBe(3)
      store = await subject.restart()
      expect(await store.trace('default', traceId(1))).toHaveLength(3)
    })
  })
}

const traceId = (i: number): string => (i + 1).toString(16).padStart(32, '0')

const spanOf = (trace: number, span: number, part: Partial<StoredSpan> = {}): StoredSpan => ({
  traceId: traceId(trace),
  spanId: span.toString(16).padStart(16, '0'),
  parentSpanId: span === 1 ? '' : '0000000000000001',
  name: 'GET /cart',
  service: 'cart',
  kind: 'SERVER',
  startMs: start + trace * 10 + span,
  durationMs: 12.5,
  status: 'OK',
  statusMessage: '',
  attributes: {},
  ...part,
})
