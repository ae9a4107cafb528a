import { parseArgs } from 'node:util'
import { seededRandom } from '../server/src/kernel/random.ts'
import { type ExplainCase, explainCase } from '../server/src/pipeline/explain/index.ts'
import { rounded } from './explain-cases.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * CPU seconds of one explanation by the size of the system: services in tiers that call a few of the next, every metric a level with noise,
 * one service slow, its callers with it.
 *   node bench/explain-scale.ts [--sizes 46x741,500x10000,2000x10000] [--samples 60] [--repeats 3]
 */
const { values: asked } = parseArgs({
  options: {
    sizes: { type: 'string', default: '46x741,500x10000,2000x10000' },
    samples: { type: 'string', default: '60' },
    repeats: { type: 'string', default: '3' },
  },
})
const originMs = 1_700_000_000_000
const stepMs = 15_000
const metrics = [
  'http.server.request.duration:mean',
  'http.server.request.duration:rate',
  'http.server.request.duration:error_ratio',
  'http.server.request.duration:p95',
  'process.cpu.utilization',
  'process.memory.usage',
  'db.client.connection.pending_requests',
  'disk.io.time',
  'network.bytes',
  'gc.pause.duration',
] as const
const samples = Number(asked.samples)
const before = machine()
// Code that ran before is faster: no size pays for it.
explainCase(systemOf(20, 200, 0))
const rows = asked.sizes.split(',').map((size) => {
  const [services, series] = size.split('x').map(Number) as [number, number]
  const used = Array.from({ length: Number(asked.repeats) }, (_, seed) => {
    const input = systemOf(services, series, seed)
    const began = cpuSeconds()
    explainCase(input)
    return cpuSeconds() - began
  })
  const seconds = used.sort((a, b) => a - b)
  return {
    services,
    series,
    samples,
    cpu_seconds_median: rounded(seconds[seconds.length >> 1]!),
    cpu_seconds_max: rounded(seconds.at(-1)!),
  }
})
process.stdout.write(`${JSON.stringify({ bench: 'explain-scale', machine: before, rows }, null, 1)}\n`)

function systemOf(services: number, count: number, seed: number): ExplainCase {
  const random = seededRandom(seed)
  const at = (index: number) => `service-${index}`
  const edges: [string, string][] = []
  for (let to = 1; to < services; to += 1)
    for (let k = 0; k < 3; k += 1) edges.push([at(Math.floor(random.next() * to)), at(to)])
  const slow = Math.floor(services / 2)
  const callers = new Set([slow])
  for (let i = edges.length - 1; i >= 0; i -= 1)
    if (callers.has(indexOf(edges[i]![1]))) callers.add(indexOf(edges[i]![0]))
  const times = Float64Array.from({ length: samples }, (_, step) => originMs + step * stepMs)
  const broken = Math.floor(samples * 0.8)
  const series = Array.from({ length: count }, (_, index) => {
    const service = index % services
    const metric = metrics[Math.floor(index / services) % metrics.length]!
    const level = 1 + random.next() * 10
    const isSlow = metric.endsWith('.duration:mean') && callers.has(service)
    return {
      id: `${index}`,
      entity: at(service),
      metric: index < services * metrics.length ? metric : `${metric}.${index}`,
      timesMs: times,
      values: times.map((_, step) => level * (1 + 0.1 * random.next()) + (isSlow && step >= broken ? 50 : 0)),
    }
  })
  return {
    series,
    edges,
    startMs: originMs,
    endMs: times.at(-1)!,
    detectedAtMs: times[broken]!,
    symptoms: [{ entity: at(0) }],
  }
}

function indexOf(service: string): number {
  return Number(service.slice(service.lastIndexOf('-') + 1))
}
