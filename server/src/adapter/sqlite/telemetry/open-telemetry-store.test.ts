import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock, systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { logStoreConformance } from '../../../port/log-store.suite.ts'
import { metricStoreConformance } from '../../../port/metric-store.suite.ts'
import { telemetryLogConformance } from '../../../port/telemetry-log.suite.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import { traceStoreConformance } from '../../../port/trace-store.suite.ts'
import { TelemetryStoreConfig } from './config.ts'
import { forever } from './forever.ts'
import { openTelemetryStore, type TelemetryStore } from './open-telemetry-store.ts'

async function subjectOf<T>(pick: (store: TelemetryStore) => T) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-store-'))
  const config = TelemetryStoreConfig.parse({
    retention: forever,
    series_max: 50,
    queue_bytes_max: 100_000,
    checkpoint_interval: '1h',
  })
  const open = () =>
    openTelemetryStore({ folder, clock: systemClock, log: silentLog, metrics: createMetrics(), config })
  let store = await open()
  return {
    subject: pick(store),
    restart: async () => {
      await store.close()
      store = await open()
      return pick(store)
    },
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

telemetryLogConformance('the embedded store', async () => {
  const { subject, ...rest } = await subjectOf((store) => store.telemetryLog)
  return { log: subject, ...rest }
})
metricStoreConformance('the embedded store', async () => {
  const { subject, ...rest } = await subjectOf((store) => store.metricStore)
  return { store: subject, ...rest }
})
logStoreConformance('the embedded store', async () => {
  const { subject, ...rest } = await subjectOf((store) => store.logStore)
  return { store: subject, ...rest }
})
traceStoreConformance('the embedded store', async () => {
  const { subject, ...rest } = await subjectOf((store) => store.traceStore)
  return { store: subject, ...rest }
})

describe('the store as a whole', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aiops-store-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const open = (config: Partial<TelemetryStoreConfig> = {}) =>
    openTelemetryStore({
      folder,
      clock: systemClock,
      log: silentLog,
      metrics: createMetrics(),
      config: TelemetryStoreConfig.parse({ retention: forever, ...config }),
    })
  const entry: Entry = {
    kind: 'remote-write',
    tenant: 'default',
    body: new Uint8Array(50_000),
    encoding: 'identity',
    format: 'json',
    receivedMs: 0,
  }
  const positions = async (store: TelemetryStore): Promise<number[]> => {
    const found = []
    for await (const { position } of store.telemetryLog.read(0)) found.push(position)
    return found
  }
  const sample = (store: TelemetryStore, time: number, position: number): void => {
    const ref = store.metricStore.catalog.intern('default', { __name__: 'm' }, { kind: 'GAUGE' })
    store.metricStore.append(
      {
        tenant: 'default',
        count: 1,
        series: Uint32Array.of(ref),
        timesMs: Float64Array.of(time),
        values: Float64Array.of(time),
      },
      position,
    )
  }
  const times = async (store: TelemetryStore): Promise<number[]> => {
    const [data] = await store.metricStore.range({
      tenant: 'default',
      refs: [0],
      startMs: 0,
      endMs: 8e15,
      samplesMax: 1e6,
    })
    return data ? [...data.timesMs] : []
  }

  test('cuts the log after a checkpoint, even when only one of the three stores was given anything', async () => {
    const store = await open()
    for (let i = 1; i <= 5; i += 1) sample(store, i * 1_000, await store.telemetryLog.append(entry))
    await store.telemetryLog.append(entry)
    await store.checkpoint()
    expect(await positions(store)).toEqual([6])
    await store.close()
  })
  test('a checkpoint in the middle of a replay gives up nothing that was covered before', async () => {
    let store = await open()
    for (let i = 1; i <= 4; i += 1) sample(store, i * 1_000, await store.telemetryLog.append(entry))
    await store.metricStore.checkpoint()
    await store.close()
    store = await open()
    sample(store, 1_000, 1)
    expect(await store.metricStore.checkpoint()).toBe(4)
    expect(await times(store)).toEqual([1_000, 2_000, 3_000, 4_000])
    await store.close()
  })
  test('a checkpoint that finds no room keeps everything readable, and the next one with room writes it', async () => {
    const store = await open({ file_bytes_max: 600_000 })
    let full: unknown
    while (!full) await store.telemetryLog.append(entry).catch((error) => (full = error))
    for (let i = 0; i < 30_000; i += 1) sample(store, i, 0)
    for (let i = 0; i < 3_000; i += 1) {
      const record = {
        timeMs: i,
        severity: 'INFO' as const,
        message: randomUUID(),
        labels: {},
        attributes: {},
        traceId: '',
        spanId: '',
      }
      store.logStore.append({ tenant: 'default', records: [record] }, 0)
    }
    await expect(store.logStore.checkpoint()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await times(store)).toHaveLength(30_000)
    const search = {
      tenant: 'default',
      labels: {},
      contains: '',
      traceId: '',
      startMs: 0,
      endMs: 8e15,
      limit: 5_000,
    }
    expect((await store.logStore.search(search)).records).toHaveLength(3_000)
    await store.telemetryLog.truncate(1_000)
    await store.checkpoint()
    await store.close()
    const again = await open()
    expect(await times(again)).toHaveLength(30_000)
    expect((await again.logStore.search(search)).records).toHaveLength(3_000)
    await again.close()
  })
  test('tells in its metrics what became of samples', async () => {
    const metrics = createMetrics()
    const store = await openTelemetryStore({
      folder,
      clock: systemClock,
      log: silentLog,
      metrics,
      config: TelemetryStoreConfig.parse({ retention: forever }),
    })
    sample(store, 1_000, 0)
    sample(store, 1_000, 0)
    await store.checkpoint()
    const text = await metrics.render()
    expect(text).toMatch(/aiops_store_samples\{outcome="accepted"\} 1\n/)
    expect(text).toMatch(/aiops_store_samples\{outcome="duplicate"\} 1\n/)
    expect(text).toMatch(/aiops_store_checkpoint_seconds_count 1\n/)
    await store.close()
  })
  test('checkpoints by itself and forgets what is older than the retention', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const config = TelemetryStoreConfig.parse({ retention: { metrics: { age: '1h' } } })
    const store = await openTelemetryStore({
      folder,
      clock,
      log: silentLog,
      metrics: createMetrics(),
      config,
    })
    sample(store, clock.now(), await store.telemetryLog.append(entry))
    await clock.advance(60_000)
    await vi.waitFor(() => expect(store.metricStore.checkpointed()).toBe(1))
    expect(await times(store)).toHaveLength(1)
    await clock.advance(2 * 3_600_000)
    await vi.waitFor(async () => expect(await times(store)).toEqual([]))
    await store.close()
  })
})
