import type { TenantId } from '@aiops/contract/model/tenant'
import { isFault } from '../../../kernel/fault.ts'
import type { MetricStore, SeriesRef } from '../../../port/metric-store.ts'
import { defaultLimits, tooManySamples, tooManySeries } from './evaluate/run.ts'
import type { SampleSource, Selection } from './index.ts'
import type { RawSeries } from './value.ts'

export type StoreSourceOptions = {
  /** Series one selector may find; over it nothing is read. */
  seriesMax?: number
  /** Samples expected, from the first batch on, above which an instant selector that may be approximate is answered from rollups. */
  rollupAbove?: number
}

/** Series read first; from then on as many as hold about so many samples: each read costs messages, each sample 16 bytes. */
const firstBatchSize = 64
const batchSizeMax = 512
const batchSamples = 200_000
/** A first batch speaks for the others; it may be denser than they are by this factor before a query is refused for it. */
const doubt = 2
/** Off: all samples are read unless who opens the source says otherwise. */
const defaultRollupAbove = Number.POSITIVE_INFINITY
const rollupStepMs = 300_000

/** One tenant's series in a store. Batches come in the order of refs; the next is read while one is worked on. */
export function storeSource(
  store: MetricStore,
  tenant: TenantId,
  { seriesMax = defaultLimits.seriesMax, rollupAbove = defaultRollupAbove }: StoreSourceOptions = {},
): SampleSource {
  return {
    async *select(selection) {
      const refs = store.catalog.select(tenant, selection.matchers)
      if (refs.length > seriesMax) throw tooManySeries(refs.length, seriesMax)
      if (selection.endMs < selection.startMs) return
      const reader = new BatchReader(store, tenant, refs, selection, rollupAbove)
      for (let batch = reader.next(); batch; ) {
        const found = await batch
        // A read that fails while the batch before is worked on is told of when it is asked for.
        batch = reader.next()
        batch?.catch(() => {})
        if (found.length > 0) yield found
      }
    },
  }
}

class BatchReader {
  readonly #store: MetricStore
  readonly #tenant: TenantId
  readonly #refs: readonly SeriesRef[]
  readonly #selection: Selection
  #at = 0
  #samples = 0
  /** Refs whose samples are counted. */
  #done = 0
  readonly #rollupAbove: number
  #thinned = false
  constructor(
    store: MetricStore,
    tenant: TenantId,
    refs: readonly SeriesRef[],
    selection: Selection,
    rollupAbove: number,
  ) {
    this.#rollupAbove = rollupAbove
    this.#store = store
    this.#tenant = tenant
    this.#refs = refs
    this.#selection = selection
  }

  /** The next batch under way; undefined after the last. */
  next(): Promise<RawSeries[]> | undefined {
    if (this.#at >= this.#refs.length) return undefined
    const refs = this.#refs.slice(this.#at, this.#at + this.#batchSize())
    this.#at += refs.length
    return this.#thinned ? this.#readRollups(refs) : this.#read(refs)
  }

  #batchSize(): number {
    if (this.#done === 0) return firstBatchSize
    const fitting = Math.floor(batchSamples / Math.max(1, this.#samples / this.#done))
    return Math.min(batchSizeMax, Math.max(firstBatchSize, fitting))
  }

  async #read(refs: readonly SeriesRef[]): Promise<RawSeries[]> {
    const { startMs, endMs, samplesMax, signal } = this.#selection
    signal?.throwIfAborted()
    const query = {
      tenant: this.#tenant,
      refs,
      startMs,
      endMs,
      samplesMax: Math.max(0, samplesMax - this.#samples),
      ...(signal && { signal }),
    }
    try {
      const [numbers, histograms] = await Promise.all([
        this.#store.range(query),
        this.#store.histograms(query),
      ])
      const found = new Map<SeriesRef, RawSeries>()
      for (const { ref, timesMs, values } of numbers) {
        found.set(ref, { labels: this.#store.catalog.describe(ref).labels, timesMs, values })
        this.#samples += timesMs.length
      }
      for (const { ref, timesMs, histograms: own } of histograms) {
        const series = found.get(ref) ?? {
          labels: this.#store.catalog.describe(ref).labels,
          timesMs: new Float64Array(0),
          values: new Float64Array(0),
        }
        found.set(ref, { ...series, histograms: { timesMs, histograms: own } })
        this.#samples += timesMs.length
      }
      this.#done += refs.length
      this.#expect(samplesMax)
      return [...found.values()]
    } catch (error) {
      if (isFault(error) && error.code === 'INVALID_REQUEST') throw tooManySamples(samplesMax)
      throw error
    }
  }

  /** The last value of each 5 minutes, put at their very end: the step that follows finds it. */
  async #readRollups(refs: readonly SeriesRef[]): Promise<RawSeries[]> {
    const { startMs, endMs, samplesMax, signal } = this.#selection
    const query = { tenant: this.#tenant, refs, startMs, endMs, stepMs: rollupStepMs, samplesMax }
    const { series } = await this.#store.rollup({ ...query, ...(signal && { signal }) })
    this.#done += refs.length
    return series.map(({ ref, timesMs, last }) => ({
      labels: this.#store.catalog.describe(ref).labels,
      timesMs: timesMs.map((beginMs) => beginMs + rollupStepMs - 1),
      values: last,
    }))
  }

  /** Refuses early what would be refused late. */
  #expect(samplesMax: number): void {
    const expected = (this.#samples / this.#done) * this.#refs.length
    const { approximate } = this.#selection.hints
    if (approximate && expected > this.#rollupAbove && this.#selection.endMs % rollupStepMs === 0) {
      this.#thinned = true
      approximate('there are so many samples that the last of each 5 minutes stands for them (rollups)')
      return
    }
    if (this.#samples > samplesMax || expected > samplesMax * doubt) throw tooManySamples(samplesMax)
  }
}
