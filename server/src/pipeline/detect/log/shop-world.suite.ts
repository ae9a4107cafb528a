import type { Event } from '@aiops/contract/event'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics, type Metrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { MetricStore } from '../../../port/metric-store.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import { createDetect, DetectConfig } from '../index.ts'
import { createLogWatch, type LogWatchDeps } from './index.ts'

export const startMs = 1_700_000_000_000

/** Requests per second of each service of the demo shop, what it serves, and whom it calls. */
const services = {
  front: {
    rate: 28,
    routes: ['GET /', 'GET /products/p%', 'POST /cart/u%/items', 'POST /checkout/u%'],
    calls: true,
  },
  catalog: { rate: 20, routes: ['GET /products', 'GET /products/p%'], calls: true },
  cart: { rate: 9, routes: ['GET /carts/u%', 'POST /carts/u%/items'], calls: true },
  checkout: { rate: 4, routes: ['POST /orders'], calls: true },
  payments: { rate: 4, routes: ['POST /charges'], calls: true },
  inventory: { rate: 24, routes: ['GET /stock', 'GET /stock/p%', 'POST /reservations'], calls: true },
  store: { rate: 60, routes: ['GET /keys/price-p%', 'PUT /keys/cart-u%', 'GET /keys/stock'], calls: false },
} as const
type Service = keyof typeof services

/** What a stage may not make itself. */
export type ShopParts = Pick<LogWatchDeps, 'logStore' | 'mining' | 'minerWorker'> & {
  metricStore: MetricStore
  bus(metrics: Metrics): EventBus
}

/** The watch of log lines and the detectors over it, and what they tell. */
export function shopWorld(seed: number, parts: ShopParts) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = parts.bus(metrics)
  const { metricStore, logStore, mining, minerWorker } = parts
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
  const base = { bus, anomalies, clock, random: seededRandom(1), metrics, log: silentLog }
  const config = DetectConfig.parse({ worker: false, logs: { worker: false } })
  const detect = createDetect(
    {
      ...base,
      anomalies: anomalies as AnomalyRepository,
      catalog: metricStore.catalog,
      points: metricStore,
      settings: { all: async () => [], save: async () => true },
    },
    config,
  )
  const watch = createLogWatch(
    {
      ...{ ...base, metricStore, logStore, mining, minerWorker },
      changes: { list: async () => ({ changes: [], total: 0 }) },
    },
    config.logs,
  )
  const random = seededRandom(seed)
  return {
    ...{ told, watch },
    async start() {
      await detect.start()
      await watch.start()
    },
    async stop() {
      await watch.stop()
      await detect.stop()
    },
    async run(seconds: number, fails: number) {
      for (let at = 0; at < seconds; at += 2) {
        await clock.advance(2_000)
        const nowMs = clock.now()
        const records = [...second(random, nowMs - 1_000, fails), ...second(random, nowMs, fails)]
        bus.publish('logs', { tenant: 'default', records })
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** What the shop logs in a second: a share of its requests, each failure, each slow one. `fails`: how many of payments' charges fail. */
function second(random: { next(): number }, nowMs: number, fails: number): StoredLog[] {
  const lines: StoredLog[] = []
  const below = (most: number): number => Math.floor(random.next() * most)
  const log = (service: Service, severity: StoredLog['severity'], message: string) =>
    lines.push({
      ...{ timeMs: nowMs + below(1_000) - 1_000, severity, message, attributes: {}, traceId: '', spanId: '' },
      labels: { 'service.name': service, 'service.version': '1.0.0' },
    })
  const wave = 1 + 0.25 * Math.sin(nowMs / 180_000)
  for (const [name, { rate, routes, calls }] of Object.entries(services)) {
    const service = name as Service
    const requests = Math.floor(rate * wave + random.next())
    for (let at = 0; at < requests; at += 1) {
      const roll = random.next()
      const route = (): string => (routes[below(routes.length)] as string).replace('%', String(below(400)))
      if (roll < 0.04) log(service, 'INFO', `${route()} ${service === 'checkout' ? 201 : 200}`)
      else if (roll < 0.0415) log(service, 'ERROR', 'unexpected end of data')
      else if (roll < 0.0418 && calls) log(service, 'ERROR', 'upstream answered 500')
      else if (roll < 0.042 && service === 'catalog')
        log(service, 'WARN', 'upstream answered 500, serving a cached answer')
      else if (roll < 0.0421) log(service, 'WARN', `slow request: ${route()} took ${500 + below(300)}ms`)
      if (service === 'payments' && random.next() < fails)
        log(service, 'ERROR', "Cannot read properties of undefined (reading 'total')")
    }
  }
  return lines
}
