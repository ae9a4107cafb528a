import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SeriesKind } from '@aiops/contract/model/series'
import { ManualClock } from '../../../../kernel/clock.ts'
import { type Log, silentLog } from '../../../../kernel/log.ts'
import { createMetrics, type Metrics } from '../../../../kernel/metric.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import { TelemetryStoreConfig } from '../config.ts'
import { openTelemetryStore, type TelemetryStore } from '../open-telemetry-store.ts'

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000
/** A midnight. */
export const startMs = 19_700 * dayMs

/** A store on a folder of its own under a clock that stands still, with words for what the tests do. */
export class KeepRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'aiops-keep-'))
  readonly clock = new ManualClock(startMs)
  metrics: Metrics = createMetrics()
  log: Log = silentLog
  store!: TelemetryStore
  readonly #config: object
  readonly objects: ObjectStore | undefined
  constructor(config: object = {}, objects?: ObjectStore) {
    this.#config = config
    this.objects = objects
  }
  async open(): Promise<this> {
    this.metrics = createMetrics()
    this.store = await openTelemetryStore({
      folder: this.folder,
      clock: this.clock,
      log: this.log,
      metrics: this.metrics,
      config: TelemetryStoreConfig.parse({ checkpoint_interval: '1h', ...this.#config }),
      ...(this.objects ? { objects: this.objects } : {}),
    })
    return this
  }
  async reopen(): Promise<this> {
    await this.store.close()
    return this.open()
  }
  async remove(): Promise<void> {
    await this.store.close()
    rmSync(this.folder, { recursive: true })
  }
  series(name: string, kind: SeriesKind = 'GAUGE', tenant = 'default'): number {
    return this.store.metricStore.catalog.intern(tenant, { __name__: name }, { kind })
  }
  sample(ref: number, timeMs: number, value: number): void {
    this.store.metricStore.append(
      {
        tenant: this.store.metricStore.catalog.describe(ref).tenant,
        count: 1,
        series: Uint32Array.of(ref),
        timesMs: Float64Array.of(timeMs),
        values: Float64Array.of(value),
      },
      0,
    )
  }
  record(timeMs: number, message: string, tenant = 'default'): void {
    const record = { severity: 'INFO' as const, labels: {}, attributes: {}, traceId: '', spanId: '' }
    this.store.logStore.append({ tenant, records: [{ ...record, timeMs, message }] }, 0)
  }
  span(timeMs: number, traceId: string, tenant = 'default'): void {
    const span = {
      traceId,
      spanId: traceId.slice(0, 16),
      parentSpanId: '',
      name: 'n',
      service: 's',
      kind: 'SERVER' as const,
      startMs: timeMs,
      durationMs: 1,
      status: 'OK' as const,
      statusMessage: '',
      attributes: {},
    }
    this.store.traceStore.append({ tenant, spans: [span] }, 0)
  }
  async times(ref: number, from = 0, to = 8e15): Promise<number[]> {
    const { tenant } = this.store.metricStore.catalog.describe(ref)
    const query = { tenant, refs: [ref], startMs: from, endMs: to, samplesMax: 1e8 }
    const [data] = await this.store.metricStore.range(query)
    return data ? [...data.timesMs] : []
  }
  async messages(tenant = 'default'): Promise<string[]> {
    const range = { startMs: 0, endMs: 8e15, limit: 1e6 }
    const found = await this.store.logStore.search({
      tenant,
      labels: {},
      contains: '',
      traceId: '',
      ...range,
    })
    return found.records.map((record) => record.message).reverse()
  }
  /** Moves time on without running what falls due meanwhile: the tests call `maintain` themselves. */
  async later(ms: number): Promise<void> {
    await this.store.maintain()
    await this.clock.advance(ms)
    await this.store.maintain()
  }
}
