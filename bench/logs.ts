import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import { openTelemetryStore } from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import type { StoredLog } from '../server/src/port/log-store.ts'
import { createLogql } from '../server/src/service/telemetry/index.ts'
import { machine } from './machine.ts'

// Figures of LogQL over the embedded store: `node bench/logs.ts [LINES]` prints one JSON object. Synthetic access logs of about 110 bytes
// from twenty streams, one hour, seeded; a needle stands in three lines of all. Times are the median of three runs.

const lines = Number(process.argv[2] ?? 5_000_000)
const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const store = await openTelemetryStore({
  ...{ folder, clock: systemClock, log: silentLog, metrics: createMetrics() },
  config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h' }),
})
const endMs = Math.floor(Date.now() / 1_000) * 1_000
const startMs = endMs - 3_600_000
let seed = 42
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}
const streams = Array.from({ length: 20 }, (_, i) => ({
  'service.name': `service-${i}`,
  env: i % 2 ? 'prod' : 'test',
}))
const paths = ['/cart', '/checkout', '/pay', '/products', '/health', '/login']
let bytes = 0
const batch = 10_000
for (let from = 0; from < lines; from += batch) {
  const records: StoredLog[] = []
  for (let i = from; i < Math.min(lines, from + batch); i += 1) {
    const status = random(50) === 0 ? 500 : 200
    const needle = i % Math.ceil(lines / 3) === Math.floor(lines / 7) ? ' needle-in-the-hay' : ''
    const message = `level=${status === 500 ? 'error' : 'info'} method=GET path=${paths[random(6)]}/${random(100_000)} status=${status} took=${random(900)}ms user=${random(1e9).toString(36)} bytes=${random(65_536)}${needle}`
    bytes += message.length
    records.push({
      ...{ timeMs: startMs + Math.floor((i / lines) * 3_600_000), message, labels: streams[random(20)]! },
      ...{ severity: status === 500 ? 'ERROR' : 'INFO', attributes: {}, traceId: '', spanId: '' },
    })
  }
  store.logStore.append({ tenant: 'default', records }, 0)
  if (from % 500_000 === 0) await store.checkpoint()
  await new Promise<void>((resolve) => setImmediate(resolve))
}
await store.checkpoint()

const logql = createLogql({ logStore: store.logStore, clock: systemClock })
const all = '{service_name=~"service-.*"}'
const range = { tenant: 'default', startMs, endMs: endMs + 1, stepMs: 60_000, limit: 100, intervalMs: 0 }
const queries: Record<string, string> = {
  substring_few: `${all} |= "needle-in-the-hay"`,
  substring_none: `${all} |= "nowhere to be found"`,
  substring_common: `${all} |= "status=500"`,
  regexp_few: `${all} |~ "needle-[a-z]+-the"`,
  newest_100: all,
  count_of_errors: `sum by (service_name) (count_over_time(${all} |= "needle-in-the-hay" [5m]))`,
  ...(lines <= 1_000_000
    ? {
        logfmt_rate: `sum by (status) (rate(${all} | logfmt [5m]))`,
        count_all: `sum(count_over_time(${all}[5m]))`,
      }
    : {}),
}
const figures: Record<string, object> = {}
for (const [name, query] of Object.entries(queries)) {
  const runs: { ms: number; cpuMs: number; loopMs: number; found: number }[] = []
  for (let i = 0; i < 3; i += 1) {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    const [cpu, begun] = [process.cpuUsage(), performance.now()]
    const answer = await logql.range({ ...range, query, direction: 'BACKWARD' })
    const ms = performance.now() - begun
    const used = process.cpuUsage(cpu)
    loop.disable()
    const found =
      answer.type === 'streams'
        ? answer.lines.length
        : answer.value.type === 'matrix'
          ? answer.value.series.length
          : 0
    runs.push({ ms, cpuMs: (used.user + used.system) / 1_000, loopMs: loop.max / 1e6, found })
  }
  runs.sort((a, b) => a.ms - b.ms)
  const { ms, cpuMs, found } = runs[1]!
  const round = (value: number): number => Math.round(value * 10) / 10
  figures[name] = {
    ms: round(ms),
    cpu_ms: round(cpuMs),
    event_loop_ms_max: round(Math.max(...runs.map((run) => run.loopMs))),
    found,
  }
}
const { bytesOnDisk } = store.logStore.stats()
process.stdout.write(
  `${JSON.stringify({ machine: machine(), lines, text_bytes: bytes, disk_bytes: bytesOnDisk, ...figures }, null, 2)}\n`,
)
await store.close()
rmSync(folder, { recursive: true })
