import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { blockChecksum } from './block-reader.ts'
import { encodeChunk } from './chunk-codec.ts'
import { TelemetryStoreConfig } from './config.ts'
import { forever } from './forever.ts'
import { openTelemetryStore } from './open-telemetry-store.ts'
import { prepareFile, schemaVersion } from './schema.ts'
import { writeVarint } from './varint.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-schema-'))
  path = join(folder, 'telemetry.db')
})
afterEach(() => rmSync(folder, { recursive: true }))
const open = () =>
  openTelemetryStore({
    folder,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h' }),
  })
const startMs = 1_700_000_000_000
const columns = (from: number, count: number) => ({
  times: Float64Array.from({ length: count }, (_, i) => startMs + (from + i) * 15_000),
  values: Float64Array.from({ length: count }, (_, i) => from + i),
})
const bodyOf = (ref: number, from: number, count: number): Uint8Array => {
  const { times, values } = columns(from, count)
  return encodeChunk(ref, times, values, count)
}

/** A part of heads with one series: a chunk that waits for its place, the head, the newest sample. */
function firstHeadPart(waiting: Uint8Array, head: Uint8Array, lastMs: number, last: number): Uint8Array {
  const bytes = Buffer.alloc(64 + waiting.length + head.length)
  let at = bytes.writeUInt8(1, 0)
  at = bytes.writeUInt8(0, at)
  at = bytes.writeUInt8(1, at)
  const words = new Uint32Array(Float64Array.of(last).buffer)
  at = bytes.writeDoubleBE(lastMs, at)
  at = bytes.writeUInt32BE(words[0]!, at)
  at = bytes.writeUInt32BE(words[1]!, at)
  at = bytes.writeUInt8(1, at)
  at = bytes.writeUInt8(4, at)
  for (const body of [waiting, head]) {
    at = writeVarint(bytes, at, body.length)
    bytes.set(body, at)
    at += body.length
  }
  at = bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at)
  return bytes.subarray(0, at)
}

/** A file as the first version left it: samples in chunks, waiting and in heads; records; entries not yet in a store. */
function writeFirstVersion(): void {
  prepareFile(path, 1)
  const db = new DatabaseSync(path)
  const put = (table: string, ...row: (string | number | Uint8Array)[]): void =>
    void db.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row)
  for (const ref of [0, 1]) {
    const labels = JSON.stringify(['__name__', `m${ref}`])
    put('series', ref, 'default', labels, crc32(labels, ref), 'GAUGE', '', 0)
    put('chunk', ref, startMs + 119 * 15_000, 1 + ref, startMs, 120, bodyOf(ref, 0, 120))
  }
  put('head', 0, firstHeadPart(bodyOf(0, 120, 120), bodyOf(0, 240, 10), startMs + 249 * 15_000, 249))
  const text = JSON.stringify({ t: [startMs], s: ['INFO'], m: ['hello'], a: [0], r: [''], p: [''] })
  const block = zstdCompressSync(text)
  put('block', 2, 'log', 'default', '[]', startMs, startMs, 1, 0, blockChecksum(2, '[]', block), block)
  const body = Buffer.from('body')
  put('entry', 8, 'remote-write', 'default', 'identity', 'json', startMs, crc32(body, 8), body)
  for (const [key, value] of [
    ['position.metric', 7],
    ['position.log', 7],
    ['position.span', 7],
    ['seq', 5],
    ['last', 8],
  ] as const)
    put('meta', key, value)
  db.close()
}

test('a file of the first version opens with everything that was in it, and stays so', async () => {
  writeFirstVersion()
  for (const round of ['first', 'second']) {
    const store = await open()
    expect(store.metricStore.catalog.labelValues('default', '__name__'), round).toEqual(['m0', 'm1'])
    const range = { tenant: 'default', refs: [0, 1], startMs: 0, endMs: 8e15, samplesMax: 1e6 }
    const data = await store.metricStore.range(range)
    expect([...data[0]!.values], round).toEqual([...columns(0, 250).values])
    expect([...data[1]!.values]).toEqual([...columns(0, 120).values])
    const query = { labels: {}, contains: '', traceId: '', startMs: 0, endMs: 8e15, limit: 10 }
    const { records } = await store.logStore.search({ tenant: 'default', ...query })
    expect(records.map((record) => record.message)).toEqual(['hello'])
    expect(store.metricStore.checkpointed()).toBe(7)
    const entries: number[] = []
    for await (const { position } of store.telemetryLog.read(0)) entries.push(position)
    expect(entries).toEqual([8])
    expect(store.damaged()).toBe(0)
    await store.close()
  }
  const db = new DatabaseSync(path)
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: schemaVersion })
  db.close()
})

test('every version on the way can be opened', async () => {
  for (let version = 1; version <= schemaVersion; version += 1) {
    prepareFile(path, version)
    const store = await open()
    await store.close()
    rmSync(folder, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'aiops-schema-'))
    path = join(folder, 'telemetry.db')
  }
})

test('a file of a later version is refused with a sentence, and left as it is', async () => {
  prepareFile(path)
  const db = new DatabaseSync(path)
  db.exec(
    `PRAGMA user_version = ${schemaVersion + 1}; UPDATE meta SET value = ${schemaVersion + 1} WHERE key = 'format'`,
  )
  db.close()
  await expect(open()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`later version of the program (format ${schemaVersion + 1}`),
  })
  const after = new DatabaseSync(path)
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: schemaVersion + 1 })
  after.close()
})
