import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { MetricStore, SampleBatch } from '../../../port/metric-store.ts'
import type { Finding, MadePoints, MadeSeries } from './finding.ts'

const noRoom = -1

/** Series made here as the catalogue numbers them, and their points on the way to the store and to those who judge them. */
export class MadeSeriesBook {
  readonly #store: Pick<MetricStore, 'append' | 'catalog'>
  readonly #bus: Pick<EventBus, 'publish'>
  readonly #dropped: (reason: 'series_limit' | 'detectors_behind', count: number) => void
  readonly #refs: number[] = []
  readonly #tenants: TenantId[] = []

  constructor(
    store: Pick<MetricStore, 'append' | 'catalog'>,
    bus: Pick<EventBus, 'publish'>,
    dropped: (reason: 'series_limit' | 'detectors_behind', count: number) => void,
  ) {
    this.#store = store
    this.#bus = bus
    this.#dropped = dropped
  }

  /** −1 where the catalogue is full. */
  refOf(tenant: TenantId, labels: Labels, unit: string): number {
    try {
      return this.#store.catalog.intern(tenant, labels, { kind: 'GAUGE', derived: true, unit })
    } catch (error) {
      if (!isFault(error)) throw error
      this.#dropped('series_limit', 1)
      return noRoom
    }
  }

  /** What was found, as a point of the series that shows it: it has no others. */
  note({ tenant, series: { labels, unit }, startedMs, actual }: Finding): void {
    const ref = this.refOf(tenant, labels, unit)
    if (ref < 0 || !Number.isFinite(actual)) return
    const columns = { timesMs: Float64Array.of(startedMs), values: Float64Array.of(actual) }
    this.#store.append({ tenant, count: 1, series: Uint32Array.of(ref), ...columns }, 0)
  }

  learn(series: readonly MadeSeries[]): void {
    for (const { number, tenant, labels, unit } of series) {
      this.#refs[number] = this.refOf(tenant, labels, unit)
      this.#tenants[number] = tenant
    }
  }

  /** Stores the points, then publishes them; a point of a series without room is left out. */
  tell({ series, timesMs, values }: MadePoints): void {
    const rows = new Map<TenantId, number[]>()
    for (let at = 0; at < series.length; at += 1) {
      const number = series[at] as number
      if ((this.#refs[number] ?? noRoom) < 0) continue
      const tenant = this.#tenants[number] as TenantId
      const own = rows.get(tenant)
      if (own) own.push(at)
      else rows.set(tenant, [at])
    }
    for (const [tenant, own] of rows) {
      const batch = (): SampleBatch => ({
        tenant,
        count: own.length,
        series: Uint32Array.from(own, (at) => this.#refs[series[at] as number] as number),
        timesMs: Float64Array.from(own, (at) => timesMs[at] as number),
        values: Float64Array.from(own, (at) => values[at] as number),
      })
      // Either may keep its columns.
      this.#store.append(batch(), 0)
      try {
        this.#bus.publish('points', batch())
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.#dropped('detectors_behind', own.length)
      }
    }
  }
}
