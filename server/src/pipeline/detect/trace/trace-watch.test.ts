import type { Event } from '@aiops/contract/event'
import { Anomaly } from '@aiops/contract/model/anomaly'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../../../adapter/memory/telemetry.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { createTraceWatch, TraceWatchConfig } from './index.ts'

const startMs = 1_700_000_000_000

async function running(config: Record<string, unknown> = {}) {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const metricStore = new MemoryMetricStore()
  const saved = new Map<string, Anomaly>()
  const events: Event[] = []
  const points: { labels: Record<string, string>; value: number }[] = []
  bus.subscribe('events', 'test', (event) => void events.push(event))
  bus.subscribe('points', 'test', (batch) => {
    for (let i = 0; i < batch.count; i += 1)
      points.push({
        labels: metricStore.catalog.describe(batch.series[i] as number).labels,
        value: batch.values[i] as number,
      })
  })
  const anomalies = {
    save: async (anomaly: Anomaly) => void saved.set(anomaly.id, anomaly),
    get: async (_: string, id: string) => saved.get(id),
    active: async () => [...saved.values()].filter(({ state }) => state === 'ACTIVE'),
  }
  const open = async () => {
    const watch = createTraceWatch(
      {
        ...{ bus, metricStore, anomalies, clock, random: seededRandom(1), metrics, log: silentLog },
        changes: { list: async () => ({ changes: [], total: 0 }) },
      },
      TraceWatchConfig.parse(config),
    )
    await watch.start()
    onTestFinished(() => watch.stop())
    return watch
  }
  const watch = await open()
  const step = async (ms: number) => {
    await clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const send = (spans: StoredSpan[]) => bus.publish('spans', { tenant: 'default', spans })
  const told = () => events.map((event) => [event.event_type.slice(8), (event.payload as Anomaly).shape])
  const anomaly = (at: number): Anomaly => Anomaly.parse(events.at(at)?.payload)
  return { clock, bus, step, send, told, anomaly, points, saved, open, watch }
}
type World = Awaited<ReturnType<typeof running>>

let ids = 0
const idOf = (digits: number) => {
  ids += 1
  return ids.toString(16).padStart(digits, '0')
}
/** A request to `front`, which calls each callee so many times; databases by `db:`. */
function request(
  w: World,
  calls: Record<string, number>,
  options: { ms?: number; error?: boolean } = {},
): StoredSpan[] {
  const traceId = idOf(32)
  const root = idOf(16)
  const base = {
    traceId,
    startMs: w.clock.now() - 50,
    status: 'UNSET' as const,
    statusMessage: '',
    attributes: {},
  }
  const spans: StoredSpan[] = [
    {
      ...base,
      spanId: root,
      parentSpanId: '',
      name: 'GET /',
      service: 'front',
      kind: 'SERVER',
      durationMs: options.ms ?? 20,
      status: options.error ? 'ERROR' : 'UNSET',
    },
  ]
  for (const [callee, times] of Object.entries(calls))
    for (let n = 0; n < times; n += 1) {
      const client = idOf(16)
      const isDatabase = callee.startsWith('db:')
      spans.push({
        ...base,
        ...{
          spanId: client,
          parentSpanId: root,
          name: 'GET',
          service: 'front',
          kind: 'CLIENT',
          durationMs: 5,
        },
        attributes: isDatabase ? { 'db.system.name': callee.slice(3), 'db.namespace': 'orders' } : {},
      })
      if (!isDatabase)
        spans.push({
          ...base,
          ...{
            spanId: idOf(16),
            parentSpanId: client,
            name: 'GET /x',
            service: callee,
            kind: 'SERVER',
            durationMs: 4,
          },
        })
    }
  return spans
}
async function usual(
  w: World,
  seconds: number,
  calls: Record<string, number> = { catalog: 1, 'db:postgresql': 2 },
) {
  for (let at = 0; at < seconds; at += 1) {
    w.send([...request(w, calls), ...request(w, calls)])
    await w.step(1_000)
  }
}
const values = (w: World, name: string, peer?: string) =>
  w.points
    .filter(
      ({ labels }) => labels.__name__ === name && (peer === undefined || labels['peer.service'] === peer),
    )
    .map(({ value }) => value)

describe('points of spans', () => {
  it('are p95 and failures by operation, and calls per request by callee, databases included', async () => {
    const w = await running()
    for (let at = 0; at < 40; at += 1) {
      const few = at % 4 === 0
      w.send([
        ...request(w, { catalog: 1, 'db:postgresql': 2 }, { ms: few ? 400 : 20, error: few }),
        ...request(w, { catalog: 1, 'db:postgresql': 2 }),
      ])
      await w.step(1_000)
    }
    await w.step(10_000)
    const front = w.points.filter(({ labels }) => labels['span.name'] === 'GET /')
    expect(front.find(({ labels }) => labels.__name__ === 'traces.operation.duration:p95')).toEqual({
      labels: { __name__: 'traces.operation.duration:p95', 'service.name': 'front', 'span.name': 'GET /' },
      value: 0.4,
    })
    expect(values(w, 'traces.operation.error_ratio')[0]).toBeCloseTo(0.15, 1)
    expect(values(w, 'trace.calls_per_request', 'catalog').slice(1, 3)).toEqual([1, 1])
    expect(values(w, 'trace.calls_per_request', 'postgresql/orders').slice(1, 3)).toEqual([2, 2])
  })

  it('show a request that asks its database once a row', async () => {
    const w = await running()
    await usual(w, 40)
    await usual(w, 40, { catalog: 1, 'db:postgresql': 30 })
    await w.step(10_000)
    expect(values(w, 'trace.calls_per_request', 'postgresql/orders').at(-1)).toBe(30)
  })
})

describe('new calls', () => {
  it('are told when a learned service calls one that it never called, and end when they stop', async () => {
    const w = await running()
    await usual(w, 660)
    expect(w.told()).toEqual([])
    await usual(w, 5, { catalog: 1, legacy: 1 })
    expect(w.told()).toEqual([['DETECTED', 'NEW_EDGE']])
    const anomaly = w.anomaly(-1)
    expect(anomaly).toMatchObject({
      entity: 'service/front',
      severity: 'LOW',
      edge: { caller: 'front', callee: 'legacy' },
      series: { name: 'trace.calls_per_request', labels: { 'peer.service': 'legacy' } },
    })
    expect(anomaly.sentence).toMatch(
      /^front calls legacy, which it did not in the 11 min before: \d calls in \d s$/,
    )
    await usual(w, 310)
    expect(w.told().at(-1)).toEqual(['ENDED', 'NEW_EDGE'])
  })

  it('are not told while their caller is learned, nor when a process before knew them', async () => {
    const w = await running()
    await usual(w, 60, { catalog: 1, legacy: 1 })
    await w.watch.stop()
    await w.open()
    await usual(w, 660)
    await usual(w, 10, { catalog: 1, legacy: 1 })
    expect(w.told()).toEqual([])
  })

  it('are found whichever span comes first', async () => {
    const w = await running({ learn_for: '1s', learn_requests: 1 })
    await usual(w, 5)
    for (let n = 0; n < 4; n += 1) {
      w.send(request(w, { legacy: 1 }).reverse())
      await w.step(1_000)
    }
    expect(w.told()).toEqual([['DETECTED', 'NEW_EDGE']])
  })
})
