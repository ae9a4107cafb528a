import type { TenantId } from '@aiops/contract/model/tenant'
import { systemClock } from '../../../kernel/clock.ts'
import { isFault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { MetricStore, RangeQuery, SeriesData, SeriesRef } from '../../../port/metric-store.ts'
import { defaultLimits, tooManySamples, tooManySeries } from './evaluate/run.ts'
import type { SampleSource, Selection } from './index.ts'
import type { RawSeries } from './value.ts'

export type StoreSourceOptions = {
  /** Series one selector may find; over it nothing is read. */
  seriesMax?: number
  /**
   * Samples expected, from the first batch on, above which a selector of a day or more that may be approximate is answered from rollups;
   * one that would be refused for its samples is in any case.
   */
  rollupAbove?: number
}

/** Series read first; from then on as many as hold about so many samples: each read costs messages, each sample 16 bytes. */
const firstBatchSize = 64
/** Where rollups may do instead, these few tell whether they have to. */
const probeSize = 4
const batchSizeMax = 512
const batchSamples = 200_000
/** A first batch speaks for the others; it may be denser than they are by this factor before a query is refused for it. */
const doubt = 2
/** Up to here all samples are read in a fraction of a second. */
const defaultRollupAbove = 10_000_000
const rollupStepMs = 300_000
/** Of a shorter range samples are read as long as there are not too many. */
const rollupRangeMs = 86_400_000
/** What of 5 minutes stands for their samples, by the function that looks at them; the newest where none does. */
const columnOf = {
  max_over_time: 'max',
  min_over_time: 'min',
  sum_over_time: 'sum',
  last_over_time: 'last',
} as const

/** One tenant's series in a store. Batches come in the order of refs; the next is read while one is worked on. */
export function storeSource(
  store: MetricStore,
  tenant: TenantId,
  { seriesMax = defaultLimits.seriesMax, rollupAbove = defaultRollupAbove }: StoreSourceOptions = {},
): SampleSource {
  return {
    async *select(selection) {
      const refs = await store.catalog.find(tenant, selection.matchers, new Turn(systemClock))
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
    if (this.#done === 0) return this.#mayBeThinned ? probeSize : firstBatchSize
    if (this.#thinned) return batchSizeMax
    const fitting = Math.floor(batchSamples / Math.max(1, this.#samples / this.#done))
    return Math.min(batchSizeMax, Math.max(firstBatchSize, fitting))
  }

  async #read(refs: readonly SeriesRef[]): Promise<RawSeries[]> {
    const { startMs, endMs, hints } = this.#selection
    // Without a step there is one moment, the end.
    const newestOfMs = hints.newestOnly ? hints.stepMs || endMs - startMs + 1 : undefined
    const query = this.#queryOf(refs)
    return this.#join(query, this.#store.range({ ...query, ...(newestOfMs && { newestOfMs }) }))
  }

  /** One value of each 5 minutes, put at their very end: the step that follows finds it. */
  async #readRollups(refs: readonly SeriesRef[]): Promise<RawSeries[]> {
    const { hints } = this.#selection
    const only = hints.rangeMs === 0 ? 'last' : columnOf[hints.func as keyof typeof columnOf]
    const query = this.#queryOf(refs)
    const windows = this.#store.rollup({ ...query, stepMs: rollupStepMs, only })
    const numbers = windows.then(({ series }) =>
      series.map((one) => ({
        ref: one.ref,
        timesMs: endsOf(one.timesMs),
        values: one[only],
      })),
    )
    return this.#join(query, numbers)
  }

  #queryOf(refs: readonly SeriesRef[]): RangeQuery {
    const { startMs, endMs, samplesMax, signal } = this.#selection
    signal?.throwIfAborted()
    const left = Math.max(0, samplesMax - this.#samples)
    return { tenant: this.#tenant, refs, startMs, endMs, samplesMax: left, ...(signal && { signal }) }
  }

  /** Numbers and histograms of a batch as series. */
  async #join(query: RangeQuery, reading: Promise<SeriesData[]>): Promise<RawSeries[]> {
    const { catalog } = this.#store
    const { samplesMax } = this.#selection
    try {
      const [numbers, histograms] = await Promise.all([reading, this.#store.histograms(query)])
      const found = new Map<SeriesRef, RawSeries>()
      for (const { ref, timesMs, values, pickedFrom = timesMs.length } of numbers) {
        found.set(ref, { labels: catalog.describe(ref).labels, timesMs, values, pickedFrom })
        this.#samples += pickedFrom
      }
      for (const { ref, timesMs, histograms: own } of histograms) {
        const series = found.get(ref) ?? {
          labels: catalog.describe(ref).labels,
          timesMs: new Float64Array(0),
          values: new Float64Array(0),
        }
        found.set(ref, { ...series, histograms: { timesMs, histograms: own } })
        this.#samples += timesMs.length
      }
      this.#done += query.refs.length
      if (!this.#thinned) this.#expect(samplesMax)
      return [...found.values()]
    } catch (error) {
      if (isFault(error) && error.code === 'INVALID_REQUEST') throw tooManySamples(samplesMax)
      throw error
    }
  }

  get #mayBeThinned(): boolean {
    const { hints, endMs } = this.#selection
    if (!hints.approximate || endMs % rollupStepMs !== 0) return false
    return hints.rangeMs === 0 || hints.func in columnOf
  }
  /** Refuses early what would be refused late. */
  #expect(samplesMax: number): void {
    const expected = (this.#samples / this.#done) * this.#refs.length
    const { hints, startMs, endMs } = this.#selection
    const isLong = endMs - startMs >= rollupRangeMs
    if (this.#mayBeThinned && (expected > samplesMax || (isLong && expected > this.#rollupAbove))) {
      this.#thinned = true
      hints.approximate?.('there are so many samples that one of each 5 minutes stands for them (rollups)')
      return
    }
    if (this.#samples > samplesMax || expected > samplesMax * doubt) throw tooManySamples(samplesMax)
  }
}

function endsOf(beginsMs: Float64Array): Float64Array {
  const endsMs = new Float64Array(beginsMs.length)
  for (let i = 0; i < endsMs.length; i += 1) endsMs[i] = (beginsMs[i] as number) + rollupStepMs - 1
  return endsMs
}
