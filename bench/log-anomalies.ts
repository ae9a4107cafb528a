import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { MemoryLogStore, MemoryMetricStore } from '../server/src/adapter/memory/telemetry.ts'
import { minerWorker, mining } from '../server/src/app/analytics/mining.ts'
import { ManualClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { seededRandom } from '../server/src/kernel/random.ts'
import { LogWatchConfig } from '../server/src/pipeline/detect/log/config.ts'
import { lineBlockOf } from '../server/src/pipeline/detect/log/line-block.ts'
import { type LogCommand, LogEngine } from '../server/src/pipeline/detect/log/log-engine.ts'
import { logSettingsOf } from '../server/src/pipeline/detect/log/log-settings.ts'
import { shopWorld } from '../server/src/pipeline/detect/log/shop-world.suite.ts'
import { createTraceWatch, TraceWatchConfig } from '../server/src/pipeline/detect/trace/index.ts'
import type { StoredLog } from '../server/src/port/log-store.ts'
import type { StoredSpan } from '../server/src/port/trace-store.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Anomalies of log lines: lines per CPU-second from the record on the bus to points and findings (columns, copy to the thread, mining,
 * counting, judging), and memory with hostile senders.
 *   node --expose-gc bench/log-anomalies.ts [--lines 300000] [--services 20] [--hostile 10000] [--healthy RUNS] [--data DIR]
 * `--healthy`: so many simulated runs of two hours of the demo shop without a fault, and a defect after each.
 * DIR holds a folder a system with NAME_2k.log, as loghub has them.
 */
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '300000' },
    services: { type: 'string', default: '20' },
    hostile: { type: 'string', default: '10000' },
    healthy: { type: 'string', default: '0' },
    data: { type: 'string' },
  },
})
const random = seededRandom(7)
const below = (most: number): number => Math.floor(random.next() * most)
const hex = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join('')
const startMs = 1_700_000_000_000
const blockLines = 2_000

const forms: readonly (readonly [StoredLog['severity'], () => string])[] = [
  ['INFO', () => `GET /api/orders/${below(99_999)}?page=2 200 in ${below(90)} ms`],
  ['INFO', () => `order ${hex(12)} of user ${below(9_999)} was accepted, took=${below(90)}ms`],
  ['INFO', () => `connection ${below(900)} from 10.0.${below(256)}.7:${below(65_000)} opened by pool orders`],
  ['WARN', () => `slow request: GET /orders/${below(9_999)} took ${300 + below(900)}ms`],
  ['ERROR', () => `order ${below(9_999)} was refused after ${below(900)} ms: timeout`],
]

function recordsOf(
  service: (at: number) => string,
  text: (at: number) => readonly [StoredLog['severity'], string],
  lines: number,
) {
  return Array.from({ length: lines }, (_, at): StoredLog => {
    const [severity, message] = text(at)
    return {
      // 5,000 lines a second.
      timeMs: startMs + Math.floor(at / 5),
      severity,
      message,
      labels: { 'service.name': service(at) },
      attributes: {},
      traceId: hex(32),
      spanId: '',
    }
  })
}

/** As the watch does it, the thread's copy included. */
function watch(records: readonly StoredLog[], config: Partial<LogWatchConfig> = {}) {
  const engine = new LogEngine(logSettingsOf(LogWatchConfig.parse({ learn_for: '10s', ...config })), mining)
  engine.handle({ kind: 'learned', tenant: 'default', nowMs: startMs })
  let [points, findings, tickedMs, slowestMs] = [0, 0, 0, 0]
  const take = (command: LogCommand) => {
    const begun = performance.now()
    const reply = structuredClone(engine.handle(structuredClone(command)))
    slowestMs = Math.max(slowestMs, performance.now() - begun)
    points += reply.points.series.length
    findings += reply.findings.length
    return reply
  }
  let stats = engine.handle({ kind: 'tick', nowMs: startMs }).stats
  for (let from = 0; from < records.length; from += blockLines) {
    const to = Math.min(records.length, from + blockLines)
    const nowMs = (records[to - 1] as StoredLog).timeMs
    take({ kind: 'lines', nowMs, block: lineBlockOf('default', records, from, to, false) })
    if (nowMs - tickedMs < 1_000) continue
    tickedMs = nowMs
    stats = take({ kind: 'tick', nowMs }).stats
  }
  globalThis.gc?.()
  const heap_mb = Math.round((process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers) / 2 ** 20)
  engine.handle({ kind: 'tick', nowMs: startMs })
  return { heap_mb, points, findings, slowest_command_ms: Math.round(slowestMs * 10) / 10, ...stats }
}

/** The same lines through a bare miner each service, per CPU-second. */
function miningAlone(records: readonly StoredLog[]): number {
  const miners = new Map<string, ReturnType<typeof mining.newMiner>>()
  const before = cpuSeconds()
  for (const { labels, message } of records) {
    const name = labels['service.name'] as string
    let miner = miners.get(name)
    if (!miner) {
      miner = mining.newMiner({ patterns_max: 512, words_max: 2_048, layout_lines: 48 })
      miners.set(name, miner)
    }
    miner.push(message)
  }
  return Math.round(records.length / (cpuSeconds() - before))
}

function throughput(name: string, records: readonly StoredLog[]) {
  watch(records.slice(0, 20_000))
  const before = cpuSeconds()
  const seen = watch(records)
  const seconds = cpuSeconds() - before
  return {
    ...{ name, lines: records.length, lines_per_cpu_second: Math.round(records.length / seconds) },
    mining_alone: miningAlone(records),
    ...seen,
  }
}

const lines = Number(values.lines)
const services = Number(values.services)
const rows = [
  throughput(
    'what services write',
    recordsOf(
      (at) => `service-${at % services}`,
      () => {
        const [severity, text] = forms[below(100) < 94 ? below(3) : 3 + below(2)] as (typeof forms)[number]
        return [severity, text()]
      },
      lines,
    ),
  ),
]
if (values.data && existsSync(values.data))
  for (const system of readdirSync(values.data)) {
    const file = join(values.data, system, `${system}_2k.log`)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8').split(/\r?\n/).filter(Boolean)
    rows.push(
      throughput(
        system,
        recordsOf(
          () => system,
          (at) => ['INFO', text[at % text.length] as string],
          60_000,
        ),
      ),
    )
  }
console.table(rows)

/** Each service writes only words of its own, every line another form. */
const word = (): string => `${hex(6).replace(/\d/g, 'x')}`
const attackers = Number(values.hostile)
const hostileLines = Math.max(lines, attackers * 30)
const before = cpuSeconds()
const hostile = recordsOf(
  (at) => `s-${at % attackers}`,
  () => ['ERROR', `${word()} ${word()} ${word()} ${word()} ${word()} ${below(9)}`],
  hostileLines,
)
globalThis.gc?.()
const made = process.memoryUsage().heapUsed
const beforeWatch = cpuSeconds()
const hostileSeen = watch(hostile)
console.log({
  hostile_services: attackers,
  lines: hostileLines,
  lines_per_cpu_second: Math.round(hostileLines / (cpuSeconds() - beforeWatch)),
  records_cpu_seconds: Math.round(beforeWatch - before),
  heap_mb_of_engine: hostileSeen.heap_mb - Math.round(made / 2 ** 20),
  ...hostileSeen,
})
/** Spans through the watch of traces, per CPU-second: what it costs the main thread. */
function spanThroughput(count: number) {
  const metricStore = new MemoryMetricStore()
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const clock = new ManualClock(startMs)
  const anomalies = { save: async () => {}, get: async () => undefined, active: async () => [] }
  const changes = { list: async () => ({ changes: [], total: 0 }) }
  const deps = {
    bus,
    metricStore,
    anomalies,
    changes,
    clock,
    random: seededRandom(1),
    metrics,
    log: silentLog,
  }
  const traces = createTraceWatch(deps, TraceWatchConfig.parse({}))
  const batches = Array.from({ length: count / 200 }, (_, batch) =>
    Array.from({ length: 100 }, (_, at): StoredSpan[] => {
      const id = (batch * 100 + at).toString(16)
      const [traceId, client, server] = [
        id.padStart(32, '0'),
        `1${id}`.padStart(16, '0'),
        `2${id}`.padStart(16, '0'),
      ]
      const base = {
        traceId,
        startMs: startMs + batch * 40,
        status: 'UNSET',
        statusMessage: '',
        attributes: {},
      } as const
      const caller = `service-${at % 20}`
      return [
        {
          ...base,
          spanId: client,
          parentSpanId: '',
          name: 'GET',
          service: caller,
          kind: 'CLIENT',
          durationMs: 9,
        },
        {
          ...base,
          spanId: server,
          parentSpanId: client,
          name: `GET /${at % 7}`,
          service: 'b',
          kind: 'SERVER',
          durationMs: 5,
        },
      ]
    }).flat(),
  )
  return { traces, clock, bus, batches, spans: count }
}

const spanRun = spanThroughput(200_000)
await spanRun.traces.start()
const spansBefore = cpuSeconds()
for (const spans of spanRun.batches) {
  spanRun.bus.publish('spans', { tenant: 'default', spans })
  await spanRun.clock.advance(40)
}
console.log({
  spans: spanRun.spans,
  spans_per_cpu_second: Math.round(spanRun.spans / (cpuSeconds() - spansBefore)),
})
await spanRun.traces.stop()

for (let seed = 1; seed <= Number(values.healthy); seed += 1) {
  const w = shopWorld(seed, {
    bus: (metrics) => createMemoryBus({ log: silentLog, metrics }),
    ...{ metricStore: new MemoryMetricStore(), logStore: new MemoryLogStore(), mining, minerWorker },
  })
  await w.start()
  await w.run(7_200, 0)
  const raised = w.told.map(({ sentence }) => sentence)
  await w.run(60, 0.5)
  await w.stop()
  const told = w.told.slice(raised.length)
  console.log({
    seed,
    raised_in_two_healthy_hours: raised,
    first_of_the_defect: told[0]?.sentence,
    told: told.length,
  })
}
console.log(JSON.stringify({ machine: machine() }))
