import type { TenantId } from '@aiops/contract/model/tenant'
import type { NativeHistogram, SeriesDescription, SeriesRef } from '../../port/metric-store.ts'
import { FoldGroup, type Increment, type Source } from './fold-group.ts'
import { type NativeIncrease, nativeIncrease, wholeOf } from './native-histogram.ts'
import type { DerivedSeries, PointSink } from './point-sink.ts'
import { groupOf, type SeriesRole, sourceOf } from './series-role.ts'

type Part = {
  source: Source
  sink: PointSink
  kind: 'BUCKET' | 'SUM' | 'COUNT' | 'NATIVE'
  error: boolean
  boundIndex: number
  previousMs: number
  previous: number
  /** Of a native histogram. */
  before: NativeHistogram | undefined
  alive: boolean
  /** Whether its first value may be taken for growth from zero. */
  fromZero: boolean
}

export type FoldLimits = { gapMs: number; completeMs: number; groupsMax: number }

/** Exports of one sender that may wait for missing parts at the same time. */
const pendingMax = 64

/**
 * Folds histograms, summaries and counters that tell errors apart. Cumulative counts are differenced per series, resets
 * understood (a fall starts from zero). An export is folded once all parts its sender ever sent have come, or a newer one
 * has, or `completeMs` has passed: Prometheus spreads one scrape over several requests.
 */
export class HistogramFold {
  readonly #derived: DerivedSeries
  readonly #limits: FoldLimits
  readonly #refused: () => void
  readonly #groups = new Map<string, FoldGroup>()
  readonly #parts: (Part | undefined)[] = []
  #touched: { source: Source; sink: PointSink }[] = []
  #waiting: { source: Source; sink: PointSink }[] = []

  constructor(derived: DerivedSeries, limits: FoldLimits, refused: () => void) {
    this.#derived = derived
    this.#limits = limits
    this.#refused = refused
  }

  /** False where there is no room for another group. `late`: it was seen before without being taken for a part. */
  register(series: SeriesDescription, role: SeriesRole, sink: PointSink, late: boolean): boolean {
    const group = this.#group(series.tenant, series, role)
    if (!group) return false
    const source = group.source(sourceOf(series.labels))
    const kind = role.kind as Part['kind']
    if (kind === 'SUM' || kind === 'NATIVE') group.hasSum = true
    if (kind !== 'COUNT' && series.meta.unit) group.learnUnit(series.meta.unit)
    group.tellsErrors ||= role.tellsErrors
    this.#parts[series.ref] = {
      source,
      sink,
      kind,
      error: role.error,
      boundIndex: kind === 'BUCKET' ? group.boundIndex(role.bound) : -1,
      previousMs: Number.NaN,
      previous: 0,
      before: undefined,
      alive: false,
      fromZero: !late,
    }
    return true
  }

  add(ref: SeriesRef, timeMs: number, value: number): void {
    const part = this.#parts[ref]
    if (!part) return
    if (Number.isNaN(value)) this.#stale(part)
    if (Number.isNaN(value) || timeMs <= part.previousMs || part.kind === 'NATIVE') return
    const increase = this.#increase(part, timeMs, value)
    const increment = this.#increment(part, timeMs)
    if (Number.isNaN(increase)) increment.partial = true
    if (increase !== 0 && !Number.isNaN(increase)) apply(increment, part, increase)
  }

  /** Adds a native histogram: a part that is a whole by itself. Gauge histograms never grow, they are not folded. */
  addNative(ref: SeriesRef, timeMs: number, histogram: NativeHistogram): void {
    const part = this.#parts[ref]
    if (!part || timeMs <= part.previousMs || histogram.reset === 'GAUGE') return
    const increase = this.#nativeIncrease(part, timeMs, histogram)
    const increment = this.#increment(part, timeMs)
    if (!increase) {
      increment.partial = true
      return
    }
    increment.count += increase.count
    increment.sum += increase.sum
    if (part.error) increment.errors += increase.count
    for (const bucket of increase.buckets) increment.native.push(bucket)
  }

  /** The increment of a part's export, which has now come. */
  #increment(part: Part, timeMs: number): Increment {
    const { source } = part
    if (!part.alive) {
      part.alive = true
      source.parts += 1
    }
    const increment = incrementAt(source, timeMs)
    increment.seen += 1
    if (!source.touched) {
      source.touched = true
      this.#touched.push({ source, sink: part.sink })
    }
    return increment
  }

  /** As `#increase`, of all buckets at once; undefined where it is not known. */
  #nativeIncrease(part: Part, timeMs: number, histogram: NativeHistogram): NativeIncrease | undefined {
    const { previousMs, before } = part
    part.previousMs = timeMs
    part.before = histogram
    if (!before)
      return part.fromZero && timeMs - part.source.lastMs <= this.#limits.gapMs
        ? wholeOf(histogram)
        : undefined
    return timeMs - previousMs > this.#limits.gapMs ? undefined : nativeIncrease(before, histogram)
  }

  /** Called when a batch has been added. */
  endBatch(nowMs: number): void {
    for (const { source, sink } of this.#touched) {
      source.touched = false
      this.#fold(source, sink, false)
      if (source.pending.length === 0) source.waitingSince = Number.NaN
      else if (Number.isNaN(source.waitingSince)) {
        source.waitingSince = nowMs
        this.#waiting.push({ source, sink })
      }
    }
    this.#touched.length = 0
  }

  /** Folds what has waited long enough. */
  tick(nowMs: number): void {
    if (this.#waiting.length === 0) return
    this.#waiting = this.#waiting.filter(({ source, sink }) => {
      if (source.pending.length === 0) return false
      if (nowMs - source.waitingSince < this.#limits.completeMs) return true
      this.#fold(source, sink, true)
      source.waitingSince = Number.NaN
      return false
    })
  }

  #fold(source: Source, sink: PointSink, all: boolean): void {
    const { pending } = source
    if (pending.length > 1) pending.sort((a, b) => a.timeMs - b.timeMs)
    for (let first = pending[0]; first; first = pending[0]) {
      if (!all && pending.length === 1 && !isComplete(source, first)) return
      pending.shift()
      if (source.carry) mergeInto(first, source.carry)
      source.carry = undefined
      source.group.emit(source, first, this.#limits.gapMs, sink)
    }
  }

  /**
   * How much a part grew. A part that appears when its sender is known (the first failure of a process) grew from zero;
   * one seen with its sender for the first time, or after a gap, only gives a start: NaN.
   */
  #increase(part: Part, timeMs: number, value: number): number {
    const { previousMs, previous } = part
    part.previousMs = timeMs
    part.previous = value
    if (Number.isNaN(previousMs))
      return part.fromZero && timeMs - part.source.lastMs <= this.#limits.gapMs ? value : Number.NaN
    if (timeMs - previousMs > this.#limits.gapMs) return Number.NaN
    return value >= previous ? value - previous : value
  }

  #stale(part: Part): void {
    if (!part.alive) return
    part.alive = false
    part.source.parts -= 1
  }

  #group(tenant: TenantId, series: SeriesDescription, role: SeriesRole): FoldGroup | undefined {
    const labels = groupOf(series.labels)
    const key = JSON.stringify([tenant, role.base, labels])
    const known = this.#groups.get(key)
    if (known) return known
    if (this.#groups.size >= this.#limits.groupsMax) {
      this.#refused()
      return undefined
    }
    const group = new FoldGroup(tenant, role.base, labels, this.#derived)
    this.#groups.set(key, group)
    return group
  }
}

/** A sender's first export is never known to be complete. */
const isComplete = (source: Source, increment: Increment): boolean =>
  !Number.isNaN(source.lastMs) && increment.seen >= source.parts

function apply(increment: Increment, part: Part, increase: number): void {
  if (part.kind === 'SUM') increment.sum += increase
  else if (part.kind === 'COUNT') {
    increment.count += increase
    if (part.error) increment.errors += increase
  } else {
    if (part.boundIndex >= increment.buckets.length)
      increment.buckets = grown(increment.buckets, part.source.group.bounds.length)
    increment.buckets[part.boundIndex] = (increment.buckets[part.boundIndex] as number) + increase
  }
}

function incrementAt(source: Source, timeMs: number): Increment {
  if (timeMs <= source.lastMs) {
    source.carry ??= emptyIncrement(source, timeMs)
    return source.carry
  }
  for (const pending of source.pending) if (pending.timeMs === timeMs) return pending
  if (source.pending.length >= pendingMax) return source.pending[source.pending.length - 1] as Increment
  const increment = emptyIncrement(source, timeMs)
  source.pending.push(increment)
  return increment
}

const emptyIncrement = (source: Source, timeMs: number): Increment => ({
  timeMs,
  buckets: new Float64Array(source.group.bounds.length),
  native: [],
  count: 0,
  errors: 0,
  sum: 0,
  seen: 0,
  partial: false,
})

function mergeInto(into: Increment, from: Increment): void {
  into.count += from.count
  into.errors += from.errors
  into.sum += from.sum
  into.partial ||= from.partial
  for (const bucket of from.native) into.native.push(bucket)
  if (from.buckets.length > into.buckets.length) into.buckets = grown(into.buckets, from.buckets.length)
  for (let i = 0; i < from.buckets.length; i += 1)
    into.buckets[i] = (into.buckets[i] as number) + (from.buckets[i] as number)
}

function grown(old: Float64Array, length: number): Float64Array {
  const array = new Float64Array(Math.max(length, old.length))
  array.set(old)
  return array
}
