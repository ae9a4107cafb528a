import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { Remote } from '../../kernel/remote.ts'
import type {
  Exemplar,
  HistogramData,
  MetricStore,
  RangeQuery,
  RollupQuery,
  RollupResult,
  SampleBatch,
  SeriesCatalog,
  SeriesData,
  SeriesRef,
} from '../../port/metric-store.ts'
import { rollupOfRange } from '../../port/metric-window.ts'
import type { PositionKeeper } from '../../port/position-keeper.ts'
import { type Backlog, RemoteWriter } from '../../port/remote-store.ts'
import type { Position } from '../../port/telemetry-log.ts'
import type { VictoriaMetricsConfig } from './config.ts'
import { NewestSamples } from './newest-sample.ts'
import { encodeLabels, type SeriesWrite } from './remote-write.ts'
import { SampleColumn } from './sample-column.ts'
import { labelKey, ownLabels, selectorOf, serverLabels } from './series-label.ts'
import { VictoriaMetricsServer } from './server.ts'

export type VictoriaMetricsOptions = {
  url: string
  config: VictoriaMetricsConfig
  headers?: () => Promise<Readonly<Record<string, string>>>
  /**
   * Holds what the server cannot: the catalogue with numbers, kinds and units, native histograms and exemplars. It gets every
   * position too.
   */
  beside: MetricStore
  positions: PositionKeeper
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
}

const sampleBytes = 16
/** Up to this many series are asked for one by one, more by their names. */
const selectorsMax = 200
/** Generous for a sample in an export line, digits of time and value. */
const exportBytesPerSample = 48

/**
 * Samples in a VictoriaMetrics of one node, tenants told apart by a label. What the server does not show yet is read from memory.
 * What it holds is what it says it has taken, plus the time it needs to have that on disk: only then a checkpoint covers it.
 * Differences from the port: a value has about 15 digits there; a NaN other than the stale marker is not kept; a sample sent again
 * after it was made visible stays twice, and of two values for one time the server chooses, so run it with
 * `-dedup.minScrapeInterval=1ms`; samples more than two days ahead are not taken. Old data goes by the server's `-retentionPeriod`:
 * `deleteBefore` hides it.
 */
export async function openVictoriaMetricStore(
  options: VictoriaMetricsOptions,
): Promise<MetricStore & Backlog> {
  const { config, clock, log } = options
  const remote = new Remote({
    ...{ name: 'VictoriaMetrics', url: options.url, timeoutMs: config.timeout_ms },
    ...(options.headers ? { headers: options.headers } : {}),
  })
  const server = new VictoriaMetricsServer(remote)
  const store = new VictoriaMetricStore(options, server)
  const lookbackMs = durationMs(config.lookback)
  const startedMs = clock.monotonic()
  const known = await store.restore(clock.now(), lookbackMs)
  log.info(
    { series: known, duration_ms: Math.round(clock.monotonic() - startedMs) },
    'VictoriaMetrics was asked for its series',
  )
  return store
}

class VictoriaMetricStore implements MetricStore, Backlog {
  readonly catalog: SeriesCatalog
  readonly #options: VictoriaMetricsOptions
  readonly #server: VictoriaMetricsServer
  readonly #writer: RemoteWriter<SampleBatch>
  readonly #newest = new NewestSamples()
  readonly #encoded = new Map<SeriesRef, Uint8Array>()
  readonly #outOfOrderMs: number
  readonly #dropped: { inc(count: number): void }
  /** Nothing older is shown, by tenant; '' for all. */
  readonly #floors = new Map<TenantId, number>()
  #appended = 0

  constructor(options: VictoriaMetricsOptions, server: VictoriaMetricsServer) {
    const { config } = options
    this.#options = options
    this.#server = server
    this.catalog = options.beside.catalog
    this.#outOfOrderMs = durationMs(config.out_of_order)
    this.#dropped = options.metrics.counter(
      'aiops_victoriametrics_dropped_samples_total',
      'Samples that were not written: too far out of order, or without a usable time.',
    )
    this.#writer = new RemoteWriter<SampleBatch>(
      options,
      {
        ...{ queueBytesMax: config.queue_bytes, batchBytesMax: config.batch_bytes },
        ...{ visibleMs: config.visible_ms, durableMs: config.durable_ms },
      },
      {
        ...{ name: 'VictoriaMetrics', store: 'metrics' },
        write: (batches) => server.write(this.#seriesOf(batches)),
        show: () => server.show(),
        size: (batch) => batch.count,
      },
    )
  }

  /** Takes the series and newest samples the server has; returns how many series. */
  async restore(nowMs: number, lookbackMs: number): Promise<number> {
    const found = await this.#server.series(nowMs - lookbackMs)
    const own = found.flatMap((metric) => ownLabels(metric) ?? [])
    // In a fixed order, so that a catalogue that was lost is numbered the same way by every process.
    const sorted = own
      .map((one) => ({ ...one, key: `${one.tenant}\0${labelKey(one.labels)}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { tenant, labels } of sorted) this.#intern(tenant, labels)
    for (const { metric, timeMs, value } of await this.#server.newest(nowMs, lookbackMs)) {
      const one = ownLabels(metric)
      const ref = one && this.#intern(one.tenant, one.labels)
      if (ref !== undefined) this.#newest.set(ref, timeMs, Float64Array.of(value), 0)
    }
    return sorted.length
  }

  append(batch: SampleBatch, position: Position): void {
    const { histograms, exemplars } = batch
    this.#options.beside.append(
      {
        ...{ tenant: batch.tenant, count: 0, series: emptyRefs, timesMs: emptyNumbers, values: emptyNumbers },
        ...(histograms ? { histograms } : {}),
        ...(exemplars ? { exemplars } : {}),
      },
      position,
    )
    if (!this.#writer.saw(position)) return
    const samples = this.#taken(batch)
    if (samples.count === 0) return
    this.#appended += samples.count
    this.#writer.push(samples, samples.count * sampleBytes)
  }

  async range(query: RangeQuery): Promise<SeriesData[]> {
    const floorMs = Math.max(this.#floors.get('') ?? 0, this.#floors.get(query.tenant) ?? 0)
    const startMs = Math.max(query.startMs, floorMs)
    const refs = query.refs.filter((ref) => this.catalog.describe(ref).tenant === query.tenant)
    if (refs.length === 0 || startMs > query.endMs) return []
    // Taken before the server is asked: what becomes visible meanwhile is seen twice, never missed.
    const waiting = this.#writer.recent()
    const columns = new Map(refs.map((ref) => [ref, new SampleColumn()]))
    await this.#exportInto(columns, { ...query, refs, startMs })
    for (const batch of waiting) {
      for (let i = 0; i < batch.count; i += 1) {
        const timeMs = batch.timesMs[i]!
        if (timeMs >= startMs && timeMs <= query.endMs)
          columns.get(batch.series[i]!)?.pushFrom(timeMs, batch.values, i)
      }
    }
    const found = refs.flatMap((ref) => {
      const data = columns.get(ref)!.finish()
      return data.timesMs.length === 0 ? [] : [{ ref, ...data }]
    })
    if (found.reduce((sum, { timesMs }) => sum + timesMs.length, 0) > query.samplesMax)
      throw new Fault('INVALID_REQUEST', tooMuch(query.samplesMax))
    return found
  }

  rollup(query: RollupQuery): Promise<RollupResult> {
    return rollupOfRange(this, query)
  }
  histograms(query: RangeQuery): Promise<HistogramData[]> {
    return this.#options.beside.histograms(query)
  }
  exemplars(query: RangeQuery): Promise<Exemplar[]> {
    return this.#options.beside.exemplars(query)
  }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }> {
    const found = new Map<SeriesRef, { timeMs: number; value: number }>()
    for (const ref of refs) {
      const sample = this.#newest.get(ref)
      if (sample) found.set(ref, sample)
    }
    return found
  }

  async checkpoint(): Promise<Position> {
    await Promise.all([this.#writer.checkpoint(), this.#options.beside.checkpoint()])
    return this.checkpointed()
  }
  checkpointed(): Position {
    return Math.min(this.#writer.checkpointed(), this.#options.beside.checkpointed())
  }
  async deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> {
    this.#floors.set(tenant ?? '', Math.max(timeMs, this.#floors.get(tenant ?? '') ?? 0))
    await this.#options.beside.deleteBefore(timeMs, tenant)
  }
  stats(): { series: number; samplesAppended: number; bytesOnDisk: number; headBytes: number } {
    const { bytesOnDisk } = this.#options.beside.stats()
    return {
      series: this.catalog.count(),
      samplesAppended: this.#appended,
      bytesOnDisk,
      headBytes: this.#writer.heldBytes,
    }
  }
  backlog(): { full: boolean; problem: string | null } {
    return this.#writer.backlog()
  }
  close(): Promise<void> {
    return this.#writer.close()
  }

  #intern(tenant: TenantId, labels: Readonly<Record<string, string>>): SeriesRef | undefined {
    try {
      return this.catalog.intern(tenant, labels, { kind: 'UNKNOWN' })
    } catch (error) {
      // More series there than a tenant may have here: those are not seen.
      if (error instanceof Fault && error.code === 'SERIES_LIMIT') return undefined
      throw error
    }
  }

  /** The samples that are written, as a batch; the same one when that is all of them. */
  #taken(batch: SampleBatch): SampleBatch {
    const keep: number[] = []
    for (let i = 0; i < batch.count; i += 1) {
      const ref = batch.series[i]!
      const timeMs = Math.floor(batch.timesMs[i]!)
      const newestMs = this.#newest.timeMs(ref)
      if (!(timeMs >= 0 && timeMs <= 8.64e15) || timeMs < newestMs - this.#outOfOrderMs) continue
      if (timeMs === newestMs && this.#newest.sameValue(ref, batch.values, i)) continue
      keep.push(i)
      if (!(timeMs < newestMs)) this.#newest.set(ref, timeMs, batch.values, i)
    }
    if (keep.length < batch.count) this.#dropped.inc(batch.count - keep.length)
    const { tenant } = batch
    const values = new Float64Array(keep.length)
    keep.forEach((from, to) => {
      values.set(batch.values.subarray(from, from + 1), to)
    })
    const series = Uint32Array.from(keep, (i) => batch.series[i]!)
    return {
      tenant,
      count: keep.length,
      series,
      timesMs: Float64Array.from(keep, (i) => Math.floor(batch.timesMs[i]!)),
      values,
    }
  }

  #seriesOf(batches: readonly SampleBatch[]): SeriesWrite[] {
    const series = new Map<
      SeriesRef,
      { labels: Uint8Array; timesMs: number[]; values: { of: Float64Array; at: number }[] }
    >()
    for (const batch of batches) {
      for (let i = 0; i < batch.count; i += 1) {
        const ref = batch.series[i]!
        const write = series.get(ref) ?? { labels: this.#labelsOf(ref), timesMs: [], values: [] }
        if (write.timesMs.length === 0) series.set(ref, write)
        write.timesMs.push(batch.timesMs[i]!)
        write.values.push({ of: batch.values, at: i })
      }
    }
    return [...series.values()]
  }
  #labelsOf(ref: SeriesRef): Uint8Array {
    let encoded = this.#encoded.get(ref)
    if (!encoded) {
      const { tenant, labels } = this.catalog.describe(ref)
      encoded = encodeLabels(serverLabels(tenant, labels))
      this.#encoded.set(ref, encoded)
    }
    return encoded
  }

  async #exportInto(columns: Map<SeriesRef, SampleColumn>, query: RangeQuery): Promise<void> {
    const series = query.refs.map((ref) => ({ ref, labels: this.catalog.describe(ref).labels }))
    const byKey = new Map(series.map(({ ref, labels }) => [labelKey(labels), ref]))
    const exact = series.length <= selectorsMax
    const selectors = new Set(
      series.map(({ labels }) =>
        selectorOf(query.tenant, exact ? labels : { __name__: labels.__name__ ?? '' }),
      ),
    )
    const message = tooMuch(query.samplesMax)
    // Sent twice, a sample may be there twice.
    const samplesMax = query.samplesMax * 2
    const bytesMax = 1_048_576 + samplesMax * exportBytesPerSample + series.length * 4_096
    let count = 0
    for await (const line of this.#server.export([...selectors], query, bytesMax, message)) {
      const own = ownLabels(line.metric)
      const column =
        own?.tenant === query.tenant ? columns.get(byKey.get(labelKey(own.labels)) ?? -1) : undefined
      if (!column) continue
      count += line.timestamps.length
      if (count > samplesMax) throw new Fault('INVALID_REQUEST', message)
      line.timestamps.forEach((timeMs, i) => {
        const value = line.values[i]
        // The server keeps no other NaN than the stale marker.
        if (value === null || value === undefined) column.pushStale(timeMs)
        else column.push(timeMs, Number(value))
      })
    }
  }
}

const emptyRefs = new Uint32Array(0)
const emptyNumbers = new Float64Array(0)
const tooMuch = (samplesMax: number): string =>
  `The range holds more than ${samplesMax} samples; narrow the time range or the matchers.`
