import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import {
  openTelemetryStore,
  type TelemetryStore,
} from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { machine } from './machine.ts'
import { replayScrapes } from './scrape-replay.ts'

// Figures of the embedded telemetry store: `node --expose-gc bench/store.ts [SERIES] [SCRAPES]` prints one JSON object. Synthetic series
// of ten labels: a fifth constant, two fifths counters, two fifths two-decimal gauges, scraped together every 15 s with a few
// milliseconds of jitter. `--scrapes DIR` replays recorded scrapes of Prometheus' text format instead: see scrape-replay.ts.

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { scrapes: { type: 'string' }, hours: { type: 'string' }, targets: { type: 'string' } },
})
const stepMs = 15_000
const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const config = TelemetryStoreConfig.parse({ checkpoint_interval: '1h' })
const open = (): Promise<TelemetryStore> =>
  openTelemetryStore({ folder, clock: systemClock, log: silentLog, metrics: createMetrics(), config })
const round = (value: number, digits = 2): number => Number(value.toFixed(digits))
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const print = (figures: object): boolean =>
  process.stdout.write(`${JSON.stringify({ machine: machine(), ...figures }, null, 2)}\n`)

if (options.scrapes !== undefined)
  print(
    await replayScrapes(open, {
      folder: options.scrapes,
      hours: Number(options.hours ?? 24),
      targets: Number(options.targets ?? 1),
      stepMs,
    }),
  )
else print(await synthetic(Number(positionals[0] ?? 10_000), Number(positionals[1] ?? 480)))
rmSync(folder, { recursive: true })

async function synthetic(seriesCount: number, scrapes: number): Promise<object> {
  // The newest sample is of now: what is older than the retention is not shown.
  const start = Math.floor(Date.now() / stepMs - scrapes) * stepMs
  let store = await open()
  const rssBefore = process.memoryUsage().rss
  const heapBefore = memory()
  const interned = internAll(store, seriesCount)
  await nextTurn()
  await store.checkpoint()
  const catalogBytes = memory() - heapBefore
  const load = { store, refs: interned.refs, values: new Float64Array(seriesCount), start }
  const appended = await appendAll(load, scrapes)
  const checkpoint = await checkpointFigures(load, scrapes)
  const { headBytes } = store.metricStore.stats()
  globalThis.gc?.()
  const { rss } = process.memoryUsage()
  const range = await rangeFigures(load, scrapes)
  await store.close()
  const openStarted = performance.now()
  store = await open()
  const openMs = performance.now() - openStarted
  const samples = seriesCount * scrapes
  const figures = {
    series: seriesCount,
    samples,
    append_and_seal_samples_per_cpu_second: Math.round(samples / appended.total),
    append_samples_per_cpu_second: Math.round(samples / appended.append),
    intern_per_cpu_second: Math.round(seriesCount / interned.seconds),
    catalog_bytes_per_series: Math.round(catalogBytes / seriesCount),
    head_bytes_per_series: Math.round(headBytes / seriesCount),
    rss_bytes_per_series: Math.round((rss - rssBefore) / seriesCount),
    checkpoint,
    bytes_per_sample: round(store.metricStore.stats().bytesOnDisk / samples, 3),
    file_bytes_per_sample: round(store.fileBytes() / samples, 3),
    range,
    open_ms: round(openMs, 0),
    rss_mb: round(rss / 1_048_576, 0),
    rss_start_mb: round(rssBefore / 1_048_576, 0),
  }
  await store.close()
  return figures
}

type Load = { store: TelemetryStore; refs: Uint32Array; values: Float64Array; start: number }

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
function internAll(store: TelemetryStore, seriesCount: number): { refs: Uint32Array; seconds: number } {
  const refs = new Uint32Array(seriesCount)
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
    refs[i] = store.metricStore.catalog.intern('default', labels, { kind: 'GAUGE' })
  }
  const used = process.threadCpuUsage(before)
  return { refs, seconds: (used.user + used.system) / 1e6 }
}
function scrape({ store, refs, values, start }: Load, nth: number): void {
  for (let i = 0; i < refs.length; i += 1) {
    const kind = i % 5
    if (kind === 0) values[i] = i
    else if (kind < 3) values[i] = values[i]! + (i % 97) + ((nth * 31 + i) % 13)
    else values[i] = Math.round((50 + 20 * Math.sin(nth / 20 + i) + ((nth * i) % 7)) * 100) / 100
  }
  const timesMs = new Float64Array(refs.length).fill(start + nth * stepMs + ((nth * 7) % 11))
  const batch = { tenant: 'default', count: refs.length, series: refs, timesMs, values: values.slice() }
  store.metricStore.append(batch, 0)
}
function threadSeconds(since: NodeJS.CpuUsage): number {
  const used = process.threadCpuUsage(since)
  return (used.user + used.system) / 1e6
}
/** CPU of this thread alone: in the append calls, and with the sealing that runs in the turns between them. A checkpoint each minute. */
async function appendAll(load: Load, scrapes: number): Promise<{ append: number; total: number }> {
  let append = 0
  let total = 0
  for (let nth = 0; nth < scrapes; nth += 1) {
    const before = process.threadCpuUsage()
    scrape(load, nth)
    append += threadSeconds(before)
    for (let turns = 0; turns < 40; turns += 1) await nextTurn()
    total += threadSeconds(before)
    if (nth % 4 === 3) await load.store.checkpoint()
  }
  return { append, total }
}
/**
 * What else would wait while something goes on: how late a timer of 1 ms is, which other load on the machine adds to, and the CPU time
 * of the longest turn of the event loop, which it does not.
 */
async function whileWatched<T>(work: () => Promise<T>): Promise<{ result: T; loop: object }> {
  await nextTurn()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let longest = 0
  let done = false
  const watch = async (): Promise<void> => {
    while (!done) {
      const before = process.threadCpuUsage()
      await nextTurn()
      longest = Math.max(longest, threadSeconds(before) * 1_000)
    }
  }
  delay.enable()
  const watching = watch()
  const result = await work()
  done = true
  await watching
  delay.disable()
  // The timer itself takes its millisecond.
  const late = (nanoseconds: number): number => round(Math.max(0, nanoseconds / 1e6 - 1))
  return {
    result,
    loop: {
      event_loop_p99_ms: late(delay.percentile(99)),
      event_loop_max_ms: late(delay.max),
      turn_cpu_max_ms: round(longest),
    },
  }
}
/** A checkpoint after one more scrape, as each minute has: every head changed. */
async function checkpointFigures(load: Load, scrapes: number): Promise<object> {
  await load.store.checkpoint()
  scrape(load, scrapes)
  await nextTurn()
  const started = performance.now()
  const cpu = process.cpuUsage()
  const thread = process.threadCpuUsage()
  const { loop } = await whileWatched(() => load.store.checkpoint())
  const used = process.cpuUsage(cpu)
  return {
    wall_ms: round(performance.now() - started, 1),
    cpu_seconds: round((used.user + used.system) / 1e6, 3),
    main_thread_cpu_seconds: round(threadSeconds(thread), 3),
    ...loop,
  }
}
/** One series whole, and the largest read that 5,000,000 samples allow. */
async function rangeFigures({ store, refs, start }: Load, scrapes: number): Promise<object> {
  const read = (some: readonly number[]) =>
    store.metricStore.range({
      tenant: 'default',
      refs: some,
      startMs: start,
      endMs: start + (scrapes + 1) * stepMs,
      samplesMax: 5_000_000,
    })
  await read([refs[0]!])
  const times: number[] = []
  for (let i = 0; i < 200; i += 1) {
    const before = performance.now()
    await read([refs[(i * 37) % refs.length]!])
    times.push(performance.now() - before)
  }
  times.sort((a, b) => a - b)
  const many = [...refs.subarray(0, Math.floor(5_000_000 / (scrapes + 1)))]
  const started = performance.now()
  const { result, loop } = await whileWatched(() => read(many))
  const samples = result.reduce((sum, data) => sum + data.timesMs.length, 0)
  return {
    one_series_p50_ms: round(times[100]!, 3),
    one_series_p99_ms: round(times[198]!, 3),
    large: { samples, series: result.length, wall_ms: round(performance.now() - started, 0), ...loop },
  }
}
