import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import { TelemetryStoreConfig } from './config.ts'
import { forever } from './forever.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'

const start = 1_700_000_000_000
const hour = 3_600_000
const [series, blocks, perBlock, records, traces] = [320, 40, 3, 400, 300]
let folder: string
let path: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-page-'))
  path = join(folder, 'telemetry.db')
  await fill()
})
afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 100 }))

const open = (): Promise<TelemetryStore> =>
  openTelemetryStore({
    ...{ folder, clock: systemClock, log: silentLog, metrics: createMetrics() },
    config: TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h' }),
  })
const idOf = (trace: number): string => `f${trace.toString(16).padStart(31, '0')}`

/** Samples in many blocks; records of many streams; spans of many traces; entries in the log. */
async function fill(): Promise<void> {
  const store = await open()
  const { metricStore, logStore, traceStore } = store
  const refs = Array.from({ length: series }, (_, id) =>
    metricStore.catalog.intern('default', { __name__: 'm', id: String(id) }, { kind: 'GAUGE' }),
  )
  for (let block = 0; block < blocks; block += 1) {
    // Each stretch within a cell of its own, so that blocks stay apart.
    const times = Float64Array.from({ length: perBlock }, (_, i) => start + block * 6 * hour + i * 1_000)
    for (const ref of refs)
      metricStore.append(
        {
          ...{ tenant: 'default', count: perBlock, timesMs: times },
          ...{ series: new Uint32Array(perBlock).fill(ref), values: times.map(() => ref) },
        },
        0,
      )
    await metricStore.checkpoint()
  }
  for (let i = 0; i < records; i += 1) {
    const record = {
      timeMs: start + i,
      severity: 'INFO' as const,
      message: `m${i}`,
      labels: { s: String(i) },
    }
    logStore.append(
      { tenant: 'default', records: [{ ...record, attributes: {}, traceId: '', spanId: '' }] },
      0,
    )
  }
  for (let i = 0; i < traces; i += 1) {
    const span = { traceId: idOf(i), spanId: 'b'.repeat(16), parentSpanId: '', name: 'n', service: `s${i}` }
    const rest = {
      kind: 'SERVER',
      startMs: start + i,
      durationMs: 1,
      status: 'OK',
      statusMessage: '',
    } as const
    traceStore.append({ tenant: 'default', spans: [{ ...span, ...rest, attributes: {} }] }, 0)
  }
  // Heads without news are sealed.
  for (let i = 0; i < 32; i += 1) await store.checkpoint()
  for (let i = 0; i < 40; i += 1)
    await store.telemetryLog.append({
      ...{ kind: 'remote-write', tenant: 'default', encoding: 'identity', format: 'json', receivedMs: start },
      body: new Uint8Array(1_000).fill(7),
    })
  await store.close()
}

/** Pages of a table or index, by number, leaves only. */
function leavesOf(name: string): number[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db
    .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .all(name)
  db.close()
  return rows.map((row) => Number(row.pageno))
}
function smash(pages: readonly number[]): void {
  const bytes = readFileSync(path)
  for (const page of pages) bytes.fill(0xa5, (page - 1) * 4_096, page * 4_096)
  writeFileSync(path, bytes)
}
/** Samples by series id; throws for a sample that is not its own. */
async function samples(store: TelemetryStore): Promise<Map<string, number>> {
  const { catalog } = store.metricStore
  const refs = catalog.select('default', [])
  const found = new Map<string, number>()
  const range = { tenant: 'default', refs, startMs: 0, endMs: 8e15, samplesMax: 1e6 }
  for (const { ref, timesMs, values } of await store.metricStore.range(range)) {
    const { id = '' } = catalog.describe(ref).labels
    expect(values.every((value) => value === Number(id))).toBe(true)
    found.set(id, timesMs.length)
  }
  return found
}
const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)
const logs = async (store: TelemetryStore): Promise<number> => {
  const query = { labels: {}, contains: '', traceId: '', startMs: 0, endMs: 8e15, limit: 1_000 }
  return (await store.logStore.search({ tenant: 'default', ...query })).records.length
}
const all = series * blocks * perBlock

describe('a damaged page is read around:', () => {
  test('one of the index of samples costs nothing', async () => {
    smash(leavesOf('chunk_block_by_part').slice(0, 1))
    const store = await open()
    expect(sum(await samples(store))).toBe(all)
    expect(store.damaged()).toBeGreaterThan(0)
    await store.close()
  })
  test('one of the samples themselves costs what is on it, and met again is not counted again', async () => {
    const leaves = leavesOf('chunk_block')
    smash([leaves[Math.floor(leaves.length / 2)]!])
    const store = await open()
    const found = sum(await samples(store))
    expect(found).toBeLessThan(all)
    expect(found).toBeGreaterThan(all * 0.8)
    const { damaged } = store
    const met = damaged()
    expect(met).toBeGreaterThan(0)
    await samples(store)
    expect(damaged()).toBe(met)
    await store.close()
  })
  test('one of the index of records costs nothing', async () => {
    smash(leavesOf('block_by_time').slice(0, 1))
    const store = await open()
    expect(await logs(store)).toBe(records)
    const found = await store.traceStore.search({
      ...{ tenant: 'default', service: '', operation: '', durationMsMin: 0, errorsOnly: false },
      ...{ startMs: 0, endMs: 8e15, limit: 1_000 },
    })
    expect(found).toHaveLength(traces)
    expect(store.damaged()).toBeGreaterThan(0)
    await store.close()
  })
  test('one of the places of traces hides some of them from a look by id, none from a search', async () => {
    smash(leavesOf('trace_block').slice(1, 2))
    const store = await open()
    let known = 0
    for (let i = 0; i < traces; i += 1) known += (await store.traceStore.trace('default', idOf(i))).length
    expect(known).toBeLessThan(traces)
    expect(known).toBeGreaterThan(traces / 3)
    const found = await store.traceStore.search({
      ...{ tenant: 'default', service: '', operation: '', durationMsMin: 0, errorsOnly: false },
      ...{ startMs: 0, endMs: 8e15, limit: 1_000 },
    })
    expect(found.filter(({ spans }) => spans.length === 1)).toHaveLength(traces)
    await store.close()
  })
  test('one of the catalogue loses its series, whose numbers are given to no other', async () => {
    const leaves = leavesOf('catalog_page').concat(leavesOf('series'))
    smash(leaves.slice(-1))
    const store = await open()
    const { catalog } = store.metricStore
    expect(store.damaged()).toBeGreaterThan(0)
    const fresh = catalog.intern('default', { __name__: 'fresh' }, { kind: 'GAUGE' })
    expect(fresh).toBeGreaterThanOrEqual(series)
    expect([...(await samples(store)).keys()]).not.toContain('')
    await store.close()
  })
})

describe('where it cannot be read around, or not written to, the file is built anew:', () => {
  const aside = (): string[] => readdirSync(folder).filter((name) => name.includes('.damaged-'))
  test('at the start, when its positions cannot be read', async () => {
    smash(leavesOf('meta'))
    const store = await open()
    expect(sum(await samples(store))).toBe(all)
    expect(await logs(store)).toBe(records)
    expect(aside().length).toBeGreaterThan(0)
    // New samples take no number that is in use.
    const ref = store.metricStore.catalog.intern('default', { __name__: 'm', id: '5' }, { kind: 'GAUGE' })
    const timesMs = Float64Array.of(start + 1_000 * hour)
    store.metricStore.append(
      { tenant: 'default', count: 1, series: Uint32Array.of(ref), timesMs, values: Float64Array.of(5) },
      0,
    )
    await store.checkpoint()
    expect(sum(await samples(store))).toBe(all + 1)
    await store.close()
  })
  test('at the next start, once a write met the damage', async () => {
    smash(leavesOf('head_part'))
    const store = await open()
    const entry: Entry = {
      ...{ kind: 'remote-write', tenant: 'default', encoding: 'identity', format: 'json', receivedMs: start },
      body: new Uint8Array(10),
    }
    const before = sum(await samples(store))
    const ref = store.metricStore.catalog.intern('default', { __name__: 'm', id: '5' }, { kind: 'GAUGE' })
    const timesMs = Float64Array.of(start + 1_000 * hour)
    store.metricStore.append(
      { tenant: 'default', count: 1, series: Uint32Array.of(ref), timesMs, values: Float64Array.of(5) },
      0,
    )
    await expect(store.checkpoint()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(store.damaged()).toBeGreaterThan(0)
    expect(existsSync(`${path}.rebuild`)).toBe(true)
    // Reads and the log go on meanwhile.
    expect(sum(await samples(store))).toBe(before + 1)
    expect(await store.telemetryLog.append(entry)).toBe(41)
    await store.close()
    const again = await open()
    expect(await again.telemetryLog.append(entry)).toBe(42)
    expect(sum(await samples(again))).toBe(before)
    expect(await logs(again)).toBe(records)
    await again.checkpoint()
    expect(aside().length).toBeGreaterThan(0)
    expect(existsSync(`${path}.rebuild`)).toBe(false)
    await again.close()
  })
  test('at the start, when its schema or its head is not what was written', async () => {
    const intact = readFileSync(path)
    // A column of the rollups, of which there are none; and the version a writer has to know.
    for (const place of [intact.indexOf('up_to_ms INTEGER'), 18]) {
      const bytes = Buffer.from(intact)
      bytes[place]! ^= 1
      writeFileSync(path, bytes)
      for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
      const store = await open()
      expect(sum(await samples(store))).toBe(all)
      expect(await logs(store)).toBe(records)
      await store.close()
    }
  })
  test("not for the file's own version number, which is put right", async () => {
    for (const flip of [1, 2, 4, 128]) {
      const bytes = readFileSync(path)
      bytes[63]! ^= flip
      writeFileSync(path, bytes)
      const store = await open()
      expect(sum(await samples(store))).toBe(all)
      await store.close()
      expect(aside()).toEqual([])
    }
  })
})
