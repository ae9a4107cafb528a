import { parseArgs } from 'node:util'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { MemoryMetricStore } from '../server/src/adapter/memory/telemetry.ts'
import { ManualClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { createStream, StreamConfig } from '../server/src/pipeline/stream/index.ts'
import { WindowTable } from '../server/src/pipeline/stream/window-table.ts'
import type { SampleBatch } from '../server/src/port/metric-store.ts'
import type { StoredSpan } from '../server/src/port/trace-store.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * What the stream stage costs on the main thread: nanoseconds of CPU a sample for gauges, counters and histogram parts, windows
 * included and the store's append left out, and for spans; and the bytes its windows take.
 *   node bench/stream.ts [--series 10000] [--rounds 60]
 */
const { values } = parseArgs({
  options: { series: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '60' } },
})
const series = Number(values.series)
const rounds = Number(values.rounds)
const startMs = 1_700_000_000_000
const stepMs = 2_000

type Kind = 'gauge' | 'counter' | 'histogram'
const partsPerHistogram = 26

async function open() {
  const clock = new ManualClock(startMs)
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const store = new MemoryMetricStore()
  // The store is measured elsewhere.
  store.append = () => undefined
  const stream = createStream(
    { bus, metricStore: store, clock, metrics, log: silentLog },
    StreamConfig.parse({}),
  )
  await stream.start()
  return { bus, store, clock }
}

async function samples(kind: Kind) {
  const { bus, store } = await open()
  const refs = Uint32Array.from({ length: series }, (_, i) => refOf(store, kind, i))
  let usedS = 0
  let count = 0
  for (let round = 0; round < rounds; round += 1) {
    const batch: SampleBatch = {
      tenant: 'default',
      count: series,
      series: refs,
      timesMs: new Float64Array(series).fill(startMs + round * stepMs),
      values: Float64Array.from({ length: series }, (_, i) =>
        kind === 'gauge' ? 100 + (i % 7) : round * 10 + i,
      ),
    }
    const before = cpuSeconds()
    bus.publish('samples', batch)
    // The first rounds give out series and warm the compiler up.
    if (round < 15) continue
    usedS += cpuSeconds() - before
    count += series
  }
  return Math.round((usedS / count) * 1e9)
}

function refOf(store: MemoryMetricStore, kind: Kind, i: number): number {
  const labels = { 'service.name': `service-${i % 50}`, 'service.instance.id': `${i}` }
  if (kind === 'gauge')
    return store.catalog.intern('default', { ...labels, __name__: 'g' }, { kind: 'GAUGE' })
  if (kind === 'counter')
    return store.catalog.intern('default', { ...labels, __name__: 'c' }, { kind: 'COUNTER' })
  const part = i % partsPerHistogram
  const one = {
    'service.name': `service-${Math.floor(i / partsPerHistogram)}`,
    'http.response.status_code': '200',
  }
  if (part === 24) return store.catalog.intern('default', { ...one, __name__: 'd_sum' }, { kind: 'COUNTER' })
  if (part === 25)
    return store.catalog.intern('default', { ...one, __name__: 'd_count' }, { kind: 'COUNTER' })
  const le = part === 23 ? '+Inf' : String((part + 1) / 10)
  return store.catalog.intern('default', { ...one, __name__: 'd_bucket', le }, { kind: 'HISTOGRAM' })
}

const target = { 'server.address': 'a', 'server.port': '1' }

async function spans() {
  const { bus, clock } = await open()
  let usedS = 0
  let count = 0
  for (let round = 0; round < 60; round += 1) {
    const batch = Array.from({ length: 2_000 }, (_, i): StoredSpan => {
      const client = i % 2 === 1
      const id = `${round}-${i}`
      return {
        traceId: `trace-${round}-${i >> 2}`,
        spanId: id,
        parentSpanId: client ? `${round}-${i - 1}` : '',
        name: 'x',
        service: `service-${i % 20}`,
        kind: client ? 'CLIENT' : 'SERVER',
        startMs: clock.now() - 50,
        durationMs: 30,
        status: 'UNSET',
        statusMessage: '',
        attributes: client ? target : {},
      }
    })
    const before = cpuSeconds()
    bus.publish('spans', { tenant: 'default', spans: batch })
    await clock.advance(500)
    if (round < 15) continue
    usedS += cpuSeconds() - before
    count += batch.length
  }
  return Math.round((usedS / count) * 1e9)
}

function windowBytes(): number {
  const table = new WindowTable([10_000, 60_000, 300_000], 120_000)
  const refs = Uint32Array.from({ length: series }, (_, ref) => ref)
  table.add(
    refs,
    new Float64Array(series).fill(startMs),
    new Float64Array(series),
    new Float64Array(series),
    series,
  )
  return Math.round(table.sizeBytes / series)
}

const report = {
  bench: 'stream',
  machine: machine(),
  series,
  ns_per_sample: {
    gauge: await samples('gauge'),
    counter: await samples('counter'),
    histogram_part: await samples('histogram'),
  },
  ns_per_span: await spans(),
  window_bytes_per_series: windowBytes(),
}
console.log(JSON.stringify(report, null, 2))
