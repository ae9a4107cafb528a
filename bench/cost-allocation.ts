import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import { openTelemetryStore } from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { costQueries } from '../server/src/app/cost/cost.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { systemRandom } from '../server/src/kernel/random.ts'
import type { CostRepository } from '../server/src/port/cost-repository.ts'
import { type AllocationAnswer, CostConfig, createCost } from '../server/src/service/cost/index.ts'
import { createPromqlEngine, storeSource } from '../server/src/service/telemetry/index.ts'
import { cpuSeconds, machine } from './machine.ts'

// Allocation over a real store: `node bench/cost-allocation.ts [--containers 10000] [--hours 24] [--interval 60]` writes requests and usage of so many
// containers, ten to a node and a hundred to a namespace, and prints what it takes to say what they cost, as one JSON object.

const { values: flags } = parseArgs({
  options: {
    containers: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '24' },
    interval: { type: 'string', default: '60' },
  },
})
const containers = Number(flags.containers)
const intervalMs = Number(flags.interval) * 1_000
const hours = Number(flags.hours)
const endMs = Math.floor(Date.now() / 300_000) * 300_000
const startMs = endMs - hours * 3_600_000
const count = Math.floor((endMs - startMs) / intervalMs) + 1
const gib = 1_073_741_824

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-cost-'))
const store = await openTelemetryStore({
  ...{ folder, clock: systemClock, log: silentLog, metrics: createMetrics() },
  config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h' }),
})
let peakMb = 0
const watch = setInterval(() => {
  peakMb = Math.max(peakMb, process.memoryUsage().rss / 1_048_576)
}, 200)
try {
  const samples = await fill()
  const cost = createCost(
    {
      ...{ clock: systemClock, random: systemRandom, metrics: createMetrics(), log: silentLog },
      ...{ tenants: ['default'], repository: { books: async () => [] } as unknown as CostRepository },
      ...{ priceSource: { load: async () => [] }, inventory: async () => [] },
      ...costQueries({
        engine: createPromqlEngine(),
        source: (tenant) => storeSource(store.metricStore, tenant),
      }),
      ...{ record: async () => {}, alert: async () => {} },
    },
    CostConfig.parse({ enabled: false }),
  )
  const window = { startMs, endMs }
  const ask = { window, aggregate: ['namespace'], includeIdle: true, shareIdle: false }
  const results = {
    last_minutes: await measure(() =>
      cost.allocation('default', { ...ask, window: { startMs: endMs - 300_000, endMs } }),
    ),
    whole_at_5m: await measure(() => cost.allocation('default', { ...ask, resolutionMs: 300_000 })),
    whole_at_1m: await measure(() => cost.allocation('default', { ...ask, resolutionMs: 60_000 })),
  }
  process.stdout.write(
    `${JSON.stringify({ machine: machine(), containers, hours, samples, results }, null, 2)}\n`,
  )
} finally {
  clearInterval(watch)
  await store.close()
  rmSync(folder, { recursive: true })
}

async function measure(work: () => Promise<AllocationAnswer>) {
  globalThis.gc?.()
  const before = process.memoryUsage().rss / 1_048_576
  peakMb = before
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const [cpu, wall] = [cpuSeconds(), performance.now()]
  const { totalUsd, total } = await work()
  loop.disable()
  return {
    cpu_seconds: Math.round((cpuSeconds() - cpu) * 100) / 100,
    seconds: Math.round((performance.now() - wall) / 10) / 100,
    memory_mb: { before: Math.round(before), peak: Math.round(peakMb) },
    event_loop_ms: { p99: Math.round(loop.percentile(99) / 1e6), max: Math.round(loop.max / 1e6) },
    ...{ total_usd: Math.round(totalUsd * 100) / 100, names: total.allocations.length },
  }
}

/** Half an hour at a time for all series, as they would arrive. */
async function fill(): Promise<number> {
  const { metricStore } = store
  const series: { ref: number; at: (minute: number) => number }[] = []
  const add = (labels: Record<string, string>, at: (minute: number) => number): void => {
    series.push({ ref: metricStore.catalog.intern('default', labels, { kind: 'GAUGE' }), at })
  }
  for (let i = 0; i < containers; i += 1) {
    const node = `node-${Math.floor(i / 10)}`
    const labels = { namespace: `ns-${Math.floor(i / 100)}`, pod: `pod-${i}`, container: 'main' }
    const request = { __name__: 'kube_pod_container_resource_requests', ...labels, node }
    add({ ...request, resource: 'cpu', unit: 'core' }, () => 0.5)
    add({ ...request, resource: 'memory', unit: 'byte' }, () => gib)
    add(
      { __name__: 'container_cpu_usage_seconds_total', ...labels, cpu: 'total' },
      (minute) => minute * 60 * (0.1 + (i % 7) / 10),
    )
    add(
      { __name__: 'container_memory_working_set_bytes', ...labels },
      (minute) => gib * (0.3 + ((minute + i) % 60) / 100),
    )
    if (i % 10 === 0) {
      add({ __name__: 'kube_node_status_capacity', node, resource: 'cpu', unit: 'core' }, () => 16)
      add({ __name__: 'kube_node_status_capacity', node, resource: 'memory', unit: 'byte' }, () => 64 * gib)
      add({ __name__: 'node_cpu_hourly_cost', node }, () => 0.04)
      add({ __name__: 'node_ram_hourly_cost', node }, () => 0.005)
    }
  }
  const slice = Math.max(1, Math.floor(1_800_000 / intervalMs))
  for (let from = 0; from < count; from += slice) {
    const steps = Math.min(slice, count - from)
    for (let at = 0; at < series.length; at += 2_000) {
      const part = series.slice(at, at + 2_000)
      const size = part.length * steps
      const refs = new Uint32Array(size)
      const times = new Float64Array(size)
      const values = new Float64Array(size)
      let i = 0
      for (const one of part)
        for (let k = from; k < from + steps; k += 1) {
          refs[i] = one.ref
          times[i] = startMs + k * intervalMs
          values[i] = one.at((k * intervalMs) / 60_000)
          i += 1
        }
      metricStore.append({ tenant: 'default', series: refs, timesMs: times, values, count: size }, 0)
    }
    await metricStore.checkpoint()
  }
  return series.length * count
}
