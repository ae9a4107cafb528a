import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesRef } from '../../port/metric-store.ts'
import { type NativeBucket, nativeQuantile } from './native-histogram.ts'
import { type DerivedSeries, type PointSink, unitOf } from './point-sink.ts'
import { bucketQuantile } from './quantile.ts'

/** What one sender's export at one time added to its group. Entries of `buckets` follow the group's `bounds`. */
export type Increment = {
  timeMs: number
  buckets: Float64Array
  /** Of native histograms; of several, one after the other. */
  native: NativeBucket[]
  count: number
  errors: number
  sum: number
  /** Parts that came, whether or not they could be differenced. */
  seen: number
  /** A part only gave its start: the export says nothing of the interval. */
  partial: boolean
}

/** One sender of a group: a process, a pod. */
export type Source = {
  group: FoldGroup
  /** Parts it sends. */
  parts: number
  /** Time of its last export that was folded; NaN before. */
  lastMs: number
  rate: number
  intervalMs: number
  pending: Increment[]
  /** Late parts, counted with the next export. */
  carry: Increment | undefined
  /** Since when, by the monotonic clock, it waits for missing parts. */
  waitingSince: number
  touched: boolean
}

const sourcesMax = 64
/** A sender silent for this many of its intervals no longer counts into the group's rate. */
const silentIntervals = 3

/**
 * Series of one family and one entity, folded: rate, mean, 95th percentile and error ratio of what happened between two
 * exports. With several senders the rate is their sum, the rest speaks of the sender whose export it is.
 */
export class FoldGroup {
  readonly #tenant: TenantId
  readonly #base: string
  readonly #labels: Labels
  #unit: string | undefined
  readonly #derived: DerivedSeries
  readonly #sources = new Map<string, Source>()
  readonly #refs = new Map<string, SeriesRef>()
  /** Upper bounds in order of first sight; `#order` sorts them. */
  readonly bounds: number[] = []
  #order: number[] = []
  hasSum = false
  tellsErrors = false

  constructor(tenant: TenantId, base: string, labels: Labels, derived: DerivedSeries) {
    this.#tenant = tenant
    this.#base = base
    this.#labels = labels
    this.#unit = unitOf(undefined, base)
    this.#derived = derived
  }

  /** The unit of what is observed: a bucket or a sum has it, a count does not. */
  learnUnit(unit: string | undefined): void {
    this.#unit = unitOf(unit, this.#base)
  }

  source(key: string): Source {
    const known = this.#sources.get(key)
    if (known) return known
    if (this.#sources.size >= sourcesMax) this.#dropOldest()
    const source: Source = {
      group: this,
      parts: 0,
      lastMs: Number.NaN,
      rate: 0,
      intervalMs: 0,
      pending: [],
      carry: undefined,
      waitingSince: Number.NaN,
      touched: false,
    }
    this.#sources.set(key, source)
    return source
  }

  boundIndex(bound: number): number {
    const known = this.bounds.indexOf(bound)
    if (known >= 0) return known
    this.bounds.push(bound)
    this.#order = this.bounds
      .map((_, i) => i)
      .sort((a, b) => (this.bounds[a] as number) - (this.bounds[b] as number))
    return this.bounds.length - 1
  }

  /** Points of one export, the interval being since the sender's last; none for its first or over a gap. */
  emit(source: Source, increment: Increment, gapMs: number, sink: PointSink): void {
    const { timeMs, count } = increment
    const intervalMs = timeMs - source.lastMs
    source.lastMs = timeMs
    if (increment.partial || !(intervalMs > 0 && intervalMs <= gapMs)) return
    source.intervalMs = intervalMs
    source.rate = count / (intervalMs / 1_000)
    sink.derive(this.#ref('rate', '1/s'), timeMs, this.#rate(timeMs))
    if (!(count > 0)) return
    if (this.tellsErrors)
      sink.derive(this.#ref('error_ratio', '1'), timeMs, Math.min(1, increment.errors / count))
    if (this.hasSum) sink.derive(this.#ref('mean', this.#unit), timeMs, increment.sum / count)
    if (increment.native.length > 0)
      sink.derive(this.#ref('p95', this.#unit), timeMs, nativeQuantile(0.95, increment.native))
    else if (this.bounds.length > 1)
      sink.derive(this.#ref('p95', this.#unit), timeMs, this.#quantile(increment.buckets))
  }

  #rate(timeMs: number): number {
    let sum = 0
    for (const source of this.#sources.values())
      if (timeMs - source.lastMs <= silentIntervals * source.intervalMs) sum += source.rate
    return sum
  }

  #quantile(buckets: Float64Array): number {
    const bounds: number[] = []
    const cumulative: number[] = []
    let most = 0
    for (const at of this.#order) {
      most = Math.max(most, buckets[at] ?? 0)
      bounds.push(this.bounds[at] as number)
      cumulative.push(most)
    }
    return bucketQuantile(0.95, bounds, cumulative)
  }

  #ref(statistic: string, unit: string | undefined): SeriesRef {
    const known = this.#refs.get(statistic)
    if (known !== undefined) return known
    const ref = this.#derived.intern(this.#tenant, `${this.#base}:${statistic}`, this.#labels, unit)
    this.#refs.set(statistic, ref)
    return ref
  }

  #dropOldest(): void {
    let oldest: string | undefined
    let oldestMs = Number.POSITIVE_INFINITY
    for (const [key, source] of this.#sources) {
      // One that has just come has no time yet, and is the last to go.
      if (!(source.lastMs < oldestMs)) continue
      oldest = key
      oldestMs = source.lastMs
    }
    this.#sources.delete(oldest ?? (this.#sources.keys().next().value as string))
  }
}
