import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import {
  openTelemetryStore,
  type TelemetryStore,
} from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'

// Figures of the embedded telemetry store: `node bench/store.ts [SERIES] [SCRAPES]` prints one JSON object. Synthetic series: a fifth
// constant, two fifths counters, two fifths two-decimal gauges, scraped together every 15 s with a few milliseconds of jitter.

const seriesCount = Number(process.argv[2] ?? 10_000)
const scrapes = Number(process.argv[3] ?? 480)
const start = 1_700_000_000_000
const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const config = TelemetryStoreConfig.parse({ checkpoint_interval: '1h' })
const open = (): Promise<TelemetryStore> =>
  openTelemetryStore({ folder, clock: systemClock, log: silentLog, metrics: createMetrics(), config })

const cpuSeconds = (since: NodeJS.CpuUsage): number => {
  const used = process.cpuUsage(since)
  return (used.user + used.system) / 1e6
}
const round = (value: number, digits = 2): number => Number(value.toFixed(digits))
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let store = await open()
const rssBefore = process.memoryUsage().rss
const heapBefore = memory()
const refs = internAll(store)
await nextTurn()
await store.checkpoint()
const catalog = { seconds: refs.seconds, bytes: memory() - heapBefore }
const values = new Float64Array(seriesCount)
const delay = monitorEventLoopDelay({ resolution: 1 })
const appendCpu = await appendAll()
const whole = await checkpointFigures()
const range = await rangeFigures()
const headBytes = store.metricStore.stats().headBytes
const rss = process.memoryUsage().rss
await store.close()
const openStarted = performance.now()
store = await open()
const openMs = performance.now() - openStarted
const bytes = store.metricStore.stats().bytesOnDisk
const fileBytes = store.fileBytes()
await store.close()
rmSync(folder, { recursive: true })

process.stdout.write(
  `${JSON.stringify(
    {
      machine: {
        cpu: cpus()[0]?.model,
        cores: availableParallelism(),
        node: process.version,
        load: loadavg().map((load) => round(load)),
      },
      series: seriesCount,
      samples: seriesCount * scrapes,
      append_samples_per_cpu_second: Math.round((seriesCount * scrapes) / appendCpu.total),
      append_and_seal_main_thread_cpu_seconds: round(appendCpu.total),
      append_only_samples_per_cpu_second: Math.round((seriesCount * scrapes) / appendCpu.append),
      append_stall_ms_max: round(appendCpu.stallMs),
      intern_per_cpu_second: Math.round(seriesCount / catalog.seconds),
      catalog_bytes_per_series: Math.round(catalog.bytes / seriesCount),
      head_bytes_per_series: Math.round(headBytes / seriesCount),
      checkpoint: whole,
      bytes_per_sample: round(bytes / (seriesCount * scrapes), 3),
      file_bytes_per_sample: round(fileBytes / (seriesCount * scrapes), 3),
      range_point_ms: range,
      open_ms: round(openMs, 0),
      rss_mb: round(rss / 1_048_576, 0),
      rss_start_mb: round(rssBefore / 1_048_576, 0),
    },
    null,
    2,
  )}\n`,
)

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
function internAll(target: TelemetryStore): { refs: Uint32Array; seconds: number } {
  const made = new Uint32Array(seriesCount)
  const before = process.threadCpuUsage()
  for (let i = 0; i < seriesCount; i += 1) {
    const labels = {
      __name__: `metric_${i % 200}`,
      job: `job-${i % 20}`,
      instance: `10.0.${i % 250}.${i % 7}:9100`,
      cluster: `c${i % 10}`,
      namespace: `ns-${i % 50}`,
      pod: `pod-${Math.floor(i / 10)}`,
      container: `app-${i % 12}`,
      region: `r${i % 3}`,
      env: 'prod',
      shard: String(Math.floor(i / 200)),
    }
    made[i] = target.metricStore.catalog.intern('default', labels, { kind: 'GAUGE' })
  }
  const used = process.threadCpuUsage(before)
  return { refs: made, seconds: (used.user + used.system) / 1e6 }
}
function scrape(round_: number): void {
  for (let i = 0; i < seriesCount; i += 1) {
    const kind = i % 5
    if (kind === 0) values[i] = i
    else if (kind < 3) values[i] = values[i]! + (i % 97) + ((round_ * 31 + i) % 13)
    else values[i] = Math.round((50 + 20 * Math.sin(round_ / 20 + i) + ((round_ * i) % 7)) * 100) / 100
  }
}
/** CPU of this thread alone: in the append calls, and with the sealing that runs in the turns between them. */
async function appendAll(): Promise<{ append: number; total: number; stallMs: number }> {
  let append = 0
  let total = 0
  let stallMs = 0
  for (let round_ = 0; round_ < scrapes; round_ += 1) {
    scrape(round_)
    const time = start + round_ * 15_000 + ((round_ * 7) % 11)
    const batch = {
      tenant: 'default',
      count: seriesCount,
      series: refs.refs,
      timesMs: new Float64Array(seriesCount).fill(time),
      values: values.slice(),
    }
    const before = process.threadCpuUsage()
    let turn = performance.now()
    store.metricStore.append(batch, 0)
    const after = process.threadCpuUsage(before)
    append += (after.user + after.system) / 1e6
    for (let turns = 0; turns < 40; turns += 1) {
      await nextTurn()
      stallMs = Math.max(stallMs, performance.now() - turn)
      turn = performance.now()
    }
    const used = process.threadCpuUsage(before)
    total += (used.user + used.system) / 1e6
    if (round_ % 60 === 59) await store.checkpoint()
  }
  return { append, total, stallMs }
}
/** A checkpoint after one more scrape, as each minute has: every head changed. */
async function checkpointFigures() {
  scrape(scrapes)
  await store.checkpoint()
  store.metricStore.append(
    {
      tenant: 'default',
      count: seriesCount,
      series: refs.refs,
      timesMs: new Float64Array(seriesCount).fill(start + scrapes * 15_000),
      values: values.slice(),
    },
    0,
  )
  await nextTurn()
  delay.enable()
  const started = performance.now()
  const before = process.cpuUsage()
  const thread = process.threadCpuUsage()
  await store.checkpoint()
  const main = process.threadCpuUsage(thread)
  const figures = {
    wall_ms: round(performance.now() - started, 1),
    cpu_seconds: round(cpuSeconds(before), 3),
    main_thread_cpu_seconds: round((main.user + main.system) / 1e6, 3),
  }
  await nextTurn()
  delay.disable()
  return { ...figures, event_loop_stall_ms_max: round(delay.max / 1e6) }
}
async function rangeFigures(): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 200; i += 1) {
    const ref = refs.refs[(i * 37) % seriesCount]!
    const before = performance.now()
    await store.metricStore.range({
      tenant: 'default',
      refs: [ref],
      startMs: start,
      endMs: start + scrapes * 15_000,
      samplesMax: 1e6,
    })
    times.push(performance.now() - before)
  }
  return round(times.sort((a, b) => a - b)[100]!, 3)
}
