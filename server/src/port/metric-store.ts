import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Turn } from '../kernel/turn.ts'
import type { Position } from './telemetry-log.ts'

/** A series' number: dense from 0, stable across restarts of one store. */
export type SeriesRef = number

export type SeriesMeta = {
  kind: SeriesKind
  /** UCUM, as OpenTelemetry gives it (`s`, `By`, `1`), when known. */
  unit?: string
  /** Made by the stream stage from other series or spans. */
  derived?: boolean
}

export type SeriesDescription = { ref: SeriesRef; tenant: TenantId; labels: Labels; meta: SeriesMeta }

/** Labels as their reader has them, each name once, no value empty; `labels` makes an object of them. */
export interface LabelPairs {
  readonly names: readonly string[]
  readonly values: readonly string[]
  readonly labels: Labels
}

/** Names to numbers. Labels hold `__name__`. Memory is bounded by `seriesMax` per tenant: over it `intern` throws SERIES_LIMIT. */
export interface SeriesCatalog {
  /** The number of this label set, given out on first sight. Label order does not matter. A known series' meta is refined, never blanked. */
  intern(tenant: TenantId, labels: Labels, meta: SeriesMeta): SeriesRef
  /** As `intern`, for a reader of many. */
  internPairs(tenant: TenantId, pairs: LabelPairs, meta: SeriesMeta): SeriesRef
  describe(ref: SeriesRef): SeriesDescription
  /** What `describe` tells, one thing at a time and without building labels: for hot paths. `metaOf` may be shared: it is not to be changed. */
  kindOf(ref: SeriesRef): SeriesKind
  metaOf(ref: SeriesRef): SeriesMeta
  tenantOf(ref: SeriesRef): TenantId
  labelOf(ref: SeriesRef, name: string): string | undefined
  eachLabel(ref: SeriesRef, visit: (name: string, value: string) => void): void
  /** Refs of a tenant whose labels fit all matchers (regular expressions anchored), ascending. */
  select(tenant: TenantId, matchers: readonly Matcher[]): SeriesRef[]
  /** As `select`, giving way: for matchers that people write. */
  find(tenant: TenantId, matchers: readonly Matcher[], turn: Turn): Promise<SeriesRef[]>
  labelNames(tenant: TenantId): string[]
  labelValues(tenant: TenantId, name: string): string[]
  /** Series of a tenant, or of all. */
  count(tenant?: TenantId): number
}

/**
 * One sample of a native histogram (https://prometheus.io/docs/specs/native_histograms/), counts absolute, buckets sparse:
 * `indexes` ascending, `counts` parallel to it, empty buckets left out. `schema` -4..8 exponential (bucket i ends at
 * 2^(i · 2^-schema)), -53 custom: `bounds` are the upper ends. Counts are doubles, as float histograms have them.
 */
export type NativeHistogram = {
  schema: number
  count: number
  sum: number
  zeroThreshold: number
  zeroCount: number
  positive: { indexes: Int32Array; counts: Float64Array }
  negative: { indexes: Int32Array; counts: Float64Array }
  bounds?: Float64Array
  /** Whether the counts may have begun anew since the sample before; a gauge histogram never accumulates. */
  reset: 'UNKNOWN' | 'YES' | 'NO' | 'GAUGE'
}
export type HistogramSample = { ref: SeriesRef; timeMs: number; histogram: NativeHistogram }
/** An example of what a sample counts, usually with `trace_id` and `span_id` among its labels. */
export type Exemplar = { ref: SeriesRef; timeMs: number; value: number; labels: Labels }

/**
 * Samples of one tenant as columns: entry i is (series[i], timesMs[i], values[i]). Only the first `count` entries hold.
 * Values keep their exact bits (Prometheus' stale marker is a NaN with payload): never pass them through plain arrays.
 * The receiver may keep the arrays; the sender must not reuse them.
 */
export type SampleBatch = {
  tenant: TenantId
  count: number
  series: Uint32Array
  timesMs: Float64Array
  values: Float64Array
  /** Native histograms of this batch; absent for none. A series holds numbers or histograms, by time either. */
  histograms?: readonly HistogramSample[]
  /** Exemplars of this batch; absent for none. A store may keep the newest of each series only. */
  exemplars?: readonly Exemplar[]
}

/** Histograms of one series, times ascending and unique. */
export type HistogramData = { ref: SeriesRef; timesMs: Float64Array; histograms: readonly NativeHistogram[] }

/** Points of one series, times ascending and unique. Columns may be shared with other series: they are not to be changed. */
export type SeriesData = {
  ref: SeriesRef
  timesMs: Float64Array
  values: Float64Array
  /** How many samples there are of which these are enough: see `RangeQuery.newestOfMs`. */
  pickedFrom?: number
}

export type RangeQuery = {
  tenant: TenantId
  refs: readonly SeriesRef[]
  startMs: number
  endMs: number
  samplesMax: number
  /**
   * Where given, the newest sample of each so many milliseconds, counted back from `endMs`, each without its beginning, is enough: a store
   * may leave out any of the others. All of them count for `samplesMax`.
   */
  newestOfMs?: number | undefined
  /** Ends the read between two steps of it, by throwing the signal's reason. */
  signal?: AbortSignal
}

/** A series' samples in windows [k · step, (k + 1) · step) since 1970, as columns, windows ascending, those without a sample left out. */
export type Windows = {
  /** Where windows begin. */
  timesMs: Float64Array
  count: Float64Array
  sum: Float64Array
  min: Float64Array
  max: Float64Array
  last: Float64Array
  /** Absent for a series that is no counter. */
  increase?: Float64Array
}

/** As `RangeQuery`, in windows of `stepMs`: those that touch the range, each of them whole. `samplesMax` counts what has to be read. */
export type RollupQuery = RangeQuery & {
  stepMs: number
  /**
   * Where given, only this column is looked at: a store may leave the others empty. Of `last` windows may be missing, too, whose newest
   * sample is no number: there the series had ended.
   */
  only?: 'sum' | 'min' | 'max' | 'last'
}
export type RollupData = { ref: SeriesRef } & Windows
export type RollupResult = {
  /** Widest step of the rollups that answered a part of it, ms; 0 where only samples did. The windows are the same either way. */
  resolutionMs: number
  series: RollupData[]
}

/**
 * Samples by series and time.
 * `append` puts samples where reads see them at once and never blocks; what it holds in memory is rebuilt from the TelemetryLog
 * (entries after `checkpointed()`) after a crash. Out-of-order samples are accepted within `outOfOrderMs` (2 minutes at least);
 * the same series and time again with the same value is ignored, with another value the last one wins.
 */
export interface MetricStore {
  readonly catalog: SeriesCatalog
  append(batch: SampleBatch, position: Position): void
  /** Data of [startMs, endMs], series without data left out. Throws INVALID_REQUEST over `samplesMax`, naming what to narrow. */
  range(query: RangeQuery): Promise<SeriesData[]>
  /** Counts, sums, least, greatest and last values and increases by window: see `Windows`. Series without data are left out. */
  rollup(query: RollupQuery): Promise<RollupResult>
  /** Native histograms of [startMs, endMs], as `range`; `samplesMax` counts histograms. */
  histograms(query: RangeQuery): Promise<HistogramData[]>
  /** Exemplars of [startMs, endMs] by time; newest kept where there are more than `samplesMax`. */
  exemplars(query: RangeQuery): Promise<Exemplar[]>
  /** The newest sample of each ref, from memory; missing where none. */
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }>
  /** Writes what is in memory to disk; resolves with the log position all of whose samples are now safe. */
  checkpoint(): Promise<Position>
  checkpointed(): Position
  /** Drops whole data older than this, of a tenant or of all. */
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void>
  stats(): { series: number; samplesAppended: number; bytesOnDisk: number; headBytes: number }
  close(): Promise<void>
}
