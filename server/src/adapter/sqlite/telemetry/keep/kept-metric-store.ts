import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../../../kernel/fault.ts'
import type {
  Exemplar,
  HistogramData,
  MetricStore,
  RangeQuery,
  RollupQuery,
  RollupResult,
  SampleBatch,
  SeriesData,
  SeriesRef,
} from '../../../../port/metric-store.ts'
import { rollupOfRange } from '../../../../port/metric-window.ts'
import type { Position } from '../../../../port/telemetry-log.ts'
import type { TelemetryStoreConfig } from '../config.ts'
import type { SqliteMetricStore } from '../metric-store.ts'
import type { RollupReader } from '../rollup/rollup-reader.ts'
import { coarseMs, fineMs } from '../rollup/rollup-table.ts'
import type { TieredMetrics } from '../tier/tiered-metrics.ts'
import type { Cutoffs } from './cutoff.ts'

const empty: RollupResult = { resolutionMs: 0, series: [] }

/** The metric store as others see it: nothing older than the retention, long queries from rollups, moved data as if it were here. */
export class KeptMetricStore implements MetricStore {
  readonly catalog
  readonly #inner: SqliteMetricStore
  readonly #tiers: TieredMetrics
  readonly #rollups: RollupReader | undefined
  readonly #cutoffs: Cutoffs
  readonly #now: () => number
  readonly #ages: { fine: number; coarse: number }
  constructor(
    deps: {
      inner: SqliteMetricStore
      tiers: TieredMetrics
      rollups: RollupReader | undefined
      cutoffs: Cutoffs
    },
    config: TelemetryStoreConfig['rollup'],
    now: () => number,
  ) {
    this.catalog = deps.inner.catalog
    this.#inner = deps.inner
    this.#tiers = deps.tiers
    this.#rollups = deps.rollups
    this.#cutoffs = deps.cutoffs
    this.#now = now
    this.#ages = { fine: durationMs(config.age_5m), coarse: durationMs(config.age_1h) }
  }
  append(batch: SampleBatch, position: Position): void {
    this.#inner.append(batch, position)
  }
  async range(query: RangeQuery): Promise<SeriesData[]> {
    const cut = this.#cut(query)
    return cut ? this.#tiers.range(cut) : []
  }
  async rollup(query: RollupQuery): Promise<RollupResult> {
    const { tenant, stepMs } = query
    if (!(Number.isSafeInteger(stepMs) && stepMs > 0))
      throw new Fault('INVALID_REQUEST', 'A step is a whole number of milliseconds above 0.')
    const known = { ...query, refs: query.refs.filter((ref) => this.#inner.catalog.has(tenant, ref)) }
    const endMs = (Math.floor(query.endMs / stepMs) + 1) * stepMs
    const startMs = Math.max(
      Math.floor(query.startMs / stepMs) * stepMs,
      // The first window that lies wholly within what is kept.
      Math.ceil(this.#oldestWindow(tenant, stepMs) / stepMs) * stepMs,
    )
    if (startMs >= endMs || known.refs.length === 0) return empty
    if (this.#rollups) return this.#rollups.read({ ...known, startMs, endMs })
    return rollupOfRange(
      { range: (raw) => this.#tiers.range(raw), catalog: this.catalog },
      { ...known, startMs, endMs: endMs - 1 },
    )
  }
  async histograms(query: RangeQuery): Promise<HistogramData[]> {
    const cut = this.#cut(query)
    return cut ? this.#inner.histograms(cut) : []
  }
  async exemplars(query: RangeQuery): Promise<Exemplar[]> {
    const cut = this.#cut(query)
    return cut ? this.#inner.exemplars(cut) : []
  }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }> {
    const found = this.#inner.latest(refs)
    // Almost always all are new enough for everybody: only the others are worth a look at their tenant.
    for (const [ref, { timeMs }] of found)
      if (
        timeMs < this.#now() - coarseMs &&
        timeMs < this.#cutoffs.of('metrics', this.catalog.describe(ref).tenant)
      )
        found.delete(ref)
    return found
  }
  checkpoint(): Promise<Position> {
    return this.#inner.checkpoint()
  }
  checkpointed(): Position {
    return this.#inner.checkpointed()
  }
  deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> {
    return this.#inner.deleteBefore(timeMs, tenant)
  }
  stats(): ReturnType<MetricStore['stats']> {
    return this.#inner.stats()
  }
  close(): Promise<void> {
    return this.#inner.close()
  }

  #cut<Q extends RangeQuery>(query: Q): Q | undefined {
    const startMs = Math.max(query.startMs, this.#cutoffs.of('metrics', query.tenant))
    return startMs <= query.endMs ? { ...query, startMs } : undefined
  }
  #oldestWindow(tenant: TenantId, stepMs: number): number {
    const samples = this.#cutoffs.of('metrics', tenant)
    if (!this.#rollups || stepMs % fineMs !== 0) return samples
    const age = stepMs % coarseMs === 0 ? this.#ages.coarse : this.#ages.fine
    return Math.min(samples, this.#now() - age)
  }
}
