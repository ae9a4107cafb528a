import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Labels } from '@aiops/contract/model/label'
import { Slo } from '@aiops/contract/model/slo'
import { TelemetryStoreConfig } from '../server/src/adapter/sqlite/telemetry/config.ts'
import { openTelemetryStore } from '../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { openSlos } from '../server/src/app/analytics/slo.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { systemRandom } from '../server/src/kernel/random.ts'
import type { Ingest } from '../server/src/pipeline/ingest/index.ts'
import type { SloRepository } from '../server/src/port/slo-repository.ts'
import { SloConfig } from '../server/src/service/slo/index.ts'
import { recordedNames, sliOf } from '../server/src/service/slo/recorded.ts'
import { createPromqlEngine, storeSource } from '../server/src/service/telemetry/index.ts'
import { cpuSeconds, machine } from './machine.ts'

// Objectives over a real store: `node bench/slo.ts [--slos 500] [--series 24]` writes an hour of so many counters a service every 15 s and three
// days of what was recorded of its objective, and prints what a cycle costs, as one JSON object. Recording itself is ingest's and is left out.

const { values: flags } = parseArgs({
  options: { slos: { type: 'string', default: '500' }, series: { type: 'string', default: '24' } },
})
const count = Number(flags.slos)
const seriesCount = Number(flags.series)
const minuteMs = 60_000
const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
let nowMs = startMs

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-slo-'))
const store = await openTelemetryStore({
  ...{ folder, clock: systemClock, log: silentLog, metrics: createMetrics() },
  config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h' }),
})
const { metricStore } = store
const ref = (labels: Labels, kind: 'COUNTER' | 'GAUGE') =>
  metricStore.catalog.intern('default', labels, { kind })
const service = (i: number): string => `service-${i}`
const counters = Array.from({ length: count * seriesCount }, (_, i) => {
  const at = i % seriesCount
  const labels = { 'service.name': service(Math.floor(i / seriesCount)), pod: `pod-${Math.floor(at / 4)}` }
  const status = ['200', '404', '500', '503'][at % 4] as string
  const name = 'http.server.request.duration_count'
  return {
    ref: ref({ ...labels, __name__: name, 'http.response.status_code': status }, 'COUNTER'),
    step: at % 4 < 2 ? 100 : 0.05,
  }
})

/** Samples of all series at each moment. */
function append(
  series: readonly { ref: number }[],
  timesMs: readonly number[],
  value: (i: number, timeMs: number) => number,
) {
  for (const timeMs of timesMs)
    metricStore.append(
      {
        tenant: 'default',
        count: series.length,
        series: Uint32Array.from(series, (one) => one.ref),
        timesMs: new Float64Array(series.length).fill(timeMs),
        values: Float64Array.from(series, (_, i) => value(i, timeMs)),
      },
      0,
    )
}
const counted = (fromMs: number, toMs: number): void =>
  append(
    counters,
    Array.from({ length: (toMs - fromMs) / 15_000 }, (_, i) => fromMs + (i + 1) * 15_000),
    (i, timeMs) => ((timeMs - startMs + 7_200_000) / 15_000) * (counters[i]?.step ?? 0),
  )

const slos = Array.from({ length: count }, (_, i) =>
  Slo.parse({
    ...{ id: `slo-${i}`, name: `errors-${i}`, service: service(i), objective: 99.9 },
    indicator: { kind: 'ERRORS', service: service(i) },
    ...{ document: null, created_at: new Date(0).toISOString(), updated_at: new Date(0).toISOString() },
    created_by: 'bench',
  }),
)
let recorded = 0
const open = () =>
  openSlos(
    {
      ...{ clock: { ...systemClock, now: () => nowMs }, random: systemRandom, metrics: createMetrics() },
      ...{ log: silentLog, tenants: ['default'], folder: join(folder, 'slos'), alertsMax: 1_000 },
      repository: { list: async () => slos } as unknown as SloRepository,
      engine: createPromqlEngine(),
      source: (tenant) => storeSource(metricStore, tenant),
      ingest: () =>
        ({
          async deliver() {
            recorded += 1
            return { accepted: 0, rejected: 0 }
          },
          acceptAlerts: async () => [],
        }) as unknown as Ingest,
    },
    SloConfig.parse({ evaluation_delay: '0s' }),
  )

async function measure(work: () => Promise<void>) {
  const [cpu, wall] = [cpuSeconds(), performance.now()]
  await work()
  return {
    cpu_seconds: Math.round((cpuSeconds() - cpu) * 1_000) / 1_000,
    seconds: Math.round(performance.now() - wall) / 1_000,
  }
}

try {
  counted(startMs - 3_600_000, startMs)
  const service = open()
  await service.start()
  await service.stop()
  const memory = () => Math.round(process.memoryUsage().rss / 1_048_576)
  const before = memory()
  const first = await measure(() => service.evaluate())
  const cycles = []
  for (let minute = 0; minute < 5; minute += 1) {
    counted(nowMs, nowMs + minuteMs)
    nowMs += minuteMs
    cycles.push(await measure(() => service.evaluate()))
  }
  const memoryAfter = memory()
  const last = slos.flatMap((slo) =>
    [recordedNames.totalMinute, recordedNames.badMinute].map((name) => ({
      ref: ref({ __name__: name, slo_id: slo.id, slo: slo.name, sli: sliOf(slo) }, 'GAUGE'),
    })),
  )
  append(
    last,
    Array.from({ length: 3 * 1_440 }, (_, i) => startMs - (3 * 1_440 - i) * minuteMs),
    (i) => (i % 2 === 0 ? 4_000 : 1),
  )
  const again = open()
  await again.start()
  await again.stop()
  const restart = await measure(() => again.evaluate())
  const states = Object.entries(Object.groupBy(service.list('default'), ({ status }) => status.state)).map(
    ([state, found]) => [state, found?.length],
  )
  process.stdout.write(
    `${JSON.stringify({ machine: machine(), slos: count, series: counters.length, first_with_backfill: first, cycles, states, memory_mb: { before, after: memoryAfter }, restart, requests: recorded }, null, 2)}\n`,
  )
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}
