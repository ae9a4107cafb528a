// What the topology costs: reads of three-hop neighbourhoods in a graph of 5,000 services with 10 edges each, at rest and while it changes;
// what spans cost to learn from; and what keeping its past costs. CPU time of this thread, so that a busy machine says the same.
//   node bench/topology.ts [--services 5000] [--edges 10] [--only graph|spans|past]
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import type { StoredSpan } from '../server/src/port/trace-store.ts'
import { TopologyGraph } from '../server/src/service/knowledge/graph.ts'
import { createKnowledge, KnowledgeConfig } from '../server/src/service/knowledge/index.ts'
import { cpuSeconds, machine } from './machine.ts'

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '5000' },
    edges: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
})
const [services, edgesEach] = [Number(values.services), Number(values.edges)]
const wants = (part: string): boolean => values.only === '' || values.only === part
const id = (n: number): string => `service/s${n}`

/** The same draws each time (Mulberry32). */
let seed = 7
function drawn(below: number): number {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
}

function drawnGraph(local: number): TopologyGraph {
  const graph = new TopologyGraph({ entitiesMax: 1_000_000, edgesMax: 4_000_000, depthKept: 3 })
  for (let n = 0; n < services; n += 1) graph.addEntity(id(n), {}, 0)
  for (let n = 0; n < services; n += 1)
    for (let e = 0; e < edgesEach; e += 1) graph.addEdge(id(n), id(other(n, local)), 'CALLS', 'SPANS', 0)
  return graph
}
/** One of the next `local` services, as in systems of teams; anywhere where that is 0. */
const other = (n: number, local: number): number =>
  local === 0 ? drawn(services) : (n + 1 + drawn(local)) % services

/** Microseconds of each call, and their mean in CPU time: a single one is shorter than the kernel's count of CPU is fine. */
function timed(
  count: number,
  call: (n: number) => unknown,
): { p50_us: number; p95_us: number; cpu_us: number } {
  const each = new Float64Array(count)
  const before = cpuSeconds()
  for (let n = 0; n < count; n += 1) {
    const startMs = performance.now()
    call(n)
    each[n] = (performance.now() - startMs) * 1_000
  }
  const cpu = ((cpuSeconds() - before) * 1e6) / count
  each.sort()
  const at = (share: number): number => rounded(each[Math.floor(count * share)] ?? 0)
  return { p50_us: at(0.5), p95_us: at(0.95), cpu_us: rounded(cpu) }
}
const rounded = (value: number): number => Number(value.toPrecision(3))

function reads(local: number): object {
  const graph = drawnGraph(local)
  const read = (n: number): number | undefined =>
    graph.neighbourhood(id(n % services), 3).get(id((n + 7) % services))
  timed(200, read)
  const heapBefore = memory()
  const first = timed(services, read)
  const kept = timed(20_000, read)
  const bytes = memory() - heapBefore
  const sizes = [0, 1, 2].map((n) => [...graph.neighbourhood(id(n * 97), 3)].length)
  // A change before each read, somewhere: an edge comes or goes.
  const changing = timed(5_000, (n) => {
    const [from, to] = [drawn(services), 0]
    if (n % 2 === 0) graph.addEdge(id(from), id(other(from, local) + to), 'CALLS', 'SPANS', 0)
    else {
      const edge = graph.edgesOf(id(from))[0]
      if (edge) graph.removeEdge(edge.source, edge.target, edge.type)
    }
    return read(drawn(services))
  })
  const update = timed(5_000, (n) => {
    const from = (n * 31) % services
    return graph.addEdge(id(from), id((from + 1 + (n % 17)) % services), 'DEPENDS', 'SPANS', 0)
  })
  return {
    neighbours: local === 0 ? 'anywhere' : `among ${local}`,
    sizes,
    first,
    kept,
    kept_mb: bytes,
    changing,
    update,
  }
}
function memory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return Math.round((heapUsed + arrayBuffers) / 10_485.76) / 100
}

/** Spans of calls among 200 services, both ends of each, as batches of 500. */
async function spanIntake(): Promise<object> {
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const none = {
    save: async () => {},
    load: async () => ({ entities: [], edges: [] }),
    remove: async () => {},
  }
  const knowledge = createKnowledge(
    { bus, topologies: none, tenants: ['default'], clock: systemClock, metrics, log: silentLog } as never,
    KnowledgeConfig.parse({}),
  )
  await knowledge.start()
  const batches = Array.from({ length: 400 }, (_, b) =>
    Array.from({ length: 250 }, (_, i) => callOf(b * 250 + i)).flat(),
  )
  const run = (): number => {
    const before = cpuSeconds()
    for (const spans of batches) bus.publish('spans', { tenant: 'default', spans })
    return cpuSeconds() - before
  }
  run()
  const each = Array.from({ length: 7 }, run).sort((a, b) => a - b)
  await knowledge.stop()
  const spans = batches.length * 500
  return { spans, cpu_us_per_span: Math.round(((each[3] ?? 0) / spans) * 1e9) / 1_000 }
}

function callOf(n: number): StoredSpan[] {
  const [caller, callee] = [drawn(200), drawn(200)]
  const base = { traceId: `t${n}`, name: 'GET', startMs: Date.now(), durationMs: 5, status: 'OK' }
  const attributes = { 'server.address': `s${callee}`, 'server.port': '80', 'host.name': `h${caller % 20}` }
  return [
    { ...base, spanId: 'c', parentSpanId: '', service: `s${caller}`, kind: 'CLIENT', attributes },
    { ...base, spanId: 's', parentSpanId: 'c', service: `s${callee}`, kind: 'SERVER', attributes },
  ] as unknown as StoredSpan[]
}

async function past(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-topology-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const metrics = createMetrics()
  const bus = createMemoryBus({ log: silentLog, metrics })
  const { changes, topologyHistory: history } = records
  // The graph of now is kept elsewhere in the file: what is measured is the past alone.
  const topologies = {
    save: async () => {},
    load: async () => ({ entities: [], edges: [] }),
    remove: async () => {},
  }
  const knowledge = createKnowledge(
    { bus, topologies, changes, history, tenants: ['default'], clock: systemClock, metrics, log: silentLog },
    KnowledgeConfig.parse({ history_seconds: 3_600 }),
  )
  const spent = async (work: () => Promise<unknown>): Promise<number> => {
    const before = cpuSeconds()
    await work()
    return Math.round((cpuSeconds() - before) * 1_000) / 1_000
  }
  await knowledge.start()
  const entities = Array.from({ length: services }, (_, n) => ({ id: id(n), labels: {} }))
  const edges = entities.flatMap(({ id: source }, n) =>
    Array.from({ length: edgesEach }, () => ({ source, target: id(other(n, 60)), type: 'CALLS' as const })),
  )
  await knowledge.put('default', { entities, edges }, 'API')
  const count = knowledge.topology('default').edges.length + services
  const first_write_s = await spent(() => knowledge.pastTopology('default', Date.now()))
  const atMs = Date.now() - 1
  const whole_at_s = await spent(() => knowledge.pastTopology('default', atMs))
  const around_at_s = await spent(() =>
    knowledge.neighbours('default', { entity: id(1), depth: 3, atMs, limit: 1_000 }),
  )
  const diff_s = await spent(() =>
    knowledge.diffTopology('default', { fromMs: atMs, toMs: Date.now(), limit: 1_000 }),
  )
  await knowledge.stop()
  await records.close()
  const bytes = statSync(join(folder, 'records.db')).size
  rmSync(folder, { recursive: true })
  return {
    pieces: count,
    first_write_s,
    whole_at_s,
    around_at_s,
    diff_s,
    bytes_per_piece: Math.round(bytes / count),
  }
}

console.log(JSON.stringify({ ...machine(), services, edges: edgesEach }))
if (wants('graph')) for (const local of [0, 60]) console.log(JSON.stringify({ graph: reads(local) }))
if (wants('spans')) console.log(JSON.stringify({ spans: await spanIntake() }))
if (wants('past')) console.log(JSON.stringify({ past: await past() }))
