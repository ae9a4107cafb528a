import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import { TelemetryStoreConfig } from './config.ts'
import { forever } from './forever.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'

/** `AIOPS_FLIPS=10000` for the long run. */
const flips = Number(process.env.AIOPS_FLIPS ?? 40)
const start = 1_700_000_000_000
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-damage-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (config: Partial<TelemetryStoreConfig> = {}, where = folder): Promise<TelemetryStore> =>
  openTelemetryStore({
    folder: where,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ retention: forever, ...config }),
  })
const entryOf = (size: number): Entry => ({
  kind: 'remote-write',
  tenant: 'default',
  body: new Uint8Array(size).fill(7),
  encoding: 'identity',
  format: 'json',
  receivedMs: start,
})

/** Ten series of 500 samples, values that name their series; 50 log records; 20 log entries. */
async function fill(): Promise<void> {
  const store = await open()
  const refs: number[] = []
  for (let id = 0; id < 10; id += 1) {
    const ref = store.metricStore.catalog.intern(
      'default',
      { __name__: 'm', id: String(id) },
      { kind: 'GAUGE' },
    )
    refs.push(ref)
  }
  // Two blocks of samples.
  for (const from of [0, 250]) {
    for (const ref of refs) {
      const times = Float64Array.from({ length: 250 }, (_, i) => start + (from + i) * 1_000)
      const values = times.map((_, i) => ref * 1_000 + from + i)
      const series = new Uint32Array(250).fill(ref)
      store.metricStore.append({ tenant: 'default', count: 250, series, timesMs: times, values }, 0)
    }
    await store.metricStore.checkpoint()
  }
  for (let i = 0; i < 50; i += 1) {
    const record = {
      timeMs: start + i,
      severity: 'INFO' as const,
      message: `m${i}`,
      labels: { s: String(i % 5) },
      attributes: {},
      traceId: '',
      spanId: '',
    }
    store.logStore.append({ tenant: 'default', records: [record] }, 0)
  }
  await store.checkpoint()
  await Promise.all(Array.from({ length: 20 }, () => store.telemetryLog.append(entryOf(300))))
  await store.close()
}
function edit(sql: string): void {
  const db = new DatabaseSync(join(folder, 'telemetry.db'))
  db.exec(sql)
  db.close()
}
/** Samples by series id; throws when one is not what was written. */
async function readAll(store: TelemetryStore): Promise<Map<string, number>> {
  const { catalog } = store.metricStore
  const found = new Map<string, number>()
  for (const data of await store.metricStore.range({
    tenant: 'default',
    refs: catalog.select('default', []),
    startMs: 0,
    endMs: 8e15,
    samplesMax: 1e6,
  })) {
    const id = catalog.describe(data.ref).labels.id!
    data.timesMs.forEach((time, i) => {
      if (data.values[i] !== Number(id) * 1_000 + (time - start) / 1_000)
        throw new Error(`series ${id} holds ${data.values[i]} at ${time}`)
    })
    found.set(id, data.timesMs.length)
  }
  return found
}
const search = (store: TelemetryStore) =>
  store.logStore.search({
    tenant: 'default',
    labels: {},
    contains: '',
    traceId: '',
    startMs: 0,
    endMs: 8e15,
    limit: 100,
  })

describe('a damaged piece is skipped and counted, the rest stays readable:', () => {
  beforeEach(fill)
  test('a block of samples', async () => {
    edit(
      "UPDATE chunk_block SET body = CAST(substr(body, 1, 20) || x'ff' || substr(body, 22) AS BLOB) WHERE seq = (SELECT min(seq) FROM chunk_block)",
    )
    const store = await open()
    const found = await readAll(store)
    expect(found.get('3')).toBeLessThan(500)
    expect(found.get('3')).toBeGreaterThan(0)
    expect(store.damaged()).toBe(1)
    await store.close()
  })
  test('a block of samples filed under other series', async () => {
    edit('UPDATE chunk_block SET part = 1 WHERE seq = (SELECT min(seq) FROM chunk_block)')
    const store = await open()
    for (let id = 10; id < 70; id += 1)
      store.metricStore.catalog.intern('default', { __name__: 'm', id: String(id) }, { kind: 'GAUGE' })
    const found = await readAll(store)
    expect([...found.keys()].map(Number).every((id) => id < 10)).toBe(true)
    expect(found.get('4')).toBeLessThan(500)
    expect(store.damaged()).toBe(1)
    await store.close()
  })
  test('a part of the heads', async () => {
    edit("UPDATE head_part SET body = CAST(substr(body, 1, 60) || x'ffff' || substr(body, 63) AS BLOB)")
    const store = await open()
    expect((await readAll(store)).size).toBe(10)
    expect(store.damaged()).toBeGreaterThan(0)
    await store.close()
  })
  test('a series, whose number is not given to another', async () => {
    edit("UPDATE series SET labels = replace(labels, '5', '6') WHERE ref = 5")
    const store = await open()
    const found = await readAll(store)
    expect([...found.keys()].sort()).toEqual(['0', '1', '2', '3', '4', '6', '7', '8', '9'])
    const again = store.metricStore.catalog.intern('default', { __name__: 'm', id: '5' }, { kind: 'GAUGE' })
    expect(again).toBeGreaterThanOrEqual(10)
    expect(store.damaged()).toBe(1)
    await store.close()
  })
  test('a log block', async () => {
    edit(
      "UPDATE block SET body = CAST(substr(body, 1, 30) || x'00ff' || substr(body, 33) AS BLOB) WHERE id = (SELECT min(id) FROM block)",
    )
    const store = await open()
    expect((await search(store)).records).toHaveLength(40)
    expect(store.damaged()).toBe(1)
    await store.close()
  })
  test('a log entry', async () => {
    edit("UPDATE entry SET body = x'00' WHERE position = 20")
    const store = await open()
    const found = []
    for await (const { position } of store.telemetryLog.read(15)) found.push(position)
    expect(found).not.toContain(20)
    await store.close()
  })
})

test('a flipped byte anywhere in the file never stops a start and never shows a wrong sample', {
  timeout: 30_000 + flips * 500,
}, async () => {
  await fill()
  const path = join(folder, 'telemetry.db')
  const intact = readFileSync(path)
  const random = seededRandom(Number(process.env.AIOPS_SEED ?? 42))
  let seen = 0
  for (let run = 0; run < flips; run += 1) {
    const bytes = Buffer.from(intact)
    const at = Math.floor(random.next() * bytes.length)
    bytes[at]! ^= 1 << Math.floor(random.next() * 8)
    writeFileSync(path, bytes)
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    const store = await open()
    const found = await readAll(store).catch((error) => {
      throw new Error(`flip at ${at}`, { cause: error })
    })
    await search(store)
    for await (const _ of store.telemetryLog.read(0));
    if (found.size > 0) seen += 1
    await store.close()
  }
  expect(seen).toBeGreaterThan(20)
})

test('a write-ahead log cut at any length opens, with a prefix of the entries', {
  timeout: 60_000,
}, async () => {
  const store = await open({ commit_window: '0ms' })
  for (let i = 0; i < 12; i += 1) await store.telemetryLog.append(entryOf(700))
  const torn = mkdtempSync(join(tmpdir(), 'aiops-torn-'))
  const wal = readFileSync(join(folder, 'telemetry.db-wal'))
  for (let cut = wal.length; cut > 0; cut -= Math.ceil(wal.length / 15)) {
    copyFileSync(join(folder, 'telemetry.db'), join(torn, 'telemetry.db'))
    writeFileSync(join(torn, 'telemetry.db-wal'), wal)
    truncateSync(join(torn, 'telemetry.db-wal'), cut)
    rmSync(join(torn, 'telemetry.db-shm'), { force: true })
    const reopened = await open({}, torn)
    const positions: number[] = []
    for await (const { position } of reopened.telemetryLog.read(0)) positions.push(position)
    expect(positions).toEqual(Array.from({ length: positions.length }, (_, i) => i + 1))
    if (cut === wal.length) expect(positions).toHaveLength(12)
    await reopened.close()
  }
  await store.close()
  rmSync(torn, { recursive: true })
})

test('a file that is no database is set aside and the start goes on', async () => {
  writeFileSync(join(folder, 'telemetry.db'), 'x'.repeat(8_192))
  const store = await open()
  expect(await store.telemetryLog.append(entryOf(10))).toBe(1)
  await store.close()
})

test('at its size limit the store answers STORAGE_UNAVAILABLE, still reads, and takes entries again when there is room', async () => {
  const store = await open({ file_bytes_max: 2 * 1_048_576 })
  let taken = 0
  const fillUp = async (): Promise<void> => {
    for (; taken < 100; taken += 1) await store.telemetryLog.append(entryOf(100_000))
  }
  await expect(fillUp()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retry: true, status: 503 })
  expect(taken).toBeGreaterThan(5)
  await expect(store.telemetryLog.append(entryOf(100_000))).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  })
  const positions: number[] = []
  for await (const { position } of store.telemetryLog.read(0)) positions.push(position)
  expect(positions).toEqual(Array.from({ length: taken }, (_, i) => i + 1))
  await store.telemetryLog.truncate(taken)
  expect(await store.telemetryLog.append(entryOf(100_000))).toBe(taken + 1)
  await store.close()
})

test('a folder in use is refused with CONFLICT naming the process and the folder', async () => {
  const store = await open()
  await expect(open()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(new RegExp(`${folder}.*${process.pid}`)),
  })
  await store.close()
  const again = await open()
  await again.close()
})
