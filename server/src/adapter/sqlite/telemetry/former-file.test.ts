import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { encodeChunk } from './chunk-codec.ts'
import { TelemetryStoreConfig } from './config.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'

// A file as the first version of the program wrote it: chunks of 120 samples, a row each; heads of 256 series a row, with chunks that
// waited for their place; a row for each series.
const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entry (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, tenant TEXT NOT NULL, encoding TEXT NOT NULL,
  format TEXT NOT NULL, received_ms INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE series (ref INTEGER PRIMARY KEY, tenant TEXT NOT NULL, labels TEXT NOT NULL, crc INTEGER NOT NULL,
  kind TEXT NOT NULL, unit TEXT NOT NULL, derived INTEGER NOT NULL) STRICT;
CREATE TABLE chunk (ref INTEGER NOT NULL, end_ms INTEGER NOT NULL, seq INTEGER NOT NULL, start_ms INTEGER NOT NULL,
  count INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (ref, end_ms, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE head (part INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE block (id INTEGER PRIMARY KEY, signal TEXT NOT NULL, tenant TEXT NOT NULL, key TEXT NOT NULL,
  start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, count INTEGER NOT NULL, open INTEGER NOT NULL, crc INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX block_by_time ON block (signal, tenant, end_ms) WHERE open = 0;
CREATE INDEX block_open ON block (signal) WHERE open = 1;
CREATE TABLE trace_block (trace TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (trace, block)) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('position.metric', 7), ('position.log', 7), ('position.span', 7), ('seq', 100), ('last', 7);
PRAGMA user_version = 1;
`
const seriesCount = 300
const samplesCount = 340
const start = Math.floor(Date.now() / 15_000) * 15_000 - samplesCount * 15_000
const timeOf = (i: number): number => start + i * 15_000
const sampleOf = (ref: number, i: number): number => ref * 1_000 + i

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-former-'))
  write(join(folder, 'telemetry.db'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Of each series 120 samples in their place, 120 that wait, 100 in the head. */
function write(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(schema)
  const series = db.prepare('INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)')
  const chunk = db.prepare('INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?)')
  const heads: Buffer[][] = [[], []]
  for (let ref = 0; ref < seriesCount; ref += 1) {
    const labels = JSON.stringify(['__name__', 'm', 'id', String(ref)])
    series.run(ref, 'default', labels, crc32(labels, ref), 'COUNTER', 'By', 0)
    const [stored, waiting, head] = [
      chunkOf(ref, 0, 120),
      chunkOf(ref, 120, 240),
      chunkOf(ref, 240, samplesCount),
    ]
    chunk.run(ref, timeOf(119), 1, timeOf(0), 120, stored)
    const last = Buffer.alloc(16)
    last.writeDoubleBE(timeOf(samplesCount - 1))
    const words = new Uint32Array(Float64Array.of(sampleOf(ref, samplesCount - 1)).buffer)
    last.writeUInt32BE(words[0]!, 8)
    last.writeUInt32BE(words[1]!, 12)
    heads[ref >>> 8]!.push(
      Buffer.concat([varint(ref), Buffer.of(1), last, varint(1), varint(50), sized(waiting), sized(head)]),
    )
  }
  heads.forEach((states, part) => {
    const body = Buffer.concat([varint(states.length), ...states])
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    db.prepare('INSERT INTO head VALUES (?, ?)').run(part, Buffer.concat([body, sum]))
  })
  db.close()
}
function chunkOf(ref: number, from: number, to: number): Uint8Array {
  const times = Float64Array.from({ length: to - from }, (_, i) => timeOf(from + i))
  return encodeChunk(
    ref,
    times,
    times.map((_, i) => sampleOf(ref, from + i)),
    to - from,
  )
}
function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 127) | 128), varint(value >>> 7)])
}
const sized = (body: Uint8Array): Buffer => Buffer.concat([varint(body.length), body])

const open = (): Promise<TelemetryStore> =>
  openTelemetryStore({
    folder,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h' }),
  })

async function expectAll(store: TelemetryStore, count: number): Promise<void> {
  const { catalog } = store.metricStore
  const refs = catalog.select('default', [])
  expect(refs).toHaveLength(seriesCount)
  expect(catalog.describe(299)).toMatchObject({
    labels: { id: '299' },
    meta: { kind: 'COUNTER', unit: 'By' },
  })
  const found = await store.metricStore.range({
    tenant: 'default',
    refs,
    startMs: 0,
    endMs: 8e15,
    samplesMax: 1e6,
  })
  expect(found).toHaveLength(seriesCount)
  for (const { ref, timesMs, values } of found) {
    expect([...timesMs]).toEqual(Array.from({ length: count }, (_, i) => timeOf(i)))
    expect([...values]).toEqual(Array.from({ length: count }, (_, i) => sampleOf(ref, i)))
  }
  expect(store.damaged()).toBe(0)
}

test('a file of the first version opens with all it held, goes on, and holds it all after restarts', async () => {
  let store = await open()
  expect(store.metricStore.checkpointed()).toBe(7)
  await expectAll(store, samplesCount)
  for (let ref = 0; ref < seriesCount; ref += 1)
    store.metricStore.append(
      {
        tenant: 'default',
        count: 1,
        series: Uint32Array.of(ref),
        timesMs: Float64Array.of(timeOf(samplesCount)),
        values: Float64Array.of(sampleOf(ref, samplesCount)),
      },
      8,
    )
  await expectAll(store, samplesCount + 1)
  for (let round = 0; round < 2; round += 1) {
    await store.close()
    store = await open()
    await expectAll(store, samplesCount + 1)
  }
  await store.metricStore.deleteBefore(timeOf(120))
  const left = await store.metricStore.range({
    tenant: 'default',
    refs: [0, 299],
    startMs: 0,
    endMs: 8e15,
    samplesMax: 1e6,
  })
  expect(left.map(({ timesMs }) => timesMs[0])).toEqual([timeOf(120), timeOf(120)])
  await store.close()
})
