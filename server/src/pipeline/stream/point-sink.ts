import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SampleBatch, SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'

/** Columns that grow; `take` hands them over. */
class Columns {
  #series = new Uint32Array(1_024)
  #timesMs = new Float64Array(1_024)
  #values = new Float64Array(1_024)
  count = 0
  add(ref: SeriesRef, timeMs: number, value: number): void {
    const at = this.count
    if (at === this.#series.length) this.#grow()
    this.#series[at] = ref
    this.#timesMs[at] = timeMs
    this.#values[at] = value
    this.count = at + 1
  }
  /** Sample `i` of columns, so that its numbers need not be handed over. */
  copy(ref: SeriesRef, timesMs: Float64Array, values: Float64Array, i: number): void {
    const at = this.count
    if (at === this.#series.length) this.#grow()
    this.#series[at] = ref
    this.#timesMs[at] = timesMs[i] as number
    this.#values[at] = values[i] as number
    this.count = at + 1
  }
  take(tenant: TenantId): SampleBatch {
    const { count } = this
    this.count = 0
    return {
      tenant,
      count,
      series: this.#series.slice(0, count),
      timesMs: this.#timesMs.slice(0, count),
      values: this.#values.slice(0, count),
    }
  }
  #grow(): void {
    const double = <T extends Uint32Array | Float64Array>(old: T, grown: T): T => {
      grown.set(old)
      return grown
    }
    const size = this.#series.length * 2
    this.#series = double(this.#series, new Uint32Array(size))
    this.#timesMs = double(this.#timesMs, new Float64Array(size))
    this.#values = double(this.#values, new Float64Array(size))
  }
}

/** Points of one tenant on their way to the store (derived ones) and to the detectors (all). */
export class PointSink {
  readonly #tenant: TenantId
  readonly #all = new Columns()
  readonly #derived = new Columns()
  constructor(tenant: TenantId) {
    this.#tenant = tenant
  }
  /** Sample `i` of a batch as it is, if it is a number. */
  pass({ series, timesMs, values }: SampleBatch, i: number): void {
    const value = values[i] as number
    if (value - value === 0) this.#all.copy(series[i] as number, timesMs, values, i)
  }
  /** As `derive`, of sample `i` of a batch: `values[i]` is the point's value. */
  rate({ timesMs }: SampleBatch, i: number, ref: SeriesRef, values: Float64Array): void {
    const value = values[i] as number
    if (ref < 0 || value - value !== 0) return
    this.#all.copy(ref, timesMs, values, i)
    this.#derived.copy(ref, timesMs, values, i)
  }
  /** Left out where the catalog had no room for the series (ref −1) or the value is none. */
  derive(ref: SeriesRef, timeMs: number, value: number): void {
    if (ref < 0 || !Number.isFinite(value)) return
    this.#all.add(ref, timeMs, value)
    this.#derived.add(ref, timeMs, value)
  }
  flush(store: (batch: SampleBatch) => void, publish: (batch: SampleBatch) => void): void {
    if (this.#derived.count > 0) store(this.#derived.take(this.#tenant))
    if (this.#all.count > 0) publish(this.#all.take(this.#tenant))
  }
}

/** Numbers derived series. −1 where the catalog is full: the point is then left out, and the refusal counted. */
export class DerivedSeries {
  readonly #catalog: SeriesCatalog
  readonly #refused: () => void
  constructor(catalog: SeriesCatalog, refused: () => void) {
    this.#catalog = catalog
    this.#refused = refused
  }
  intern(tenant: TenantId, name: string, labels: Labels, unit: string | undefined): SeriesRef {
    try {
      const meta = { kind: 'GAUGE', derived: true, ...(unit === undefined ? {} : { unit }) } as const
      return this.#catalog.intern(tenant, { ...labels, __name__: name }, meta)
    } catch {
      this.#refused()
      return -1
    }
  }
}

/** Unit by OpenTelemetry, or by Prometheus' name suffixes where a sender gives none. */
export function unitOf(unit: string | undefined, base: string): string | undefined {
  if (unit !== undefined && unit !== '') return unit
  const stem = base.endsWith('_total') ? base.slice(0, -6) : base
  if (stem.endsWith('_seconds')) return 's'
  if (stem.endsWith('_milliseconds')) return 'ms'
  if (stem.endsWith('_bytes')) return 'By'
  if (stem.endsWith('_ratio')) return '1'
  return undefined
}
