import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openPositionFile } from '../../server/src/adapter/folder/position-file.ts'
import { openTelemetryStore, TelemetryStoreConfig } from '../../server/src/adapter/sqlite/index.ts'
import {
  openVictoriaMetricStore,
  VictoriaMetricsConfig,
} from '../../server/src/adapter/victoriametrics/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import type { MetricStoreSubject } from '../../server/src/port/histogram.suite.ts'
import { metricStoreConformance } from '../../server/src/port/metric-store.suite.ts'
import type { MetricStore } from '../../server/src/port/metric-store.ts'
import { freePort, integration, type RealServer, startServer } from './real-server.ts'

const limits = {
  'keep their exact bits, in memory, sealed and on disk':
    'a value has about 15 digits there, and of NaNs only the stale marker is kept',
  'sent again after they were sealed and checkpointed are still ignored, or replaced':
    'what is sent again once it is visible is there twice, and of two values the server chooses',
}
const aheadLimit = { 'days apart are all there': 'nothing later than two days from now is taken' }

const startVictoria = (program: string, port?: number, folder?: string): Promise<RealServer> =>
  startServer({
    program,
    readyPath: '/health',
    ...(port === undefined ? {} : { port }),
    args: (used, own) => [
      `-httpListenAddr=127.0.0.1:${used}`,
      `-storageDataPath=${folder ?? join(own, 'data')}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
      '-memory.allowedBytes=128MB',
    ],
  })

for (const [version, program, more] of [
  ['1.79 (Debian)', 'victoria-metrics', aheadLimit],
  ['current', 'victoria-metrics-current', aheadLimit],
] as const)
  integration(`a real VictoriaMetrics ${version}`, [program], () => {
    metricStoreConformance(`VictoriaMetrics ${version}`, () => openSubject(program), true, {
      ...limits,
      ...more,
    })

    describe('beyond what every store does', () => {
      let subject: Subject
      beforeAll(async () => {
        subject = await openSubject(program)
      })
      afterAll(() => subject.close())

      test('values come back from the server as they were, stale markers and infinities too', async () => {
        const { store } = subject
        const ref = store.catalog.intern('default', { __name__: 'values', 'k8s.pod': 'a' }, { kind: 'GAUGE' })
        const values = [
          1.5,
          -0.1,
          123_456_789.25,
          1e-7,
          Number.POSITIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
          0,
        ]
        const now = Date.now() - 60_000
        store.append(
          batchOf(
            'default',
            values.map((value, i) => [ref, now + i, value]),
          ),
          1,
        )
        expect(await readOf(store, ref)).toEqual(values.map((value, i) => [now + i, value]))
        await store.checkpoint()
        expect(await readOf(store, ref)).toEqual(values.map((value, i) => [now + i, value]))
      })
      test('a sender cannot pass for another tenant by a label', async () => {
        const { store } = subject
        const labels = { __name__: 'mine', aiops_tenant: 'other', aiops_tenant_: 'x' }
        const ref = store.catalog.intern('default', labels, { kind: 'GAUGE' })
        store.append(batchOf('default', [[ref, Date.now(), 1]]), 2)
        await store.checkpoint()
        expect(await readOf(store, ref)).toHaveLength(1)
        const answer = await fetch(`${subject.server.origin}/api/v1/series?match[]={__name__="mine"}&start=0`)
        expect(await answer.json()).toMatchObject({
          data: [{ __name__: 'mine', aiops_tenant: 'default', aiops_tenant_: 'other', aiops_tenant__: 'x' }],
        })
      })
      test('the catalogue is rebuilt from the server when the data folder is lost', async () => {
        const own = await openSubject(program)
        onTestFinished(() => own.close())
        const ref = own.store.catalog.intern('acme', { __name__: 'kept', 'a.b': 'ünï' }, { kind: 'COUNTER' })
        own.store.append(batchOf('acme', [[ref, Date.now() - 1_000, 7.25]]), 1)
        const store = await own.loseFolder()
        expect(store.checkpointed()).toBe(0)
        expect(store.catalog.select('acme', [{ name: 'a.b', op: '=', value: 'ünï' }])).toEqual([0])
        expect((await readOf(store, 0, 'acme')).map(([, value]) => value)).toEqual([7.25])
        expect(store.latest([0]).get(0)?.value).toBe(7.25)
      })
      test('what is appended while the server is away is written when it is back', async () => {
        const port = await freePort()
        const folder = mkdtempSync(join(tmpdir(), 'aiops-victoria-'))
        let server = await startVictoria(program, port, folder)
        onTestFinished(async () => {
          await server.stop()
          rmSync(folder, { recursive: true, force: true })
        })
        const own = await openStore(`http://127.0.0.1:${port}`, mkdtempSync(join(folder, 'own-')), {
          timeout_ms: '1000',
        })
        const ref = own.store.catalog.intern('default', { __name__: 'a' }, { kind: 'GAUGE' })
        await server.stop()
        const now = Date.now()
        own.store.append(batchOf('default', [[ref, now, 1]]), 5)
        await expect(own.store.checkpoint()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
        expect(own.store.checkpointed()).toBe(0)
        await expect(readOf(own.store, ref)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
        expect(own.store.latest([ref]).get(ref)?.value).toBe(1)
        server = await startVictoria(program, port, folder)
        expect(await own.store.checkpoint()).toBe(5)
        expect(await readOf(own.store, ref)).toEqual([[now, 1]])
        await own.close()
      })
    })
  })

type Subject = MetricStoreSubject & { server: RealServer; loseFolder(): Promise<MetricStore> }

async function openSubject(program: string): Promise<Subject> {
  const server = await startVictoria(program)
  let folder = mkdtempSync(join(tmpdir(), 'aiops-metrics-'))
  let open = await openStore(server.origin, folder)
  const again = async (path: string): Promise<MetricStore> => {
    await open.close()
    open = await openStore(server.origin, path)
    return open.store
  }
  return {
    server,
    get store() {
      return open.store
    },
    restart: () => again(folder),
    async loseFolder() {
      const before = folder
      folder = mkdtempSync(join(tmpdir(), 'aiops-metrics-'))
      const store = await again(folder)
      rmSync(before, { recursive: true, force: true })
      return store
    },
    async close() {
      await open.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openStore(url: string, folder: string, config: Record<string, string> = {}) {
  const base = { clock: systemClock, log: createLog({ level: 'silent' }), metrics: createMetrics() }
  const embedded = await openTelemetryStore({
    ...base,
    folder,
    config: TelemetryStoreConfig.parse({ series_max: 50, retention: { metrics: { age: '36500d' } } }),
  })
  const store = await openVictoriaMetricStore({
    ...{ ...base, url, random: systemRandom, beside: embedded.metricStore },
    positions: openPositionFile(join(folder, 'positions.json')),
    config: VictoriaMetricsConfig.parse({ durable_ms: '0', lookback: '3650d', ...config }),
  })
  return {
    store,
    async close() {
      await store.close()
      await embedded.close()
    },
  }
}

function batchOf(tenant: string, samples: readonly (readonly [number, number, number])[]) {
  return {
    tenant,
    count: samples.length,
    series: Uint32Array.from(samples, ([ref]) => ref),
    timesMs: Float64Array.from(samples, ([, time]) => time),
    values: Float64Array.from(samples, ([, , value]) => value),
  }
}

async function readOf(store: MetricStore, ref: number, tenant = 'default'): Promise<[number, number][]> {
  const [data] = await store.range({ tenant, refs: [ref], startMs: 0, endMs: 8e15, samplesMax: 1_000 })
  return data ? [...data.timesMs].map((time, i) => [time, data.values[i]!]) : []
}
