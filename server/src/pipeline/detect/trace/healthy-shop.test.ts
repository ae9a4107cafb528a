import type { Event } from '@aiops/contract/event'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { createDetect, DetectConfig } from '../index.ts'
import { createTraceWatch } from './index.ts'

const startMs = 1_700_000_000_000

function world() {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const metricStore = new MemoryMetricStore()
  const saved = new Map<string, Anomaly>()
  const told: Anomaly[] = []
  bus.subscribe('events', 'test', (event: Event) => {
    if (event.event_type === 'ANOMALY_DETECTED') told.push(event.payload as Anomaly)
  })
  const anomalies: Pick<AnomalyRepository, 'save' | 'get' | 'active'> = {
    save: async (anomaly) => void saved.set(anomaly.id, anomaly),
    get: async (_, id) => saved.get(id),
    active: async () => [],
  }
  const base = { bus, clock, random: seededRandom(1), metrics, log: silentLog }
  const config = DetectConfig.parse({ worker: false })
  const detect = createDetect(
    {
      ...{ ...base, anomalies: anomalies as AnomalyRepository, catalog: metricStore.catalog },
      settings: { all: async () => [], save: async () => true },
      points: metricStore,
    },
    config,
  )
  const changes = { list: async () => ({ changes: [], total: 0 }) }
  return {
    clock,
    bus,
    detect,
    watch: createTraceWatch({ ...base, anomalies, metricStore, changes }, config.traces),
    told,
  }
}

let ids = 0
const idOf = (digits: number): string => {
  ids += 1
  return ids.toString(16).padStart(digits, '0')
}

/** A request of the demo shop to its front, which asks for a page or orders; `rows`: how often the cart asks the store. */
function request(random: { next(): number }, nowMs: number, rows: number): StoredSpan[] {
  const traceId = idOf(32)
  const spans: StoredSpan[] = []
  const work = (ms: number): number => ms * Math.min(1.8, 0.6 - 0.45 * Math.log(1 - random.next()))
  const serve = (
    service: string,
    name: string,
    parent: string,
    ms: number,
    then: (self: string) => void,
  ): void => {
    const spanId = idOf(16)
    spans.push({
      ...{ traceId, spanId, parentSpanId: parent, name, service, kind: 'SERVER', startMs: nowMs - 500 },
      ...{
        durationMs: work(ms),
        status: random.next() < 0.002 ? 'ERROR' : 'UNSET',
        statusMessage: '',
        attributes: {},
      },
    })
    then(spanId)
  }
  const call = (
    from: string,
    service: string,
    to: string,
    name: string,
    ms: number,
    then = (_: string): void => {},
  ): void => {
    const spanId = idOf(16)
    spans.push({
      ...{ traceId, spanId, parentSpanId: from, name: 'GET', service, kind: 'CLIENT', startMs: nowMs - 500 },
      ...{ durationMs: work(ms), status: 'UNSET', statusMessage: '', attributes: {} },
    })
    serve(to, name, spanId, ms, then)
  }
  if (random.next() < 0.7)
    serve('front', 'GET /', '', 40, (front) =>
      call(front, 'front', 'catalog', 'GET /products', 25, (catalog) =>
        call(catalog, 'catalog', 'store', 'GET /keys/{key}', 6),
      ),
    )
  else
    serve('front', 'POST /cart/{user}/items', '', 50, (front) =>
      call(front, 'front', 'cart', 'POST /carts/{user}/items', 20, (cart) => {
        for (let row = 0; row < rows; row += 1) call(cart, 'cart', 'store', 'PUT /keys/{key}', 6)
      }),
    )
  return spans
}

it('half a healthy hour of the shop raises nothing; a call for each row is told as more calls per request', async () => {
  const w = world()
  await w.detect.start()
  await w.watch.start()
  onTestFinished(async () => {
    await w.watch.stop()
    await w.detect.stop()
  })
  const random = seededRandom(5)
  const run = async (seconds: number, rows: number) => {
    for (let at = 0; at < seconds; at += 2) {
      await w.clock.advance(2_000)
      const count = Math.floor(10 * (1 + 0.3 * Math.sin(w.clock.now() / 200_000)) + random.next())
      const spans = Array.from({ length: count }, () => request(random, w.clock.now(), rows)).flat()
      w.bus.publish('spans', { tenant: 'default', spans })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  await run(1_800, 1)
  expect(w.told.map(({ sentence }) => sentence)).toEqual([])
  await run(120, 12)
  const fanOut = w.told.find(({ series }) => series.name === 'trace.calls_per_request')
  expect(fanOut).toMatchObject({ entity: 'service/cart', series: { labels: { 'peer.service': 'store' } } })
  expect(fanOut?.sentence).toMatch(/^calls per request to store at cart rose to 12, 12 times the usual 1$/)
  expect(w.told.filter(({ shape }) => shape === 'NEW_EDGE')).toEqual([])
})
