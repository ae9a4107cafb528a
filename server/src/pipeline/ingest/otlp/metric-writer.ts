import type { Labels } from '@aiops/contract/model/label'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import type {
  Exemplar,
  HistogramSample,
  SeriesCatalog,
  SeriesMeta,
  SeriesRef,
} from '../../../port/metric-store.ts'
import { markDelta } from '../histogram-delta.ts'
import { invalid, type LabelLimits, LabelSet } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { outOfTime, SampleColumns, STALE_HI, STALE_LO } from '../sample-columns.ts'
import { type Attribute, textOf } from './attribute.ts'
import { exemplarOf } from './exemplar.ts'
import { nativeHistogram } from './exponential-histogram.ts'
import type { MetricHeader, MetricPoint } from './metric-point.ts'
import type { Promotion } from './promotion.ts'
import { type RawScope, scopeAttributes } from './scope.ts'

export type MetricLimits = {
  labels: LabelLimits
  samplesMax: number
  ageMsMax: number
  futureMsMax: number
  bucketsMax: number
  exponentialBucketsMax: number
  promoteScope: boolean
}

/** Label pairs that a resource, and its scope where that is promoted, give to each of their series. */
export type ResourceLabels = readonly (readonly [string, string])[]

/** The stored series that one OTLP data point feeds. Refs are NONE until the first value that needs them. */
export type PointSeries = {
  readonly header: MetricHeader
  /** Of the point, without suffix; kept only where series are still to be made: for classic histograms and summaries. */
  readonly labels: Labels | null
  value: SeriesRef
  count: SeriesRef
  sum: SeriesRef
  /** Upper bounds of a histogram or quantiles of a summary as last seen, and a series for each (histogram: and for +Inf). */
  bounds: readonly number[]
  parts: readonly SeriesRef[]
}

/** What was written of one request. */
export type Written = {
  columns: SampleColumns
  histograms: readonly HistogramSample[]
  exemplars: readonly Exemplar[]
  rejections: Rejections
}

const NONE = -1

/**
 * OTLP data points to samples. Names keep their dots. Monotonic sums are counters; other sums and gauges are gauges; a histogram
 * becomes `_bucket{le}`, `_sum` and `_count` with cumulative counts; a summary becomes its quantiles, `_sum` and `_count`; an
 * exponential histogram becomes a native one. Delta values are noted as differences: whoever stores them adds the stored total.
 */
export class MetricWriter {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: MetricLimits
  readonly #promotion: Promotion
  #columns: SampleColumns
  #rejections = new Rejections()
  #histograms: HistogramSample[] = []
  #exemplars: Exemplar[] = []
  #earliestMs = 0
  #latestMs = 0

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: MetricLimits, promotion: Promotion) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
    this.#promotion = promotion
    this.#columns = new SampleColumns(0, limits.samplesMax)
  }

  begin(nowMs: number, capacity: number): void {
    this.#columns = new SampleColumns(capacity, this.#limits.samplesMax)
    this.#rejections = new Rejections()
    this.#histograms = []
    this.#exemplars = []
    this.#earliestMs = nowMs - this.#limits.ageMsMax
    this.#latestMs = nowMs + this.#limits.futureMsMax
  }

  finish(): Written {
    return {
      columns: this.#columns,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      rejections: this.#rejections,
    }
  }

  reject(fault: Fault): void {
    this.#rejections.add(fault)
  }

  /** Whether a scope gives labels to its series, so that two scopes make two series of one name. */
  get promotesScope(): boolean {
    return this.#limits.promoteScope
  }

  scopeLabels(resource: ResourceLabels, scope: RawScope): ResourceLabels {
    return [...resource, ...scopeAttributes(scope).map(({ key, value }) => [key, textOf(value)] as const)]
  }

  resourceLabels(attributes: readonly Attribute[]): ResourceLabels {
    return attributes
      .filter(({ key }) => this.#promotion.takes(key))
      .map(({ key, value }) => [key, textOf(value)] as const)
  }

  /** Finds out where a point's values belong. Throws INVALID_LABELS or SERIES_LIMIT: the point is then to be rejected. */
  open(header: MetricHeader, resource: ResourceLabels, attributes: readonly Attribute[]): PointSeries {
    if (header.name === '') throw invalid('A metric has no name.')
    const set = new LabelSet(this.#limits.labels)
    set.add('__name__', header.name)
    for (const { key, value } of attributes) set.add(key, textOf(value))
    for (const [name, value] of resource) set.addMissing(name, value)
    const plain = header.type === 'GAUGE' || header.type === 'SUM' || header.type === 'EXPONENTIAL'
    return {
      header,
      labels: plain ? null : set.labels,
      value: plain ? this.#catalog.intern(this.#tenant, set.labels, meta(kindOf(header), header.unit)) : NONE,
      count: NONE,
      sum: NONE,
      bounds: [],
      parts: [],
    }
  }

  /** Throws INVALID_SAMPLE; before `open`, so that a point out of time makes no series. */
  checkTime(timeMs: number): void {
    if (timeMs >= this.#earliestMs && timeMs <= this.#latestMs) return
    throw outOfTime(timeMs, this.#earliestMs, this.#limits)
  }

  /** Throws INVALID_SAMPLE or SERIES_LIMIT, with nothing written, when the point cannot be taken. */
  write(series: PointSeries, point: MetricPoint): void {
    switch (series.header.type) {
      case 'GAUGE':
      case 'SUM':
        this.#put(series, series.value, point, point.value)
        if (point.exemplars.length > 0) this.#keepExemplars(point, () => series.value)
        return
      case 'EXPONENTIAL':
        this.#native(series, point)
        return
      case 'HISTOGRAM':
        this.#checkBuckets(point)
        this.#histogram(series, point)
        return
      case 'SUMMARY':
        this.#summary(series, point)
    }
  }

  /** Without a value it ends as any series does: with the stale marker, a number among histograms. */
  #native(series: PointSeries, point: MetricPoint): void {
    if (point.stale) {
      this.#columns.push(series.value, point.timeMs, STALE_LO, STALE_HI)
      return
    }
    const histogram = nativeHistogram(point, this.#limits.exponentialBucketsMax)
    if (this.#histograms.length >= this.#limits.samplesMax) {
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#limits.samplesMax} histograms; this one holds more. Send smaller requests.`,
      )
    }
    if (series.header.delta) markDelta(histogram)
    this.#histograms.push({ ref: series.value, timeMs: point.timeMs, histogram })
    if (point.exemplars.length > 0) this.#keepExemplars(point, () => series.value)
  }

  #keepExemplars(point: MetricPoint, refOf: (value: number) => SeriesRef | undefined): void {
    if (point.stale) return
    for (const raw of point.exemplars) {
      if (this.#exemplars.length >= this.#limits.samplesMax) return
      const ref = refOf(raw.value)
      const exemplar = ref === undefined ? undefined : exemplarOf(ref, raw, point.timeMs, this.#limits.labels)
      if (exemplar) this.#exemplars.push(exemplar)
    }
  }

  #histogram(series: PointSeries, point: MetricPoint): void {
    if (point.counts.length > 0) this.#openParts(series, 'le', point.bounds, '_bucket', 'HISTOGRAM', true)
    this.#openTotals(series, point)
    // A point without a value names no buckets: those of the point before, where it is still known, end with it.
    const parts = point.counts.length > 0 || point.stale ? series.parts : []
    let cumulative = 0
    for (let at = 0; at < parts.length; at += 1) {
      cumulative += point.counts[at] ?? 0
      this.#put(series, parts[at]!, point, cumulative)
    }
    this.#totals(series, point)
    if (point.exemplars.length === 0) return
    // An example belongs to the first bucket that it is not above.
    this.#keepExemplars(
      point,
      (value) => parts[series.bounds.findIndex((bound) => value <= bound)] ?? parts.at(-1),
    )
  }

  #summary(series: PointSeries, point: MetricPoint): void {
    if (point.quantiles.length > this.#limits.bucketsMax) throw tooManyBuckets(this.#limits.bucketsMax)
    if (point.quantiles.length > 0) this.#openParts(series, 'quantile', point.quantiles, '', 'SUMMARY', false)
    this.#openTotals(series, point)
    const parts = point.quantiles.length > 0 || point.stale ? series.parts : []
    for (let at = 0; at < parts.length; at += 1)
      this.#put(series, parts[at]!, point, point.quantileValues[at])
    this.#totals(series, point)
  }

  #totals(series: PointSeries, point: MetricPoint): void {
    this.#put(series, series.count, point, point.count)
    if (series.sum !== NONE && (point.sum !== undefined || point.stale))
      this.#put(series, series.sum, point, point.sum)
  }

  /** No value, or flagged as having none: the stale marker, as a scraper writes when a series disappears. */
  #put(series: PointSeries, ref: SeriesRef, point: MetricPoint, value: number | undefined): void {
    if (value === undefined || point.stale) this.#columns.push(ref, point.timeMs, STALE_LO, STALE_HI)
    else if (series.header.delta) this.#columns.pushDelta(ref, point.timeMs, value)
    else this.#columns.pushNumber(ref, point.timeMs, value)
  }

  #openTotals(series: PointSeries, point: MetricPoint): void {
    if (series.count === NONE) series.count = this.#intern(series, '_count', {}, meta('COUNTER', '1'))
    if (series.sum === NONE && point.sum !== undefined) {
      series.sum = this.#intern(series, '_sum', {}, meta('COUNTER', series.header.unit))
    }
  }

  /** Makes sure that there is a series for each bound, `+Inf` last where `open` says so. */
  #openParts(
    series: PointSeries,
    label: string,
    bounds: readonly number[],
    suffix: string,
    kind: SeriesKind,
    infinite: boolean,
  ): void {
    if (series.parts.length > 0 && same(series.bounds, bounds)) return
    const values = bounds.map(String)
    if (infinite) values.push('+Inf')
    const unit = meta(kind, series.header.unit)
    const parts = values.map((value) => this.#intern(series, suffix, { [label]: value }, unit))
    series.bounds = [...bounds]
    series.parts = parts
  }

  #intern(series: PointSeries, suffix: string, extra: Labels, unit: SeriesMeta): SeriesRef {
    const labels: Labels = Object.assign(Object.create(null), series.labels, extra)
    labels.__name__ = series.header.name + suffix
    return this.#catalog.intern(this.#tenant, labels, unit)
  }

  #checkBuckets(point: MetricPoint): void {
    const { counts, bounds } = point
    if (counts.length > this.#limits.bucketsMax) throw tooManyBuckets(this.#limits.bucketsMax)
    const fits = counts.length === bounds.length + 1 || (counts.length === 0 && bounds.length === 0)
    if (!fits) {
      throw new Fault(
        'INVALID_SAMPLE',
        `A histogram has ${counts.length} bucket counts and ${bounds.length} bounds; one count more than bounds is needed.`,
      )
    }
    for (let at = 0; at < bounds.length; at += 1) {
      if (!Number.isFinite(bounds[at]) || (at > 0 && bounds[at]! <= bounds[at - 1]!)) {
        throw new Fault(
          'INVALID_SAMPLE',
          'The bounds of a histogram must be finite and each larger than the one before.',
        )
      }
    }
  }
}

function kindOf({ type, monotonic }: MetricHeader): SeriesKind {
  if (type === 'EXPONENTIAL') return 'HISTOGRAM'
  return type === 'SUM' && monotonic ? 'COUNTER' : 'GAUGE'
}

const meta = (kind: SeriesKind, unit: string): SeriesMeta =>
  unit === '' || unit.length > 63 ? { kind } : { kind, unit }

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, at) => value === b[at])

const tooManyBuckets = (max: number): Fault =>
  new Fault('INVALID_SAMPLE', `A point has more than ${max} buckets or quantiles.`)
