import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { openTelemetryStore, TelemetryStoreConfig } from '../server/src/adapter/sqlite/index.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { seededRandom } from '../server/src/kernel/random.ts'
import type { StoredSpan } from '../server/src/port/trace-store.ts'
import { createTraces } from '../server/src/service/telemetry/index.ts'
import { machine } from './machine.ts'

// Figures of traces in the embedded store: `node bench/traces.ts [SPANS] [--days DAYS]` prints one JSON object. Traces of ten spans over
// five services with about a dozen attributes each, a hundredth failing, interleaved as if 50 traces were under way at a time.

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { days: { type: 'string' } },
})
const spanCount = Number(positionals[0] ?? 1_000_000)
const rangeMs = Number(options.days ?? 1) * 86_400_000
const [spansPerTrace, underWay, lookups] = [10, 50, 400]
const traceCount = Math.floor(spanCount / spansPerTrace)
const random = seededRandom(7)
const endMs = Date.now()
const startMs = endMs - rangeMs

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-traces-'))
const config = TelemetryStoreConfig.parse({ checkpoint_interval: '1h' })
const store = await openTelemetryStore({
  folder,
  clock: systemClock,
  log: silentLog,
  metrics: createMetrics(),
  config,
})
const traces = createTraces({ traceStore: store.traceStore, clock: systemClock })

const traceIdOf = (trace: number): string =>
  ((trace * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0').repeat(4)
const services = ['front', 'cart', 'payments', 'stock', 'mail']

function spanOf(trace: number, number: number): StoredSpan {
  const service = services[number % services.length] ?? ''
  const error = trace % 100 === 7 && number > 7
  return {
    traceId: traceIdOf(trace),
    spanId: (trace * spansPerTrace + number + 1).toString(16).padStart(16, '0'),
    parentSpanId:
      number === 0
        ? ''
        : (trace * spansPerTrace + Math.floor((number - 1) / 2) + 1).toString(16).padStart(16, '0'),
    name: number === 0 ? 'GET /checkout' : `call ${service} ${number}`,
    service,
    kind: number % 2 === 0 ? 'SERVER' : 'CLIENT',
    startMs: Math.floor(startMs + (trace / traceCount) * rangeMs + number),
    startNanos: (trace * 7_919) % 1_000_000,
    durationMs: 100 - number * 8 + random.next() * 5,
    status: error ? 'ERROR' : 'UNSET',
    statusMessage: error ? 'card declined' : '',
    attributes: {
      'http.request.method': 'GET',
      'http.route': `/api/v1/${service}/{id}`,
      'url.path': `/api/v1/${service}/${trace}`,
      'http.response.status_code': error ? '500' : '200',
      'server.address': `${service}.shop.svc`,
      'customer.id': String(trace % 1_000),
      'otel.scope.name': '@opentelemetry/instrumentation-http',
      'service.name': service,
      'service.version': '1.4.2',
      'k8s.pod.name': `${service}-${trace % 7}`,
      'k8s.namespace.name': 'shop',
      'telemetry.sdk.language': 'nodejs',
    },
    resourceKeys: ['service.version', 'k8s.pod.name', 'k8s.namespace.name', 'telemetry.sdk.language'],
  }
}

async function fill(): Promise<number> {
  const cpu = process.cpuUsage()
  for (let from = 0; from < traceCount; from += underWay) {
    const spans: StoredSpan[] = []
    for (let number = 0; number < spansPerTrace; number += 1)
      for (let trace = from; trace < Math.min(traceCount, from + underWay); trace += 1)
        spans.push(spanOf(trace, number))
    store.traceStore.append({ tenant: 'default', spans }, 0)
    if (from % (underWay * 200) === 0) await store.traceStore.checkpoint()
  }
  await store.traceStore.checkpoint()
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 1e6
}

const percentile = (values: number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(2))
}
async function timed(count: number, run: (i: number) => Promise<unknown>): Promise<object> {
  const times: number[] = []
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const cpu = process.cpuUsage()
  for (let i = 0; i < count; i += 1) {
    const begun = performance.now()
    await run(i)
    times.push(performance.now() - begun)
    await new Promise((resolve) => setImmediate(resolve))
  }
  loop.disable()
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...{
      count,
      p50_ms: percentile(times, 0.5),
      p95_ms: percentile(times, 0.95),
      max_ms: percentile(times, 1),
    },
    cpu_ms_each: Number(((user + system) / 1_000 / count).toFixed(2)),
    event_loop_held_ms_max: Number((loop.max / 1e6).toFixed(1)),
  }
}

const cpuSeconds = await fill()
const whole = { startMs, endMs }
const search =
  (query: string, range = whole) =>
  () =>
    traces.search('default', { query, ...range, limit: 20, spansPerSet: 3 }).catch((error: unknown) => error)
const hour = { startMs: endMs - 3_600_000, endMs }
const figures = {
  machine: machine(),
  ...{ spans: spanCount, traces: traceCount },
  spans_stored_per_cpu_second: Math.round(spanCount / cpuSeconds),
  bytes_per_span: Number((store.traceStore.stats().bytesOnDisk / spanCount).toFixed(1)),
  trace_by_id: await timed(lookups, () =>
    traces.spans('default', traceIdOf(Math.floor(random.next() * traceCount))),
  ),
  trace_unknown: await timed(lookups, (i) => traces.spans('default', `${i}`).catch(() => undefined)),
  search_common: await timed(20, search('{ status = error }')),
  search_service_and_duration: await timed(
    20,
    search('{ resource.service.name = "cart" && duration > 90ms }'),
  ),
  search_structure: await timed(20, search('{ .service.name = "front" } >> { status = error }')),
  search_rare_in_an_hour: await timed(5, search('{ .url.path = "/api/v1/cart/nothing" }', hour)),
  rate_by_service_over_an_hour: await timed(5, () =>
    traces.metrics('default', { query: '{ } | rate() by (resource.service.name)', ...hour, stepMs: 60_000 }),
  ),
  service_graph_over_an_hour: await timed(5, () => traces.serviceGraph('default', { ...hour, service: '' })),
}
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
await store.close()
rmSync(folder, { recursive: true })
