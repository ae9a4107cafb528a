import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesRef } from '../../port/metric-store.ts'
import { type CallWindow, selfTimeMs } from './call-window.ts'
import type { DerivedSeries, PointSink } from './point-sink.ts'
import { nearestRank } from './quantile.ts'

type Served = { key: string; startMs: number; endMs: number; error: boolean }
type EdgeBucket = { count: number; sumMs: number; errors: number }
type Bucket = { served: Served[]; servedCount: number; edges: Map<Edge, EdgeBucket> }
/** `lastBucket`: the newest with a call that was emitted; `calledBucket`: the newest with a call. */
type Edge = { labels: Labels; refs: Map<string, SeriesRef>; lastBucket: number; calledBucket: number }

export type SpanLimits = { bucketMs: number; delayMs: number; edgesMax: number }

/** Spans of one interval looked at one by one; more are only counted. */
const servedMax = 5_000
/** Intervals without a request that are filled with rate 0 once requests are seen again. */
const idleFillMax = 30
const bucketsMax = 64
/** An edge silent for this many intervals no longer gets zero rates, and makes room for another where there is none. */
const edgeIdleMax = 30

/**
 * Spans of one service, in intervals by their end. An interval closes when the service's newest span end, moved on by the
 * time since it came, is past it: senders' clocks need not agree with ours, and replay goes at its own speed.
 */
export class ServiceSpans {
  readonly #tenant: TenantId
  readonly #labels: Labels
  readonly #derived: DerivedSeries
  readonly #limits: SpanLimits
  readonly #calls: CallWindow
  readonly #buckets = new Map<number, Bucket>()
  readonly #edges = new Map<string, Edge>()
  readonly #refs = new Map<string, SeriesRef>()
  #newestEndMs = Number.NEGATIVE_INFINITY
  #newestAtMs = 0
  #closedTo = Number.NaN
  #servedTo = Number.NaN
  /** When room was last made among the edges. */
  #clearedBucket = Number.NaN

  constructor(
    tenant: TenantId,
    labels: Labels,
    derived: DerivedSeries,
    limits: SpanLimits,
    calls: CallWindow,
  ) {
    this.#tenant = tenant
    this.#labels = labels
    this.#derived = derived
    this.#limits = limits
    this.#calls = calls
  }

  get idleSinceMs(): number {
    return this.#newestAtMs
  }

  /** False where the interval is closed already. */
  serve(span: Served, atMs: number): boolean {
    const bucket = this.#bucketFor(span.endMs, atMs)
    if (!bucket) return false
    bucket.servedCount += 1
    if (bucket.served.length < servedMax) bucket.served.push(span)
    return true
  }

  call(target: Labels, startMs: number, endMs: number, error: boolean, atMs: number): boolean {
    const bucket = this.#bucketFor(endMs, atMs)
    if (!bucket) return false
    const edge = this.#edge(target, Math.floor(endMs / this.#limits.bucketMs))
    if (!edge) return false
    const known = bucket.edges.get(edge)
    const into = known ?? { count: 0, sumMs: 0, errors: 0 }
    if (!known) bucket.edges.set(edge, into)
    into.count += 1
    into.sumMs += endMs - startMs
    if (error) into.errors += 1
    return true
  }

  /** Emits every interval that can be closed at this monotonic time, oldest first. */
  close(atMs: number, sink: PointSink): void {
    if (this.#buckets.size === 0) return
    const { bucketMs, delayMs } = this.#limits
    const watermarkMs = this.#newestEndMs + Math.max(0, atMs - this.#newestAtMs)
    const ready = [...this.#buckets.keys()]
      .filter((b) => (b + 1) * bucketMs + delayMs <= watermarkMs)
      .sort((a, b) => a - b)
    for (const number of ready) {
      const bucket = this.#buckets.get(number) as Bucket
      this.#buckets.delete(number)
      this.#emitServed(number, bucket, sink)
      this.#emitEdges(number, bucket, sink)
      this.#closedTo = number
    }
  }

  #bucketFor(endMs: number, atMs: number): Bucket | undefined {
    const number = Math.floor(endMs / this.#limits.bucketMs)
    if (number <= this.#closedTo) return undefined
    if (endMs > this.#newestEndMs) {
      this.#newestEndMs = endMs
      this.#newestAtMs = atMs
    }
    const known = this.#buckets.get(number)
    if (known) return known
    if (this.#buckets.size >= bucketsMax) return undefined
    const bucket: Bucket = { served: [], servedCount: 0, edges: new Map() }
    this.#buckets.set(number, bucket)
    return bucket
  }

  #emitServed(number: number, bucket: Bucket, sink: PointSink): void {
    const { bucketMs } = this.#limits
    const { served, servedCount } = bucket
    if (servedCount === 0) return
    const rate = this.#ref('traces.span.rate', '1/s')
    for (
      let idle = Math.max(this.#servedTo + 1, number - idleFillMax);
      number - this.#servedTo <= idleFillMax && idle < number;
      idle += 1
    )
      sink.derive(rate, (idle + 1) * bucketMs, 0)
    this.#servedTo = number
    const timeMs = (number + 1) * bucketMs
    let sumMs = 0
    let selfMs = 0
    let errors = 0
    let origins = 0
    for (const span of served) {
      const calls = this.#calls.of(span.key)
      sumMs += span.endMs - span.startMs
      selfMs += selfTimeMs(span.startMs, span.endMs, calls)
      if (!span.error) continue
      errors += 1
      if (!calls.some((call) => call.error)) origins += 1
    }
    const count = served.length
    sink.derive(rate, timeMs, servedCount / (bucketMs / 1_000))
    sink.derive(this.#ref('traces.span.duration:mean', 's'), timeMs, sumMs / count / 1_000)
    const p95Ms = nearestRank(
      0.95,
      served.map((span) => span.endMs - span.startMs),
    )
    sink.derive(this.#ref('traces.span.duration:p95', 's'), timeMs, p95Ms / 1_000)
    sink.derive(this.#ref('traces.span.self_time:mean', 's'), timeMs, selfMs / count / 1_000)
    sink.derive(this.#ref('traces.span.error_ratio', '1'), timeMs, errors / count)
    sink.derive(this.#ref('traces.span.error_origin_ratio', '1'), timeMs, origins / count)
  }

  #emitEdges(number: number, bucket: Bucket, sink: PointSink): void {
    const { bucketMs } = this.#limits
    const timeMs = (number + 1) * bucketMs
    for (const edge of this.#edges.values()) {
      const found = bucket.edges.get(edge)
      const rate = this.#edgeRef(edge, 'traces.edge.rate', '1/s')
      if (!found) {
        if (number - edge.lastBucket <= edgeIdleMax) sink.derive(rate, timeMs, 0)
        continue
      }
      edge.lastBucket = number
      sink.derive(rate, timeMs, found.count / (bucketMs / 1_000))
      sink.derive(
        this.#edgeRef(edge, 'traces.edge.duration:mean', 's'),
        timeMs,
        found.sumMs / found.count / 1_000,
      )
      sink.derive(this.#edgeRef(edge, 'traces.edge.error_ratio', '1'), timeMs, found.errors / found.count)
    }
  }

  #edge(target: Labels, number: number): Edge | undefined {
    const key = JSON.stringify(target)
    const known = this.#edges.get(key)
    if (known) {
      known.calledBucket = Math.max(known.calledBucket, number)
      return known
    }
    if (this.#edges.size >= this.#limits.edgesMax) this.#forgetSilent(number)
    if (this.#edges.size >= this.#limits.edgesMax) return undefined
    const edge: Edge = {
      labels: { ...this.#labels, ...target },
      refs: new Map(),
      lastBucket: Number.NEGATIVE_INFINITY,
      calledBucket: number,
    }
    this.#edges.set(key, edge)
    return edge
  }

  /** Addresses come and go with the instances behind them. Once an interval, so that a flood of new ones costs nothing. */
  #forgetSilent(number: number): void {
    if (this.#clearedBucket === number) return
    this.#clearedBucket = number
    for (const [key, edge] of this.#edges)
      if (number - edge.calledBucket > edgeIdleMax) this.#edges.delete(key)
  }

  #edgeRef(edge: Edge, name: string, unit: string): SeriesRef {
    const known = edge.refs.get(name)
    if (known !== undefined) return known
    const ref = this.#derived.intern(this.#tenant, name, edge.labels, unit)
    edge.refs.set(name, ref)
    return ref
  }

  #ref(name: string, unit: string): SeriesRef {
    const known = this.#refs.get(name)
    if (known !== undefined) return known
    const ref = this.#derived.intern(this.#tenant, name, this.#labels, unit)
    this.#refs.set(name, ref)
    return ref
  }
}
