import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { DocumentFile } from '../../port/document-source.ts'
import type { EventBus, Topic, Topics } from '../../port/event-bus.ts'
import type { HostProbe } from '../../port/host-probe.ts'
import type { LogStore, StoredLog } from '../../port/log-store.ts'
import type {
  LabelPairs,
  MetricStore,
  SampleBatch,
  SeriesCatalog,
  SeriesMeta,
} from '../../port/metric-store.ts'
import type { AlertRepository } from '../../port/record-store.ts'
import type { Entry, Position, TelemetryLog } from '../../port/telemetry-log.ts'
import type { StoredSpan, TraceStore } from '../../port/trace-store.ts'
import { IngestConfig } from './config.ts'
import type { Ingest, IngestDeps, IngestReply, PullingDeps } from './index.ts'
import { createIngest } from './ingest.ts'

const unused = (..._: unknown[]): never => {
  throw new Error('not part of these tests')
}

/** Series by their sorted labels. */
export class MemoryCatalog implements SeriesCatalog {
  readonly rows: { tenant: TenantId; labels: Labels; meta: SeriesMeta }[] = []
  readonly #refs = new Map<string, number>()
  seriesMax = Number.POSITIVE_INFINITY
  interned = 0
  intern(tenant: TenantId, labels: Labels, meta: SeriesMeta): number {
    this.interned += 1
    const key = JSON.stringify([tenant, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    const known = this.#refs.get(key)
    if (known !== undefined) {
      const row = this.rows[known]!
      row.meta = { ...row.meta, ...(meta.kind === 'UNKNOWN' ? {} : meta) }
      return known
    }
    if (this.rows.length >= this.seriesMax)
      throw new Fault('SERIES_LIMIT', 'The tenant has as many series as it may have.')
    this.rows.push({ tenant, labels: { ...labels }, meta })
    this.#refs.set(key, this.rows.length - 1)
    return this.rows.length - 1
  }
  internPairs(tenant: TenantId, { labels }: LabelPairs, meta: SeriesMeta): number {
    return this.intern(tenant, labels, meta)
  }
  describe(ref: number) {
    return { ref, ...this.rows[ref]! }
  }
  kindOf(ref: number) {
    return this.rows[ref]!.meta.kind
  }
  metaOf = (ref: number) => this.rows[ref]!.meta
  tenantOf = (ref: number) => this.rows[ref]!.tenant
  labelOf = (ref: number, name: string) => this.rows[ref]!.labels[name]
  eachLabel = (ref: number, visit: (name: string, value: string) => void) => {
    for (const [name, value] of Object.entries(this.rows[ref]!.labels)) visit(name, value)
  }
  async find(tenant: TenantId, matchers: readonly { name: string; value: string }[]): Promise<number[]> {
    return this.select(tenant, matchers)
  }
  select(tenant: TenantId, matchers: readonly { name: string; value: string }[]): number[] {
    return [...this.rows.keys()].filter(
      (ref) =>
        this.rows[ref]!.tenant === tenant &&
        matchers.every((m) => this.rows[ref]!.labels[m.name] === m.value),
    )
  }
  labelNames = unused
  labelValues = unused
  count = () => this.rows.length
}

export type Sample = {
  labels: Labels
  kind: string
  unit?: string | undefined
  timeMs: number
  value: number
  bits: string
}

const bitsOf = (values: Float64Array, at: number): string =>
  Buffer.from(Buffer.from(values.buffer, values.byteOffset + at * 8, 8))
    .reverse()
    .toString('hex')

export function samplesOf(catalog: SeriesCatalog, batch: SampleBatch): Sample[] {
  return Array.from({ length: batch.count }, (_, at) => {
    const { labels, meta } = catalog.describe(batch.series[at]!)
    return {
      labels: { ...labels },
      kind: meta.kind,
      unit: meta.unit,
      timeMs: batch.timesMs[at]!,
      value: batch.values[at]!,
      bits: bitsOf(batch.values, at),
    }
  })
}

/** What would be on disk: survives `Rig.crash`. Stores keep what they hold only up to their checkpoint. */
export class Disk {
  entries: { position: Position; entry: Entry }[] = []
  catalog = new MemoryCatalog()
  checkpoints = { metrics: 0, logs: 0, spans: 0 }
  stored: { metrics: Sample[]; logs: StoredLog[]; spans: StoredSpan[] } = { metrics: [], logs: [], spans: [] }
  alerts = new Map<string, Alert>()
}

export class Rig {
  readonly clock: ManualClock
  readonly disk: Disk
  readonly ingest: Ingest
  readonly published: { [T in Exclude<Topic, 'events' | 'points'>]: Topics[T][] } = {
    samples: [],
    logs: [],
    spans: [],
  }
  readonly events: Event[] = []
  readonly stored: Disk['stored']
  readonly metrics = createMetrics()
  readonly positions = { metrics: 0, logs: 0, spans: 0 }
  appendFault: Fault | undefined
  /** Alerts are stored, but the database goes away before it says so. */
  alertsUnheard = false
  ruleFiles: DocumentFile[] = []
  mappingFiles: DocumentFile[] = []
  full: Topic | undefined

  constructor(
    options: {
      config?: Record<string, unknown>
      disk?: Disk
      nowMs?: number
      hostProbe?: HostProbe
      pulling?: PullingDeps
      ruleFiles?: DocumentFile[]
    } = {},
  ) {
    this.clock = new ManualClock(options.nowMs)
    this.ruleFiles = options.ruleFiles ?? []
    this.disk = options.disk ?? new Disk()
    this.stored = structuredClone(this.disk.stored)
    this.ingest = createIngest(
      { ...this.#deps(options.hostProbe ?? null), ...(options.pulling ? { pulling: options.pulling } : {}) },
      IngestConfig.parse(options.config ?? {}),
    )
  }

  static async started(options: ConstructorParameters<typeof Rig>[0] = {}): Promise<Rig> {
    const rig = new Rig(options)
    await rig.ingest.start()
    return rig
  }

  send(
    path: string,
    body: Uint8Array | string,
    headers: Record<string, string> = {},
    params: Record<string, string> = {},
    tenant = 'default',
  ): Promise<IngestReply> {
    const receiver = this.ingest.receivers.find((r) => r.path === path)
    if (!receiver) throw new Error(`no receiver ${path}`)
    return receiver.handle({
      tenant,
      actor: 'test',
      headers,
      params,
      query: new URLSearchParams(),
      body: Buffer.from(body as Uint8Array),
    })
  }

  /** Everything in memory is lost; a new program starts on what the disk holds. */
  crash(): Promise<Rig> {
    return Rig.started({ disk: this.disk, nowMs: this.clock.now(), ruleFiles: this.ruleFiles })
  }

  checkpoint(which: keyof Disk['checkpoints']): void {
    this.disk.checkpoints[which] = this.disk.entries.at(-1)?.position ?? 0
    this.disk.stored = { ...this.disk.stored, [which]: structuredClone(this.stored[which]) }
  }

  #deps(hostProbe: HostProbe | null): IngestDeps {
    return {
      telemetryLog: this.#log(),
      metricStore: this.#metricStore(),
      logStore: this.#logStore(),
      traceStore: this.#traceStore(),
      alerts: this.#alerts(),
      bus: this.#bus(),
      hostProbe,
      ruleSource: { load: async () => this.ruleFiles },
      mappingSource: { load: async () => this.mappingFiles },
      clock: this.clock,
      random: seededRandom(7),
      metrics: this.metrics,
      log: silentLog,
    }
  }

  #log(): TelemetryLog {
    const { disk } = this
    return {
      append: async (entry) => {
        await Promise.resolve()
        if (this.appendFault) throw this.appendFault
        const position = (disk.entries.at(-1)?.position ?? 0) + 1
        disk.entries.push({ position, entry: structuredClone(entry) })
        return position
      },
      async *read(after) {
        for (const row of [...disk.entries]) if (row.position > after) yield row
      },
      truncate: unused,
      last: async () => disk.entries.at(-1)?.position ?? 0,
      close: unused,
    }
  }

  #logStore(): LogStore {
    const store: Partial<LogStore> = {
      append: (batch, position) => {
        this.positions.logs = position
        this.stored.logs.push(...batch.records)
      },
      checkpointed: () => this.disk.checkpoints.logs,
    }
    return store as LogStore
  }

  #traceStore(): TraceStore {
    const store: Partial<TraceStore> = {
      append: (batch, position) => {
        this.positions.spans = position
        this.stored.spans.push(...batch.spans)
      },
      checkpointed: () => this.disk.checkpoints.spans,
    }
    return store as TraceStore
  }

  #metricStore(): MetricStore {
    const { disk, stored, positions } = this
    const store: Partial<MetricStore> = {
      catalog: disk.catalog,
      append: (batch, position) => {
        positions.metrics = position
        stored.metrics.push(...samplesOf(disk.catalog, batch))
      },
      checkpointed: () => disk.checkpoints.metrics,
      latest: (refs) => {
        const newest = new Map<number, { timeMs: number; value: number }>()
        for (const ref of refs) {
          const key = JSON.stringify(Object.entries(disk.catalog.describe(ref).labels))
          const last = stored.metrics.findLast(
            (sample) => JSON.stringify(Object.entries(sample.labels)) === key,
          )
          if (last) newest.set(ref, last)
        }
        return newest
      },
    }
    return store as MetricStore
  }

  #alerts(): AlertRepository {
    const { alerts } = this.disk
    const upsert = (alert: Alert) => {
      const key = `${alert.tenant_id} ${alert.fingerprint} ${alert.starts_at}`
      const known = alerts.get(key)
      const before = known?.status ?? null
      if (known?.status === 'RESOLVED' && alert.status === 'FIRING') return { alert: known, before }
      const kept = known ? { ...alert, id: known.id, incident_id: known.incident_id } : alert
      if (known?.ends_at && known.ends_at > (kept.ends_at ?? '')) kept.ends_at = known.ends_at
      alerts.set(key, kept)
      return { alert: kept, before }
    }
    const repository: Partial<AlertRepository> = {
      upsert: async (alert) => upsert(alert).alert,
      upsertAll: async (list) => {
        const stored = list.map(upsert)
        if (this.alertsUnheard) throw new Fault('STORAGE_UNAVAILABLE', 'Connection terminated unexpectedly.')
        return stored
      },
      latest: async (tenant, fingerprint) =>
        [...alerts.values()]
          .filter((a) => a.tenant_id === tenant && a.fingerprint === fingerprint)
          .sort((a, b) => (a.starts_at < b.starts_at ? 1 : -1))[0],
      expiring: async (afterMs, untilMs, limit) =>
        [...alerts.values()]
          .filter((a) => {
            const ms = a.status === 'FIRING' && a.expires_at ? Date.parse(a.expires_at) : Number.NaN
            return ms > afterMs && ms <= untilMs
          })
          .slice(0, limit),
      list: async (tenant) => ({
        alerts: [...alerts.values()].filter((a) => a.tenant_id === tenant).toReversed(),
        total: alerts.size,
        bySeverity: {},
      }),
    }
    return repository as AlertRepository
  }

  #bus(): EventBus {
    const bus: Partial<EventBus> = {
      hasRoom: (topic) => topic !== this.full,
      publish: (topic, message) => {
        if (topic === 'events') this.events.push(message as Event)
        else (this.published[topic as 'samples'] as unknown[]).push(message)
      },
      idle: async () => undefined,
    }
    return bus as EventBus
  }
}
