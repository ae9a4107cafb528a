import type { TenantId } from '@aiops/contract/model/tenant'
import type { SampleBatch, SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'
import { type FoldLimits, HistogramFold } from './histogram-fold.ts'
import type { Window } from './index.ts'
import { type DerivedSeries, type PointSink, unitOf } from './point-sink.ts'
import { nativeRoleOf, rateLabels, roleOf } from './series-role.ts'
import { WindowTable } from './window-table.ts'

const unseen = 0
const pass = 1
const counter = 2
const folded = 3
const ignored = 4
const undecidedMax = 10_000

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
  let counters = new Uint8Array(1_024)
  let rateRefs = new Int32Array(1_024)
  let previousMs = new Float64Array(1_024).fill(Number.NaN)
  let previous = new Float64Array(1_024)

  function classify(ref: SeriesRef): number {
    if (ref >= ways.length) grow(ref)
    const series = catalog.describe(ref)
    const late = undecided.delete(ref)
    const role = roleOf(series, (name) => exists(series.tenant, name), late || undecided.size >= undecidedMax)
    if (role.kind === 'UNDECIDED') {
      undecided.add(ref)
      return unseen
    }
    if (role.kind === 'PASS') return setWay(ref, pass, false)
    if (role.kind === 'IGNORE') return setWay(ref, ignored, false)
    if (role.kind !== 'COUNTER')
      return setWay(
        ref,
        histograms.register(series, role, sinkOf(series.tenant), late) ? folded : ignored,
        true,
      )
    const unit = unitOf(series.meta.unit, role.base)
    rateRefs[ref] = derived.intern(
      series.tenant,
      `${role.base}:rate`,
      rateLabels(series.labels),
      unit === undefined ? '1/s' : `${unit}/s`,
    )
    return setWay(ref, counter, true)
  }

  /** A series may have held numbers before, if only the marker of its end. */
  function registerNative(ref: SeriesRef): void {
    const series = catalog.describe(ref)
    const role = nativeRoleOf(series)
    const taken = role.kind === 'NATIVE' && histograms.register(series, role, sinkOf(series.tenant), false)
    natives.add(ref)
    if (ref >= ways.length) grow(ref)
    setWay(ref, taken ? folded : ignored, true)
  }

  function setWay(ref: SeriesRef, way: number, isCounter: boolean): number {
    ways[ref] = way
    counters[ref] = isCounter ? 1 : 0
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

  function rate(ref: SeriesRef, timeMs: number, value: number, sink: PointSink): void {
    const beforeMs = previousMs[ref] as number
    if (timeMs <= beforeMs) return
    const before = previous[ref] as number
    previousMs[ref] = timeMs
    previous[ref] = value
    const elapsedMs = timeMs - beforeMs
    if (!(elapsedMs <= gapMs)) return
    const increase = value >= before ? value - before : value
    sink.derive(rateRefs[ref] as number, timeMs, increase / (elapsedMs / 1_000))
  }

  function grow(ref: SeriesRef): void {
    const size = Math.max(ways.length * 2, ref + 1)
    const copy = <T extends Uint8Array | Int32Array | Float64Array>(old: T, grown: T): T => {
      grown.set(old)
      return grown
    }
    ways = copy(ways, new Uint8Array(size))
    counters = copy(counters, new Uint8Array(size))
    rateRefs = copy(rateRefs, new Int32Array(size))
    previousMs = copy(previousMs, new Float64Array(size).fill(Number.NaN))
    previous = copy(previous, new Float64Array(size))
  }

  return {
    add(batch) {
      const sink = sinkOf(batch.tenant)
      for (let i = 0; i < batch.count; i += 1) {
        const ref = batch.series[i] as number
        const timeMs = batch.timesMs[i] as number
        const value = batch.values[i] as number
        let way = ref < ways.length ? (ways[ref] as number) : unseen
        if (way === unseen) way = classify(ref)
        if (way === folded) histograms.add(ref, timeMs, value)
        if (!Number.isFinite(value)) continue
        table.add(ref, timeMs, value, counters[ref] === 1)
        if (way === pass) sink.pass(ref, timeMs, value)
        else if (way === counter) rate(ref, timeMs, value, sink)
      }
      for (const { ref, timeMs, histogram } of batch.histograms ?? []) {
        if (!natives.has(ref)) registerNative(ref)
        histograms.addNative(ref, timeMs, histogram)
      }
    },
    endBatch: (nowMs) => histograms.endBatch(nowMs),
    tick: (nowMs) => histograms.tick(nowMs),
    windows: (ref, sizeMs) => table.windows(ref, sizeMs),
    sizeBytes: () => table.sizeBytes + ways.length * 2 + rateRefs.byteLength + previousMs.byteLength * 2,
  }
}
