import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../../kernel/clock.ts'
import { silentLog } from '../../../../kernel/log.ts'
import { createMetrics } from '../../../../kernel/metric.ts'
import { TelemetryStoreConfig } from '../config.ts'
import { apply, entryOf, nameOf, replay, sampleOf, seriesOf, timeOf } from '../crash-workload.ts'
import { forever } from '../forever.ts'
import { openTelemetryStore, type TelemetryStore } from '../open-telemetry-store.ts'
import { MapObjects } from '../tier/map-objects.suite.ts'
import { writeBackup } from './backup.ts'
import { restoreBackup } from './restore.ts'

let folder: string
let target: MapObjects
let store: TelemetryStore
const open = (place: string): Promise<TelemetryStore> =>
  openTelemetryStore({
    folder: place,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ retention: forever, checkpoint_interval: '1h' }),
  })
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-backup-'))
  target = new MapObjects()
  store = await open(join(folder, 'data'))
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})
const back = (id?: string) =>
  writeBackup({
    folder: join(folder, 'data'),
    target,
    clock: systemClock,
    version: 'test',
    position: () => store.telemetryLog.last(),
    ...(id ? { id } : {}),
  })
const append = async (n: number): Promise<void> =>
  apply(store, n, await store.telemetryLog.append(entryOf(n)))

test('while entries keep coming a backup holds all that were acknowledged before it began, and each once', {
  timeout: 60_000,
}, async () => {
  mkdirSync(join(folder, 'data', 'runbooks'))
  mkdirSync(join(folder, 'data', 'secrets'))
  writeFileSync(join(folder, 'data', 'runbooks', 'restart.yaml'), 'name: restart\n')
  writeFileSync(join(folder, 'data', 'secrets', 'token.yaml'), 'secret')
  let n = 0
  let writing = true
  const acknowledged = new Set<number>()
  const writers = Array.from({ length: 4 }, async () => {
    while (writing) {
      const own = n++
      await append(own)
      acknowledged.add(own)
      if (own % 200 === 0) await store.checkpoint()
    }
  })
  while (acknowledged.size < 2_000) await new Promise((resolve) => setTimeout(resolve, 5))
  const before = new Set(acknowledged)
  const { id, manifest } = await back()
  expect(acknowledged.size).toBeGreaterThan(before.size)
  writing = false
  await Promise.all(writers)
  expect(manifest.files.map((file) => file.name)).toEqual(['telemetry.db', 'runbooks/restart.yaml'])

  const restored = join(folder, 'restored')
  const startedMs = systemClock.monotonic()
  expect((await restoreBackup(target, restored)).id).toBe(id)
  const copy = await open(restored)
  await replay(copy)
  const seconds = (systemClock.monotonic() - startedMs) / 1_000
  if (process.env.AIOPS_FIGURES)
    console.info(
      `restored ${manifest.files[0]?.bytes} bytes, replayed and open after ${seconds.toFixed(2)} s`,
    )
  expect(readdirSync(join(restored, 'runbooks'))).toEqual(['restart.yaml'])
  const { catalog } = copy.metricStore
  for (const own of before)
    for (const series of seriesOf(own).slice(0, 1)) {
      const refs = catalog.select('default', [{ name: '__name__', op: '=', value: nameOf(series) }])
      const range = { tenant: 'default', refs, startMs: timeOf(own), endMs: timeOf(own), samplesMax: 10 }
      const [data] = await copy.metricStore.range(range)
      expect(data && [...data.values]).toEqual([sampleOf(series, own)])
    }
  expect(copy.damaged()).toBe(0)
  await copy.close()
})

test('the newest backup is restored unless another is named, and only into an empty folder', async () => {
  await append(1)
  await back('20260101T000000Z')
  await append(2)
  await back('20260102T000000Z')
  const place = join(folder, 'new')
  mkdirSync(place)
  expect((await restoreBackup(target, place)).id).toBe('20260102T000000Z')
  await expect(restoreBackup(target, place)).rejects.toMatchObject({ code: 'CONFLICT' })
  const other = await restoreBackup(target, join(folder, 'other'), '20260101T000000Z')
  expect(other.manifest.position).toBe(1)
})

test('a damaged part, a missing part or a backup that was never finished restore nothing and say so', async () => {
  await append(1)
  const { id } = await back()
  const place = join(folder, 'new')
  const part = [...target.held.keys()].find((key) => key.includes('telemetry.db'))!
  const intact = target.held.get(part)!
  const damaged = intact.slice()
  damaged[damaged.length >> 1]! ^= 1
  target.held.set(part, damaged)
  await expect(restoreBackup(target, place)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('damaged'),
  })
  target.held.delete(part)
  await expect(restoreBackup(target, place)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  target.held.set(part, intact)
  target.held.delete(`${id}/manifest.json`)
  await expect(restoreBackup(target, place)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(existsSync(place)).toBe(false)
  expect(readdirSync(folder)).toEqual(['data'])
})

test('a name in a manifest that leads out of the folder is refused', async () => {
  await append(1)
  const { id, manifest } = await back()
  const [file] = manifest.files
  const evil = { ...manifest, files: [{ ...file, name: '../../evil' }] }
  target.held.set(`${id}/manifest.json`, Buffer.from(JSON.stringify(evil)))
  await expect(restoreBackup(target, join(folder, 'new'))).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('a target that fails leaves no scratch behind, and the next backup works', async () => {
  await append(1)
  target.failing = true
  await expect(back()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(readdirSync(join(folder, 'data')).filter((name) => name.startsWith('.'))).toEqual([])
  target.failing = false
  await back()
})

test('the checkpoints of the audit log come along, taken before the databases, and the key that signs them does not', async () => {
  const data = join(folder, 'data')
  mkdirSync(join(data, 'audit'))
  writeFileSync(join(data, 'audit', 'checkpoints.jsonl'), '{}\n')
  writeFileSync(join(data, 'audit', 'public-keys.pem'), 'public')
  writeFileSync(join(data, 'audit-signing-key.pem'), 'private')
  const { manifest } = await back()
  const names = manifest.files.map(({ name }) => name)
  expect(names.slice(0, 3)).toEqual(['audit/checkpoints.jsonl', 'audit/public-keys.pem', 'telemetry.db'])
  expect(names).not.toContain('audit-signing-key.pem')
  await restoreBackup(target, join(folder, 'restored'))
  expect(existsSync(join(folder, 'restored', 'audit', 'checkpoints.jsonl'))).toBe(true)
})
