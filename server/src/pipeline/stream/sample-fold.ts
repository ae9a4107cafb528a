import type { TenantId } from '@aiops/contract/model/tenant'
import { widened } from '../../kernel/column.ts'
import type { SampleBatch, SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'
import { type FoldLimits, HistogramFold } from './histogram-fold.ts'
import type { Window } from './index.ts'
import { type DerivedSeries, type PointSink, unitOf } from './point-sink.ts'
import { nativeRoleOf, plainRoleOf, rateLabels, roleOf } from './series-role.ts'
import { WindowTable } from './window-table.ts'

const unseen = 0
const pass = 1
const counter = 2
const folded = 3
const ignored = 4
/** A part of a group for which there was no room: not watched, its windows still those of a counter. */
const unfolded = 5
const undecidedMax = 10_000
/** Of a counter whose rate has no series yet; −1 where the catalogue had no room for it. */
const noRate = -2

export type SampleLimits = FoldLimits & { windowSizesMs: readonly number[]; latenessMs: number }

export type SampleFold = {
  add(batch: SampleBatch): void
  endBatch(nowMs: number): void
  tick(nowMs: number): void
  windows(ref: SeriesRef, sizeMs: number): Window[]
  sizeBytes(): number
}

/** Raw samples to windows and points: one byte per series says which way, typed arrays by series number hold what a rate needs. */
export function createSampleFold(
  catalog: SeriesCatalog,
  derived: DerivedSeries,
  limits: SampleLimits,
  sinkOf: (tenant: TenantId) => PointSink,
  refused: () => void,
): SampleFold {
  const table = new WindowTable(limits.windowSizesMs, limits.latenessMs)
  const { gapMs, groupsMax } = limits
  const histograms = new HistogramFold(derived, limits, refused)
  const families = new Map<string, boolean>()
  /** Seen once, and not known yet whether they are part of a family. */
  const undecided = new Set<SeriesRef>()
  /** Series known to hold native histograms. */
  const natives = new Set<SeriesRef>()
  let ways = new Uint8Array(1_024)
  let rateRefs = new Int32Array(1_024).fill(noRate)
  let previousMs = new Float64Array(1_024).fill(Number.NaN)
  let previous = new Float64Array(1_024)
  /** Of the samples of one batch: way, increase and rate. */
  let batchWays = new Uint8Array(0)
  let increases = new Float64Array(0)
  let rates = new Float64Array(0)

  function classify(ref: SeriesRef): number {
    if (ref >= ways.length) grow(ref)
    const plain = plainRoleOf(catalog.labelOf(ref, '__name__') ?? '', catalog.metaOf(ref), (name) =>
      catalog.labelOf(ref, name),
    )
    if (plain === 'PASS') return setWay(ref, pass)
    if (plain === 'IGNORE') return setWay(ref, ignored)
    if (plain === 'COUNTER') return setWay(ref, counter)
    const series = catalog.describe(ref)
    const late = undecided.delete(ref)
    const role = roleOf(series, (name) => exists(series.tenant, name), late || undecided.size >= undecidedMax)
    if (role.kind === 'UNDECIDED') {
      undecided.add(ref)
      return unseen
    }
    if (role.kind === 'PASS') return setWay(ref, pass)
    if (role.kind === 'IGNORE') return setWay(ref, ignored)
    if (role.kind === 'COUNTER') return setWay(ref, counter)
    const taken = histograms.register(series, role, sinkOf(series.tenant), late)
    return setWay(ref, taken ? folded : unfolded)
  }

  /** Asked for with a counter's second sample: many a series has but one. */
  function rateRef(ref: SeriesRef): number {
    const known = rateRefs[ref] as number
    if (known !== noRate) return known
    const { tenant, labels, meta } = catalog.describe(ref)
    const name = labels.__name__ ?? ''
    const unit = unitOf(meta.unit, name)
    const made = derived.intern(
      tenant,
      `${name}:rate`,
      rateLabels(labels),
      unit === undefined ? '1/s' : `${unit}/s`,
    )
    rateRefs[ref] = made
    return made
  }

  /** A series may have held numbers before, if only the marker of its end. */
  function registerNative(ref: SeriesRef): void {
    const series = catalog.describe(ref)
    const role = nativeRoleOf(series)
    const taken = role.kind === 'NATIVE' && histograms.register(series, role, sinkOf(series.tenant), false)
    natives.add(ref)
    if (ref >= ways.length) grow(ref)
    setWay(ref, taken ? folded : unfolded)
  }

  function setWay(ref: SeriesRef, way: number): number {
    ways[ref] = way
    return way
  }

  /** Asked once per family name; a miss is asked again, because the other half may come later. */
  function exists(tenant: TenantId, name: string): boolean {
    const key = `${tenant}\u0000${name}`
    if (families.get(key)) return true
    const found = catalog.select(tenant, [{ name: '__name__', op: '=', value: name }]).length > 0
    if (found && families.size < groupsMax) families.set(key, true)
    return found
  }

  /** Each step is a loop of its own over columns: numbers that are handed from call to call would each become an object. */
  function sort({ series, timesMs, values, count }: SampleBatch): void {
    reserve(count)
    for (let i = 0; i < count; i += 1) {
      const ref = series[i] as number
      let way = ref < ways.length ? (ways[ref] as number) : unseen
      if (way === unseen) way = classify(ref)
      if (way === folded) histograms.add(ref, timesMs[i] as number, values[i] as number)
      batchWays[i] = way
    }
  }

  /** What counters grew by since their sample before, a fall being a reset; NaN for a rate that is none. */
  function difference({ series, timesMs, values, count }: SampleBatch): void {
    for (let i = 0; i < count; i += 1) {
      const way = batchWays[i] as number
      const value = values[i] as number
      increases[i] = 0
      rates[i] = Number.NaN
      if ((way !== counter && way !== folded && way !== unfolded) || value - value !== 0) continue
      const ref = series[i] as number
      const timeMs = timesMs[i] as number
      const beforeMs = previousMs[ref] as number
      if (timeMs <= beforeMs) continue
      const before = previous[ref] as number
      previousMs[ref] = timeMs
      previous[ref] = value
      if (Number.isNaN(beforeMs)) continue
      const increase = value >= before ? value - before : value
      increases[i] = increase
      const elapsedMs = timeMs - beforeMs
      if (way === counter && elapsedMs <= gapMs) rates[i] = increase / (elapsedMs / 1_000)
    }
  }

  function emit(batch: SampleBatch, sink: PointSink): void {
    for (let i = 0; i < batch.count; i += 1) {
      const way = batchWays[i] as number
      if (way === pass) sink.pass(batch, i)
      else if (way === counter && !Number.isNaN(rates[i]))
        sink.rate(batch, i, rateRef(batch.series[i] as number), rates)
    }
  }

  function reserve(count: number): void {
    if (count <= batchWays.length) return
    const size = Math.max(1_024, Math.ceil(count * 1.25))
    batchWays = new Uint8Array(size)
    increases = new Float64Array(size)
    rates = new Float64Array(size)
  }

  function grow(ref: SeriesRef): void {
    const before = ways.length
    const size = Math.max(Math.ceil(before * 1.5), ref + 1)
    ways = widened(ways, size)
    rateRefs = widened(rateRefs, size).fill(noRate, before)
    previousMs = widened(previousMs, size).fill(Number.NaN, before)
    previous = widened(previous, size)
  }

  return {
    add(batch) {
      sort(batch)
      difference(batch)
      table.add(batch.series, batch.timesMs, batch.values, increases, batch.count)
      emit(batch, sinkOf(batch.tenant))
      for (const { ref, timeMs, histogram } of batch.histograms ?? []) {
        if (!natives.has(ref)) registerNative(ref)
        histograms.addNative(ref, timeMs, histogram)
      }
    },
    endBatch: (nowMs) => histograms.endBatch(nowMs),
    tick: (nowMs) => histograms.tick(nowMs),
    windows: (ref, sizeMs) => table.windows(ref, sizeMs, !Number.isNaN(previousMs[ref] ?? Number.NaN)),
    sizeBytes: () => table.sizeBytes + ways.length + rateRefs.byteLength + previousMs.byteLength * 2,
  }
}
