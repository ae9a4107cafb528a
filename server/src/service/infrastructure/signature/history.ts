import type { Labels } from '@aiops/contract/model/label'
import type { ClusterInventory, Reading, Sample } from '../index.ts'
import { identityOf, PastSeries } from './past-series.ts'
import type { ReadingHistory } from './signature.ts'

export type HistoryLimits = {
  /** Readings kept; with the interval of collection it is the window, at least 35 minutes. */
  readingsMax: number
  /** Estimate of all that is kept; series beyond are not kept, their samples are still to be seen in `samples`. */
  bytesMax: number
}

const sweepEvery = 16
const appendPart = 256
const none: readonly Sample[] = []

/**
 * A ring of readings of one cluster as columns of its series, all on one axis of times. A series whose value never changed has no column:
 * most of what GPUs tell (errors, limits, sizes) stands still. A missed reading leaves no hole, a series missing in a reading does.
 */
export class History implements ReadingHistory {
  readonly #limits: HistoryLimits
  readonly #inventory: () => ClusterInventory
  #inventoryNow: ClusterInventory | undefined
  readonly #times: Float64Array
  readonly #series = new Map<string, PastSeries>()
  readonly #byName = new Map<string, Set<PastSeries>>()
  #current = new Map<Labels, PastSeries>()
  #samples = new Map<string, Sample[]>()
  #now: Reading = { timeMs: 0, samples: [] }
  #sequence = -1
  #bytes = 0
  #fromMs = 0
  #refused = 0

  constructor(limits: HistoryLimits, inventory: () => ClusterInventory) {
    this.#limits = limits
    this.#inventory = inventory
    this.#times = new Float64Array(limits.readingsMax)
  }

  get now(): Reading {
    return this.#now
  }
  /** As it was when the newest reading was taken in. */
  get inventory(): ClusterInventory {
    this.#inventoryNow ??= this.#inventory()
    return this.#inventoryNow
  }
  get fromMs(): number {
    return this.#fromMs
  }
  get bytes(): number {
    return this.#bytes
  }
  /** Samples of series for which there was no room. */
  get refused(): number {
    return this.#refused
  }
  get seriesCount(): number {
    return this.#series.size
  }

  append(reading: Reading): void {
    for (const _ of this.appending(reading));
  }

  /** As `append`, in parts; until the last of them the reading before is the one to be seen. A reading that is not newer is left out. */
  *appending(reading: Reading): Generator<void> {
    if (this.#sequence >= 0 && reading.timeMs <= this.#now.timeMs) return
    const sequence = this.#sequence + 1
    this.#times[sequence % this.#limits.readingsMax] = reading.timeMs
    const current = new Map<Labels, PastSeries>()
    const samples = new Map<string, Sample[]>()
    let left = appendPart
    for (const sample of reading.samples) {
      if (!Number.isNaN(sample.value)) this.#take(sample, sequence, reading.timeMs, current, samples)
      if (--left === 0) {
        left = appendPart
        yield
      }
    }
    if (this.#sequence < 0) this.#fromMs = reading.timeMs
    this.#now = reading
    this.#sequence = sequence
    this.#current = current
    this.#inventoryNow = undefined
    this.#samples = samples
    if (sequence % sweepEvery === 0) this.#sweep()
  }

  samples(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? none
  }

  increase(sample: { labels: Labels }, windowMs: number): number | undefined {
    const series = this.#find(sample)
    if (!series || series.lastSequence !== this.#sequence) return undefined
    const startMs = this.#now.timeMs - windowMs
    const first = this.#firstWithin(series, startMs)
    if (this.#now.timeMs - this.#timeAt(first) < windowMs / 2) return undefined
    if (!series.hasColumn) return 0
    let sum = 0
    let before = Number.NaN
    for (let at = first; at <= this.#sequence; at++) {
      const value = series.valueAt(at)
      if (Number.isNaN(value)) continue
      // A counter that fell was reset: what it has now came since.
      if (!Number.isNaN(before)) sum += value < before ? value : value - before
      before = value
    }
    return sum
  }

  heldMs(sample: { labels: Labels }, holds: (value: number) => boolean): number {
    const series = this.#find(sample)
    if (!series || series.lastSequence !== this.#sequence || !holds(series.value)) return 0
    if (!series.hasColumn) return this.#now.timeMs - series.firstMs
    let since = this.#sequence
    for (let at = this.#sequence; at >= this.#oldest(series); at--) {
      const value = series.valueAt(at)
      if (Number.isNaN(value) || !holds(value)) break
      since = at
    }
    return this.#now.timeMs - this.#timeAt(since)
  }

  range(
    sample: { labels: Labels },
    windowMs: number,
  ): { first: number; min: number; max: number } | undefined {
    const series = this.#find(sample)
    if (!series || series.lastSequence !== this.#sequence) return undefined
    const from = this.#firstWithin(series, this.#now.timeMs - windowMs)
    if (this.#now.timeMs - this.#timeAt(from) < windowMs / 2) return undefined
    const first = series.hasColumn ? series.valueAt(from) : series.value
    let [min, max] = [first, first]
    for (let at = from; series.hasColumn && at <= this.#sequence; at++) {
      const value = series.valueAt(at)
      if (Number.isNaN(value)) continue
      min = Math.min(min, value)
      max = Math.max(max, value)
    }
    return { first, min, max }
  }

  vanished(name: string, windowMs: number): readonly { labels: Labels; lastMs: number; value: number }[] {
    const found = []
    for (const { labels, lastMs, value, lastSequence } of this.#byName.get(name) ?? [])
      if (lastSequence < this.#sequence && this.#now.timeMs - lastMs <= windowMs)
        found.push({ labels, lastMs, value })
    return found
  }

  changed(sample: { labels: Labels }): { atMs: number; from: number | undefined } | undefined {
    const series = this.#find(sample)
    return series?.changedMs === undefined ? undefined : { atMs: series.changedMs, from: series.valueBefore }
  }

  changes(
    sample: { labels: Labels },
    windowMs: number,
  ): readonly { atMs: number; from: number | undefined; to: number }[] {
    const series = this.#find(sample)
    if (!series) return []
    const startMs = this.#now.timeMs - windowMs
    const found: { atMs: number; from: number | undefined; to: number }[] = []
    const oldest = this.#oldest(series)
    let before = oldest > series.firstSequence ? series.valueAt(oldest) : undefined
    if (series.firstSequence === oldest && series.firstMs > this.#fromMs && series.firstMs >= startMs)
      found.push({ atMs: series.firstMs, from: undefined, to: series.valueAt(oldest) })
    if (!series.hasColumn) return found
    for (let at = oldest; at <= series.lastSequence; at++) {
      const value = series.valueAt(at)
      if (Number.isNaN(value)) continue
      if (before !== undefined && value !== before && this.#timeAt(at) >= startMs)
        found.push({ atMs: this.#timeAt(at), from: before, to: value })
      before = value
    }
    return found
  }

  owners(sample: { labels: Labels }): readonly { labels: Labels; fromMs: number }[] {
    return this.#find(sample)?.owners ?? []
  }

  #take(
    sample: Sample,
    sequence: number,
    timeMs: number,
    current: Map<Labels, PastSeries>,
    samples: Map<string, Sample[]>,
  ): void {
    const name = sample.labels.__name__ ?? ''
    const named = samples.get(name)
    if (named) named.push(sample)
    else samples.set(name, [sample])
    const key = identityOf(sample.labels)
    const known = this.#series.get(key)
    const series = known ?? this.#open(key, name, sample, sequence, timeMs)
    if (series) current.set(sample.labels, series)
    else this.#refused += 1
    // The same series twice in one reading, as from two Prometheus of a pair: the first is believed.
    if (known && known.lastSequence !== sequence)
      this.#bytes += known.put(sequence, timeMs, sample.value, sample.labels)
  }

  #open(key: string, name: string, sample: Sample, sequence: number, timeMs: number): PastSeries | undefined {
    const series = new PastSeries(this.#limits.readingsMax, key, sample, sequence, timeMs)
    if (this.#bytes + series.bytes > this.#limits.bytesMax) return undefined
    this.#bytes += series.bytes
    this.#series.set(key, series)
    const named = this.#byName.get(name)
    if (named) named.add(series)
    else this.#byName.set(name, new Set([series]))
    return series
  }

  /** Forgets series of which nothing is left in the ring. */
  #sweep(): void {
    for (const [key, series] of this.#series) {
      if (this.#sequence - series.lastSequence < this.#limits.readingsMax) continue
      this.#series.delete(key)
      this.#bytes -= series.bytes
      const name = series.labels.__name__ ?? ''
      this.#byName.get(name)?.delete(series)
      if (this.#byName.get(name)?.size === 0) this.#byName.delete(name)
    }
  }

  #find(sample: { labels: Labels }): PastSeries | undefined {
    return this.#current.get(sample.labels) ?? this.#series.get(identityOf(sample.labels))
  }

  #oldest(series: PastSeries): number {
    return Math.max(series.firstSequence, this.#sequence - this.#limits.readingsMax + 1)
  }

  #timeAt(sequence: number): number {
    return this.#times[sequence % this.#limits.readingsMax] as number
  }

  /** The first reading at or after a time in which the series was. */
  #firstWithin(series: PastSeries, startMs: number): number {
    let low = this.#oldest(series)
    let high = this.#sequence
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#timeAt(middle) < startMs) low = middle + 1
      else high = middle
    }
    while (low < this.#sequence && series.hasColumn && Number.isNaN(series.valueAt(low))) low += 1
    return low
  }
}
