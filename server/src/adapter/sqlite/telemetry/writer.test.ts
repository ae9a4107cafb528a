import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../../../kernel/log.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { Signal } from './message.ts'
import { prepareFile } from './schema.ts'
import { Writer } from './writer.ts'

let folder: string
let path: string
let writer: Writer
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-writer-'))
  path = join(folder, 'telemetry.db')
  prepareFile(path)
  writer = new Writer({ path, bytesMax: 0, commitWindowMs: 0 }, 1e6, silentLog)
})
afterEach(async () => {
  await writer.close()
  rmSync(folder, { recursive: true })
})

const entry: Entry = {
  kind: 'remote-write',
  tenant: 'default',
  body: new Uint8Array(10),
  encoding: 'identity',
  format: 'json',
  receivedMs: 0,
}
const series = (ref: number) => ({
  ref,
  tenant: 't',
  labels: '[]',
  crc: 0,
  kind: 'GAUGE',
  unit: '',
  derived: 0,
})
const told = (...rows: ReturnType<typeof series>[]): void => writer.seriesChanged(() => ({ pages: [], rows }))
const refs = (): number[] => {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare('SELECT ref FROM series ORDER BY ref').all()
  db.close()
  return rows.map((row) => Number(row.ref))
}
/** A message it cannot make sense of: the defect that ends a worker. */
const kill = (): void => writer.stage('no signal' as Signal, { heads: [] })
const appended = (): Promise<number> =>
  vi.waitFor(() => writer.append(entry), { timeout: 10_000, interval: 50 })

test('a writer that dies refuses what waits with STORAGE_UNAVAILABLE, and writes again soon after', async () => {
  expect(await writer.append(entry)).toBe(1)
  kill()
  await expect(writer.append(entry)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retry: true })
  await expect(writer.run({ kind: 'truncate', upTo: 1 })).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  })
  expect(await appended()).toBe(2)
})

test('series that a dead writer had not written are written by the next', async () => {
  kill()
  told(series(0), series(1))
  await expect(writer.append(entry)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  told(series(2))
  await appended()
  expect(refs()).toEqual([0, 1, 2])
})

test('a checkpoint whose first part died with the writer fails as a whole; the next one is written', async () => {
  const slice = (part: number) => ({ heads: [{ part, body: new Uint8Array(3) }] })
  const checkpoint = () => writer.run({ kind: 'checkpoint', signal: 'metric', position: 5, nextSeq: 1 })
  await writer.append(entry)
  writer.stage('metric', slice(0))
  kill()
  await expect(writer.append(entry)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await appended()
  writer.stage('metric', slice(1))
  await expect(checkpoint()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  for (const part of [0, 1]) writer.stage('metric', slice(part))
  await checkpoint()
  const db = new DatabaseSync(path, { readOnly: true })
  expect(
    db
      .prepare('SELECT part FROM head_part ORDER BY part')
      .all()
      .map((row) => row.part),
  ).toEqual([0, 1])
  db.close()
})
