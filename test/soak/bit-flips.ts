import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TelemetryStoreConfig } from '../../server/src/adapter/sqlite/telemetry/config.ts'
import { forever } from '../../server/src/adapter/sqlite/telemetry/forever.ts'
import {
  openTelemetryStore,
  type TelemetryStore,
} from '../../server/src/adapter/sqlite/telemetry/open-telemetry-store.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { isFault } from '../../server/src/kernel/fault.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'

export type FlipResult = {
  flips: number
  /** Nothing to be seen: the bit lay in free space, or in what is checked and repaired. */
  intact: number
  /** Some of the data was left out and counted, the rest read. */
  leftOut: number
  /** The file was built anew from what could be read, among those above and below. */
  rebuilt: number
  /** A query was refused with a fault. */
  refused: number
  /** Bytes at which a query gave a wrong value. */
  wrong: number[]
  /** Why a start failed. */
  unopened: string[]
  refusedAt: number[]
  /** What was thrown that is no fault. */
  thrown: string[]
}

const start = 1_700_000_000_000
const SERIES = 40
const SAMPLES = 500
const RECORDS = 200
const pageBytes = 4_096

/** One bit of the data file turned over, in a file of its own each time: what a start and queries make of it. */
export async function bitFlips(
  folder: string,
  flips: number,
  random: () => number,
  millisecondsMax: number,
): Promise<FlipResult> {
  const result: FlipResult = {
    ...{ flips: 0, intact: 0, leftOut: 0, rebuilt: 0, refused: 0 },
    ...{ wrong: [], unopened: [], refusedAt: [], thrown: [] },
  }
  await fill(folder)
  const path = join(folder, 'telemetry.db')
  const intact = readFileSync(path)
  const until = performance.now() + millisecondsMax
  for (; result.flips < flips && performance.now() < until; result.flips += 1) {
    const bytes = Buffer.from(intact)
    const at = placeIn(bytes.length, result.flips, random)
    bytes[at]! ^= 1 << Math.floor(random() * 8)
    writeFileSync(path, bytes)
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    const store = await open(folder).catch((error) => {
      result.unopened.push(`byte ${at}: ${describe(error)}`)
    })
    if (removeAside(folder)) result.rebuilt += 1
    if (!store) continue
    await judge(store, at, result)
    await store.close().catch((error) => result.thrown.push(`close, byte ${at}: ${describe(error)}`))
  }
  return result
}

/** Anywhere, and every fourth time where a page says what is in it: most of a file is free, or covered by checksums of ours. */
function placeIn(bytes: number, run: number, random: () => number): number {
  if (run % 4 > 0) return Math.floor(random() * bytes)
  const page = Math.floor(random() * (bytes / pageBytes))
  return page * pageBytes + Math.floor(random() * (page === 0 ? 140 : 24))
}

function removeAside(folder: string): boolean {
  const aside = readdirSync(folder).filter((name) => name.includes('.damaged-'))
  for (const name of aside) rmSync(join(folder, name))
  return aside.length > 0
}

const open = (folder: string): Promise<TelemetryStore> =>
  openTelemetryStore({
    ...{ folder, clock: systemClock, log: silentLog, metrics: createMetrics() },
    config: TelemetryStoreConfig.parse({ retention: forever }),
  })

const sampleAt = (id: number, i: number): number => id * 1_000 + i

/** Values name their series and time; records their number; entries of the log their length. */
async function fill(folder: string): Promise<void> {
  const store = await open(folder)
  const { metricStore, logStore, telemetryLog } = store
  const labels = (id: number) => ({ __name__: 'm', id: String(id) })
  const refs = Array.from({ length: SERIES }, (_, id) =>
    metricStore.catalog.intern('default', labels(id), { kind: 'GAUGE' }),
  )
  for (let from = 0; from < SAMPLES; from += 250) {
    for (const [id, ref] of refs.entries()) {
      const timesMs = Float64Array.from({ length: 250 }, (_, i) => start + (from + i) * 1_000)
      const values = timesMs.map((_, i) => sampleAt(id, from + i))
      const series = new Uint32Array(250).fill(ref)
      metricStore.append({ tenant: 'default', count: 250, series, timesMs, values }, 0)
    }
    await metricStore.checkpoint()
  }
  const records = Array.from({ length: RECORDS }, (_, i) => ({
    ...{ timeMs: start + i, severity: 'INFO' as const, message: `m${i}`, labels: { s: String(i % 5) } },
    ...{ attributes: {}, traceId: '', spanId: '' },
  }))
  logStore.append({ tenant: 'default', records }, 0)
  await store.checkpoint()
  for (let i = 0; i < 20; i += 1)
    await telemetryLog.append({
      ...{ kind: 'remote-write', tenant: 'default', encoding: 'identity', format: 'json', receivedMs: start },
      body: new Uint8Array(300 + i).fill(7),
    })
  await store.close()
}

async function judge(store: TelemetryStore, at: number, result: FlipResult): Promise<void> {
  try {
    const found = [await samplesIn(store), await recordsIn(store), await entriesIn(store)]
    if (found.includes(Number.NaN)) result.wrong.push(at)
    else if (found.join() === [SERIES * SAMPLES, RECORDS, 20].join()) result.intact += 1
    else result.leftOut += 1
  } catch (error) {
    if (isFault(error)) {
      result.refused += 1
      result.refusedAt.push(at)
    } else result.thrown.push(`byte ${at}: ${describe(error)}`)
  }
}

const describe = (error: unknown): string => String((error as Error)?.stack ?? error).slice(0, 500)

/** How many there are; NaN where one is not what was written. */
async function samplesIn({ metricStore }: TelemetryStore): Promise<number> {
  const refs = metricStore.catalog.select('default', [])
  const range = { tenant: 'default', refs, startMs: 0, endMs: 8e15, samplesMax: 1e6 }
  let count = 0
  for (const { ref, timesMs, values } of await metricStore.range(range)) {
    const id = Number(metricStore.catalog.describe(ref).labels.id)
    for (const [i, timeMs] of timesMs.entries())
      if (values[i] !== sampleAt(id, (timeMs - start) / 1_000)) return Number.NaN
    count += timesMs.length
  }
  return count
}

async function recordsIn({ logStore }: TelemetryStore): Promise<number> {
  const query = { labels: {}, contains: '', traceId: '', startMs: 0, endMs: 8e15, limit: 1_000 }
  const { records } = await logStore.search({ tenant: 'default', ...query })
  return records.every(({ timeMs, message, labels }) => {
    const i = timeMs - start
    return message === `m${i}` && labels.s === String(i % 5)
  })
    ? records.length
    : Number.NaN
}

async function entriesIn({ telemetryLog }: TelemetryStore): Promise<number> {
  let count = 0
  for await (const { position, entry } of telemetryLog.read(0)) {
    if (entry.body.length !== 299 + position || entry.body.some((byte) => byte !== 7)) return Number.NaN
    count += 1
  }
  return count
}
