import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { TelemetryStoreConfig } from './config.ts'
import {
  histogramOf,
  histogramSeries,
  nameOf,
  replay,
  sampleOf,
  seriesOf,
  startMs,
  timeOf,
  traceOf,
} from './crash-workload.ts'
import { forever } from './forever.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'

/** `AIOPS_KILLS=200` for the long run. */
const kills = Number(process.env.AIOPS_KILLS ?? 15)
const seed = Number(process.env.AIOPS_SEED ?? Date.now() % 1_000_000)
const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

test(`after ${kills} kill -9 everything acknowledged is there, once, under its own series (seed ${seed})`, {
  timeout: 20_000 + kills * 3_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-crash-'))
  const random = seededRandom(seed)
  const acknowledged = new Set<number>()
  try {
    for (let kill = 0, first = 0; kill < kills; kill += 1) {
      // A gap, since entries in flight may be on disk without having been acknowledged.
      for (const n of await runAndKill(folder, first, kill % 2 === 0, 5 + random.next() * 295))
        acknowledged.add(n)
      first = Math.max(first, ...acknowledged) + 20
      // Most kills hit a store that was itself brought back from a kill.
      if (kill % 4 === 3 || kill === kills - 1) await verify(folder, acknowledged)
    }
    if (process.env.AIOPS_KILLS) console.info(`${kills} kills, ${acknowledged.size} entries acknowledged`)
    expect(acknowledged.size).toBeGreaterThan(kills)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function runAndKill(
  folder: string,
  first: number,
  fromStart: boolean,
  afterMs: number,
): Promise<number[]> {
  const process_ = spawn(process.execPath, [child, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: number[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  // Every other kill counts from the first acknowledgement, so that a slow start cannot leave nothing to lose.
  for await (const line of createInterface({ input: process_.stdout })) {
    if (line !== 'ready') acknowledged.push(Number(line))
    if (fromStart === (line === 'ready')) timer ??= setTimeout(() => process_.kill('SIGKILL'), afterMs)
  }
  clearTimeout(timer)
  expect(timer, 'the child opened the folder').toBeDefined()
  return acknowledged
}

async function verify(folder: string, acknowledged: ReadonlySet<number>): Promise<void> {
  const store = await openTelemetryStore({
    folder,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ retention: forever }),
  })
  try {
    await replay(store)
    await verifySamples(store, acknowledged)
    await verifyHistograms(store, acknowledged)
    await verifyRecords(store, acknowledged)
    expect(store.damaged()).toBe(0)
  } finally {
    await store.close()
  }
}

async function verifySamples(store: TelemetryStore, acknowledged: ReadonlySet<number>): Promise<void> {
  const { catalog } = store.metricStore
  const refs = catalog.select('default', [{ name: '__name__', op: '!=', value: 'h' }])
  const found = new Map<number, Set<number>>()
  for (const data of await store.metricStore.range({
    tenant: 'default',
    refs,
    startMs: 0,
    endMs: 8e15,
    samplesMax: 1e8,
  })) {
    const id = Number(catalog.describe(data.ref).labels.id)
    const seen = new Set<number>()
    data.timesMs.forEach((time, i) => {
      const n = (time - startMs) / 250
      if (data.values[i] !== sampleOf(id, n) || !seriesOf(n).includes(id))
        throw new Error(`series ${nameOf(id)} holds ${data.values[i]} of ${n}`)
      seen.add(n)
    })
    expect(seen.size).toBe(data.timesMs.length)
    found.set(id, seen)
  }
  for (const n of acknowledged)
    for (const id of seriesOf(n))
      if (!found.get(id)?.has(n)) throw new Error(`sample ${n} of series ${id} is lost`)
}

async function verifyHistograms(store: TelemetryStore, acknowledged: ReadonlySet<number>): Promise<void> {
  const { catalog } = store.metricStore
  const refs = catalog.select('default', [{ name: '__name__', op: '=', value: 'h' }])
  const query = { tenant: 'default', refs, startMs: 0, endMs: 8e15, samplesMax: 1e8 }
  const found = new Set<number>()
  for (const { timesMs, histograms } of await store.metricStore.histograms(query))
    timesMs.forEach((time, i) => {
      const n = (time - startMs) / 250
      expect(histograms[i]).toEqual(histogramOf(n))
      found.add(n)
    })
  expect([...acknowledged].filter((n) => !found.has(n))).toEqual([])
  // Of each series the newest are kept.
  const exemplars = await store.metricStore.exemplars(query)
  const kept = new Set(exemplars.map(({ value }) => value))
  for (let id = 0; id < histogramSeries; id += 1) {
    const newest = Math.max(...[...acknowledged].filter((n) => n % histogramSeries === id))
    if (newest >= 0) expect(kept.has(newest), `exemplar ${newest}`).toBe(true)
  }
  for (const { value, labels } of exemplars) expect(labels).toEqual({ trace_id: traceOf(value) })
}

async function verifyRecords(store: TelemetryStore, acknowledged: ReadonlySet<number>): Promise<void> {
  const query = {
    tenant: 'default',
    labels: {},
    contains: '',
    traceId: '',
    startMs: 0,
    endMs: 8e15,
    limit: 1_000_000,
  }
  const logs = (await store.logStore.search(query)).records.map((record) => record.message)
  const known = new Set(logs)
  expect(known.size, 'no log record twice').toBe(logs.length)
  const lost = [...acknowledged].filter((n) => n % 2 === 0 && !known.has(`n=${n}`))
  expect(lost).toEqual([])
  for (const n of [...acknowledged].filter((some) => some % 2 === 1).slice(-200)) {
    const spans = await store.traceStore.trace('default', traceOf(n))
    expect(
      spans.map((span) => span.startMs),
      `trace of ${n}`,
    ).toEqual([timeOf(n)])
  }
}
