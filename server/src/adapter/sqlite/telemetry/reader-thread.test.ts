import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { TelemetryStoreConfig } from './config.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'
import { ReaderThread } from './reader-thread.ts'

let folder: string
let store: TelemetryStore
const start = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000
const everything = { startMs: 0, endMs: 8e15, samplesMax: 1e6 }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-reader-'))
  store = await openTelemetryStore({
    folder,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h' }),
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})
function fill(series: number, samples: number): number[] {
  const refs = Array.from({ length: series }, (_, i) =>
    store.metricStore.catalog.intern('default', { __name__: 'm', i: String(i) }, { kind: 'GAUGE' }),
  )
  for (let i = 0; i < samples; i += 1)
    store.metricStore.append(
      {
        tenant: 'default',
        count: series,
        series: Uint32Array.from(refs),
        timesMs: new Float64Array(series).fill(start + i * 1_000),
        values: Float64Array.from(refs, (ref) => ref + i),
      },
      0,
    )
  return refs
}

test('a reader that dies refuses what waits with STORAGE_UNAVAILABLE; the next question finds a new one', async () => {
  const path = join(folder, 'copy.db')
  const thread = new ReaderThread(path, () => undefined)
  const query = { ...everything, refs: [0, 1] }
  const waiting = [thread.read(query), thread.read(query)]
  for (const one of waiting)
    await expect(one).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retry: true })
  fill(2, 100)
  await store.checkpoint()
  await backup(new DatabaseSync(join(folder, 'telemetry.db'), { readOnly: true }), path)
  const found = await thread.read(query)
  expect(found!.runs.map(({ ref, values }) => [ref, values[0], values.length > 30])).toEqual([
    [0, 0, true],
    [1, 1, true],
  ])
  await thread.close()
  await expect(thread.read(query)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test('reads during checkpoints and merging see every sample once', async () => {
  const refs = fill(200, 10)
  for (let round = 1; round < 30; round += 1) {
    const running = store.checkpoint()
    fill(200, 10 * (round + 1))
    const found = await store.metricStore.range({ tenant: 'default', refs, ...everything })
    for (const { ref, timesMs, values } of found) {
      expect([...timesMs]).toEqual(Array.from({ length: 10 * (round + 1) }, (_, i) => start + i * 1_000))
      expect(values.at(-1)).toBe(ref + 10 * (round + 1) - 1)
    }
    expect(found).toHaveLength(200)
    await running
  }
})

test('a read ends when its asker has gone', async () => {
  const refs = fill(2_000, 2)
  const asker = new AbortController()
  const reading = store.metricStore.range({ tenant: 'default', refs, ...everything, signal: asker.signal })
  asker.abort(new Error('gone'))
  await expect(reading).rejects.toThrow('gone')
})
