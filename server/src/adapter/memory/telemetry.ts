import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type {
  LogBatch,
  LogQuery,
  LogScan,
  LogStore,
  LogStream,
  StoredLog,
  StreamQuery,
} from '../../port/log-store.ts'
import { inTimeOrder, recordTest, streamsOf, streamTest } from '../../port/log-stream.ts'
import type {
  Exemplar,
  HistogramData,
  HistogramSample,
  LabelPairs,
  MetricStore,
  RangeQuery,
  RollupQuery,
  RollupResult,
  SampleBatch,
  SeriesCatalog,
  SeriesData,
  SeriesDescription,
  SeriesMeta,
  SeriesRef,
} from '../../port/metric-store.ts'
import { rollupOfRange } from '../../port/metric-window.ts'
import type { Entry, Position, TelemetryLog } from '../../port/telemetry-log.ts'

// Telemetry ports in plain arrays: for tests of stages and as the reference the conformance suites compare others with. Nothing
// outlives the process and searches look at everything.

export { MemoryTraceStore } from './trace-store.ts'

export class MemoryTelemetryLog implements TelemetryLog {
  #entries: { position: Position; entry: Entry }[] = []
  #last = 0
  #waitingBytes = 0
  readonly #queueBytesMax: number
  constructor(queueBytesMax = 64 * 1_048_576) {
    this.#queueBytesMax = queueBytesMax
  }
  async append(entry: Entry): Promise<Position> {
    const bytes = entry.body.length
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#queueBytesMax) {
      throw new Fault(
        'QUEUE_FULL',
        `${this.#waitingBytes} bytes already wait; the limit is ${this.#queueBytesMax}.`,
      )
    }
    const kept = { ...entry, body: new Uint8Array(entry.body) }
    this.#waitingBytes += bytes
    await Promise.resolve()
    this.#waitingBytes -= bytes
    this.#last += 1
    this.#entries.push({ position: this.#last, entry: kept })
    return this.#last
  }
  async *read(after: Position): AsyncIterable<{ position: Position; entry: Entry }> {
    for (const item of [...this.#entries]) if (item.position > after) yield item
  }
  async truncate(upTo: Position): Promise<void> {
    this.#entries = this.#entries.filter(({ position }) => position > upTo)
  }
  async last(): Promise<Position> {
    return this.#last
  }
  async close(): Promise<void> {}
}

class MemoryCatalog implements SeriesCatalog {
  readonly #refs = new Map<string, SeriesRef>()
  readonly #series: SeriesDescription[] = []
  readonly #seriesMax: number
  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax
  }
  intern(tenant: string, labels: Labels, meta: SeriesMeta): SeriesRef {
    const entries = Object.entries(labels).filter(([, value]) => value !== '')
    const key = JSON.stringify([tenant, entries.sort(([a], [b]) => (a < b ? -1 : 1))])
    const known = this.#refs.get(key)
    if (known !== undefined) {
      const before = this.#series[known]!.meta
      const kind: SeriesKind = meta.kind === 'UNKNOWN' ? before.kind : meta.kind
      this.#series[known]!.meta = {
        ...before,
        kind,
        ...(meta.unit ? { unit: meta.unit } : {}),
        ...(meta.derived ? { derived: true } : {}),
      }
      return known
    }
    if (this.count(tenant) >= this.#seriesMax)
      throw new Fault('SERIES_LIMIT', `Tenant ${tenant} has ${this.#seriesMax} series, the most it may have.`)
    const ref = this.#series.length
    this.#refs.set(key, ref)
    this.#series.push({ ref, tenant, labels: Object.fromEntries(entries), meta: { ...meta } })
    return ref
  }
  internPairs(tenant: string, { labels }: LabelPairs, meta: SeriesMeta): SeriesRef {
    return this.intern(tenant, labels, meta)
  }
  describe(ref: SeriesRef): SeriesDescription {
    return this.#series[ref]!
  }
  kindOf(ref: SeriesRef): SeriesKind {
    return this.#series[ref]!.meta.kind
  }
  metaOf(ref: SeriesRef): SeriesMeta {
    return this.#series[ref]!.meta
  }
  tenantOf(ref: SeriesRef): string {
    return this.#series[ref]!.tenant
  }
  labelOf(ref: SeriesRef, name: string): string | undefined {
    return labelOf(this.#series[ref]!.labels, name) || undefined
  }
  eachLabel(ref: SeriesRef, visit: (name: string, value: string) => void): void {
    for (const [name, value] of Object.entries(this.#series[ref]!.labels)) visit(name, value)
  }
  async find(tenant: string, matchers: readonly Matcher[]): Promise<SeriesRef[]> {
    return this.select(tenant, matchers)
  }
  select(tenant: string, matchers: readonly Matcher[]): SeriesRef[] {
    const tests = matchers.map(matcherTest)
    return this.#of(tenant)
      .filter(({ labels }) => tests.every((test) => test(labels)))
      .map(({ ref }) => ref)
  }
  labelNames(tenant: string): string[] {
    return [...new Set(this.#of(tenant).flatMap(({ labels }) => Object.keys(labels)))].sort()
  }
  labelValues(tenant: string, name: string): string[] {
    return [...new Set(this.#of(tenant).flatMap(({ labels }) => labelOf(labels, name) || []))].sort()
  }
  count(tenant?: string): number {
    return tenant === undefined ? this.#series.length : this.#of(tenant).length
  }
  #of(tenant: string): SeriesDescription[] {
    return this.#series.filter((series) => series.tenant === tenant)
  }
}

/** A value as its bits: NaN payloads do not survive a number. */
type Sample = { timeMs: number; bits: bigint }

export class MemoryMetricStore implements MetricStore {
  readonly catalog: SeriesCatalog
  readonly #samples = new Map<SeriesRef, Sample[]>()
  #histograms: HistogramSample[] = []
  #exemplars: Exemplar[] = []
  readonly #outOfOrderMs: number
  #position = 0
  #checkpointed = 0
  #appended = 0
  constructor(options: { seriesMax?: number; outOfOrderMs?: number } = {}) {
    this.catalog = new MemoryCatalog(options.seriesMax ?? 1_000_000)
    this.#outOfOrderMs = options.outOfOrderMs ?? 120_000
  }
  append(batch: SampleBatch, position: Position): void {
    this.#position = Math.max(this.#position, position)
    const bits = new BigUint64Array(batch.values.buffer, batch.values.byteOffset, batch.count)
    for (let i = 0; i < batch.count; i += 1)
      this.#add(batch.series[i]!, { timeMs: Math.floor(batch.timesMs[i]!), bits: bits[i]! })
    for (const sample of batch.histograms ?? []) this.#addHistogram(sample)
    for (const exemplar of batch.exemplars ?? []) this.#addExemplar(exemplar)
  }
  async range(query: RangeQuery): Promise<SeriesData[]> {
    const found: SeriesData[] = []
    let count = 0
    for (const ref of query.refs) {
      if (this.catalog.describe(ref).tenant !== query.tenant) continue
      const samples = (this.#samples.get(ref) ?? []).filter(
        ({ timeMs }) => timeMs >= query.startMs && timeMs <= query.endMs,
      )
      count += samples.length
      if (count > query.samplesMax)
        throw new Fault(
          'INVALID_REQUEST',
          `The range holds more than ${query.samplesMax} samples; narrow the time range or the matchers.`,
        )
      const values = new Float64Array(BigUint64Array.from(samples, ({ bits }) => bits).buffer)
      if (samples.length > 0)
        found.push({ ref, timesMs: Float64Array.from(samples, ({ timeMs }) => timeMs), values })
    }
    return found
  }
  async histograms(query: RangeQuery): Promise<HistogramData[]> {
    const found: HistogramData[] = []
    let count = 0
    for (const ref of query.refs) {
      if (this.catalog.describe(ref).tenant !== query.tenant) continue
      const within = this.#histograms.filter((sample) => sample.ref === ref && isWithin(sample, query))
      const samples = [...new Map(within.map((sample) => [sample.timeMs, sample])).values()]
      samples.sort((a, b) => a.timeMs - b.timeMs)
      count += samples.length
      if (count > query.samplesMax)
        throw new Fault(
          'INVALID_REQUEST',
          `The range holds more than ${query.samplesMax} histograms; narrow the time range or the matchers.`,
        )
      if (samples.length > 0)
        found.push({
          ref,
          timesMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
          histograms: samples.map(({ histogram }) => histogram),
        })
    }
    return found
  }
  async exemplars(query: RangeQuery): Promise<Exemplar[]> {
    const found = this.#exemplars
      .filter((exemplar) => query.refs.includes(exemplar.ref) && isWithin(exemplar, query))
      .filter(({ ref }) => this.catalog.describe(ref).tenant === query.tenant)
      .sort((a, b) => a.timeMs - b.timeMs)
    return found.slice(Math.max(0, found.length - query.samplesMax))
  }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }> {
    const found = new Map<SeriesRef, { timeMs: number; value: number }>()
    for (const ref of refs) {
      const last = this.#samples.get(ref)?.at(-1)
      if (last)
        found.set(ref, {
          timeMs: last.timeMs,
          value: new Float64Array(BigUint64Array.of(last.bits).buffer)[0]!,
        })
    }
    return found
  }
  async checkpoint(): Promise<Position> {
    this.#checkpointed = this.#position
    return this.#checkpointed
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  async deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    const stays = (ref: SeriesRef, sampleMs: number): boolean =>
      sampleMs >= timeMs || (tenant !== undefined && this.catalog.describe(ref).tenant !== tenant)
    for (const [ref, samples] of this.#samples)
      this.#samples.set(
        ref,
        samples.filter((sample) => stays(ref, sample.timeMs)),
      )
    this.#histograms = this.#histograms.filter((sample) => stays(sample.ref, sample.timeMs))
    this.#exemplars = this.#exemplars.filter((exemplar) => stays(exemplar.ref, exemplar.timeMs))
  }
  rollup(query: RollupQuery): Promise<RollupResult> {
    return rollupOfRange(this, query)
  }
  stats(): { series: number; samplesAppended: number; bytesOnDisk: number; headBytes: number } {
    return { series: this.catalog.count(), samplesAppended: this.#appended, bytesOnDisk: 0, headBytes: 0 }
  }
  async close(): Promise<void> {}

  #addHistogram({ ref, timeMs: time, histogram }: HistogramSample): void {
    const timeMs = Math.floor(time)
    const own = this.#histograms.filter((sample) => sample.ref === ref)
    const newest = own.reduce((most, sample) => Math.max(most, sample.timeMs), Number.NEGATIVE_INFINITY)
    if (!(timeMs >= 0 && timeMs <= 8.64e15) || timeMs < newest - this.#outOfOrderMs) return
    this.#histograms.push({ ref, timeMs, histogram })
  }
  /** The newest sixteen of each series. */
  #addExemplar(added: Exemplar): void {
    const text = JSON.stringify(added)
    const own = this.#exemplars.filter((exemplar) => exemplar.ref === added.ref)
    if (!(added.timeMs >= 0 && added.timeMs <= 8.64e15) || own.some((one) => JSON.stringify(one) === text))
      return
    const kept = [...own, added].sort((a, b) => a.timeMs - b.timeMs).slice(-16)
    this.#exemplars = [...this.#exemplars.filter((exemplar) => exemplar.ref !== added.ref), ...kept]
  }
  #add(ref: SeriesRef, sample: Sample): void {
    const samples = this.#samples.get(ref) ?? []
    if (samples.length === 0) this.#samples.set(ref, samples)
    const newest = samples.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY
    if (!(sample.timeMs >= 0 && sample.timeMs <= 8.64e15) || sample.timeMs < newest - this.#outOfOrderMs)
      return
    let at = samples.length
    while (at > 0 && samples[at - 1]!.timeMs >= sample.timeMs) at -= 1
    const known = samples[at]?.timeMs === sample.timeMs
    if (!known) this.#appended += 1
    samples.splice(at, known ? 1 : 0, sample)
  }
}

const isWithin = ({ timeMs }: { timeMs: number }, query: RangeQuery): boolean =>
  timeMs >= query.startMs && timeMs <= query.endMs

export class MemoryLogStore implements LogStore {
  #records: { tenant: string; record: StoredLog }[] = []
  #position = 0
  #checkpointed = 0
  append(batch: LogBatch, position: Position): void {
    this.#position = Math.max(this.#position, position)
    for (const record of batch.records) this.#records.push({ tenant: batch.tenant, record })
  }
  async search(query: LogQuery): Promise<{ records: StoredLog[]; truncated: boolean }> {
    const fits = ({ tenant, record }: { tenant: string; record: StoredLog }): boolean =>
      tenant === query.tenant &&
      record.timeMs >= query.startMs &&
      record.timeMs <= query.endMs &&
      (query.traceId === '' || record.traceId === query.traceId) &&
      record.message.includes(query.contains) &&
      Object.entries(query.labels).every(([name, value]) => labelOf(record.labels, name) === value)
    const found = this.#records
      .filter(fits)
      .map(({ record }) => record)
      .reverse()
    found.sort((a, b) => b.timeMs - a.timeMs)
    return { records: found.slice(0, query.limit), truncated: found.length > query.limit }
  }
  async *scan(query: LogScan): AsyncIterable<StoredLog[]> {
    const fits = recordTest(query)
    const found = inTimeOrder(this.#within(query).filter(fits), query.direction)
    for (let from = 0; from < found.length; from += 1_000) {
      query.signal?.throwIfAborted()
      yield found.slice(from, from + 1_000)
    }
  }
  async streams(query: StreamQuery): Promise<LogStream[]> {
    const fits = recordTest({ ...query, lines: [] })
    return streamsOf(this.#within(query).filter(fits))
  }
  async checkpoint(): Promise<Position> {
    this.#checkpointed = this.#position
    return this.#checkpointed
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  async deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    this.#records = this.#records.filter(
      (item) => item.record.timeMs >= timeMs || (tenant ?? item.tenant) !== item.tenant,
    )
  }
  stats(): { records: number; bytesOnDisk: number } {
    return { records: this.#records.length, bytesOnDisk: 0 }
  }
  async close(): Promise<void> {}
  #within({ tenant: wanted, matchers }: StreamQuery): StoredLog[] {
    const fits = streamTest(matchers)
    return this.#records
      .filter(({ tenant, record }) => tenant === wanted && fits(record.labels))
      .map(({ record }) => record)
  }
}

const labelOf = (labels: Labels, name: string): string => (Object.hasOwn(labels, name) ? labels[name]! : '')

function matcherTest({ name, op, value }: Matcher): (labels: Labels) => boolean {
  if (op === '=') return (labels) => labelOf(labels, name) === value
  if (op === '!=') return (labels) => labelOf(labels, name) !== value
  if (value.length > 1_000)
    throw new Fault('INVALID_REQUEST', 'A label pattern may have at most 1,000 characters.')
  try {
    const pattern = new RegExp(`^(?:${value})$`, 's')
    return (labels) => pattern.test(labelOf(labels, name)) === (op === '=~')
  } catch (error) {
    throw new Fault(
      'INVALID_REQUEST',
      `The label pattern ${JSON.stringify(value)} cannot be used: ${messageOf(error)}.`,
      { cause: error },
    )
  }
}
