import type { TenantId } from '@aiops/contract/model/tenant'
import type { Finding, MadePoints } from '../log/finding.ts'
import { IntervalClock } from '../log/interval-clock.ts'
import { type SeriesNumbers, SourceSeries } from '../log/source-series.ts'
import { type CallEdge, newEdge } from './call-edge.ts'
import { newEdgeFinding } from './new-edge.ts'
import { Operation } from './operation.ts'
import type { TraceSettings } from './trace-settings.ts'

const callsPerRequest = 'trace.calls_per_request'
const minuteMs = 60_000
/** An operation without requests for this long makes room for another. */
const idleMs = 3_600_000
/** Intervals over which calls and requests are held against each other at most. */
const intervalsMax = 6

/** One service as its spans show it: what it serves and whom it calls. */
export class TraceService {
  readonly tenant: TenantId
  readonly name: string
  readonly #settings: TraceSettings
  readonly #clock: IntervalClock
  readonly #series: SourceSeries
  readonly #operations = new Map<string, Operation>()
  readonly #edges = new Map<string, CallEdge>()
  /** Whether a call to this one was seen by a process before this one. */
  readonly #wasKnown: (labels: Record<string, string>) => boolean
  #sinceMs: number
  #requests = 0
  /** Requests served since the last point of calls per request. */
  #served = 0
  #intervals = 0
  seenMs: number
  /** Operations and edges beyond the bounds. */
  refusedCount = 0

  constructor(
    tenant: TenantId,
    name: string,
    settings: TraceSettings,
    numbers: SeriesNumbers,
    wasKnown: (labels: Record<string, string>) => boolean,
    nowMs: number,
  ) {
    this.tenant = tenant
    this.name = name
    this.#settings = settings
    this.#clock = new IntervalClock(settings)
    this.#series = new SourceSeries(numbers, tenant, { 'service.name': name })
    this.#wasKnown = wasKnown
    this.#sinceMs = nowMs
    this.seenMs = nowMs
  }

  get lateCount(): number {
    return this.#clock.lateCount
  }
  get toldCount(): number {
    let count = 0
    for (const { toldMs } of this.#edges.values()) if (toldMs !== undefined) count += 1
    return count
  }

  served(operation: string, durationMs: number, endMs: number, error: boolean, nowMs: number): void {
    this.#saw(nowMs)
    if (this.#clock.at(endMs, nowMs) < 0) return
    this.#served += 1
    this.#operation(operation, nowMs)?.add(durationMs, error, nowMs)
  }

  called(callee: string, endMs: number, nowMs: number): void {
    this.#saw(nowMs)
    const edge = this.#edge(callee, nowMs)
    if (!edge) return
    edge.lastMs = nowMs
    edge.count += 1
    if (this.#clock.at(endMs, nowMs) >= 0) edge.calls += 1
  }

  close(nowMs: number, into: MadePoints): void {
    for (const number of this.#clock.close(nowMs)) {
      const timeMs = (number + 1) * this.#settings.bucketMs
      const put = (name: string, unit: string, label: string, value: string, point: number): void => {
        into.series.push(this.#series.of(name, unit, { [label]: value }))
        into.timesMs.push(timeMs)
        into.values.push(point)
      }
      for (const [name, operation] of this.#operations) {
        const point = operation.take(this.#settings.requestsMin)
        if (!point) continue
        put('traces.operation.duration:p95', 's', 'span.name', name, point.p95S)
        put('traces.operation.error_ratio', '1', 'span.name', name, point.errorRatio)
      }
      this.#fanOut(put)
    }
  }

  /** New edges that have calls enough, and what became of those told. */
  tell(nowMs: number, room: number): Finding[] {
    const findings: Finding[] = []
    for (const edge of this.#edges.values()) {
      const kind = this.#next(edge, nowMs, findings.length < room)
      if (!kind) continue
      if (kind === 'OPENED') edge.toldMs = nowMs
      findings.push(
        newEdgeFinding(edge, {
          kind,
          tenant: this.tenant,
          caller: this.name,
          learnedMs: edge.firstMs - this.#sinceMs,
          edges: this.#edges.size,
          nowMs,
          labels: this.#labelsOf(edge.callee),
        }),
      )
      if (kind === 'ENDED') edge.toldMs = undefined
    }
    return findings
  }

  release(): void {
    this.#series.release()
  }

  #saw(nowMs: number): void {
    this.seenMs = nowMs
    this.#requests += 1
  }

  #labelsOf(callee: string): Record<string, string> {
    return this.#series.labelsOf(callsPerRequest, { 'peer.service': callee })
  }

  #next(edge: CallEdge, nowMs: number, room: boolean): Finding['kind'] | undefined {
    const { newCount, quietMs, adoptMs } = this.#settings
    if (edge.toldMs !== undefined)
      return nowMs - edge.lastMs >= quietMs || nowMs - edge.toldMs >= adoptMs ? 'ENDED' : undefined
    if (!edge.candidate) return undefined
    if (edge.count >= newCount && room) {
      edge.candidate = false
      return 'OPENED'
    }
    if (nowMs - edge.firstMs > minuteMs) edge.candidate = false
    return undefined
  }

  #operation(name: string, nowMs: number): Operation | undefined {
    const known = this.#operations.get(name)
    if (known) return known
    if (this.#operations.size >= this.#settings.operationsMax) {
      for (const [other, { seenMs }] of this.#operations)
        if (nowMs - seenMs > idleMs) this.#operations.delete(other)
      if (this.#operations.size >= this.#settings.operationsMax) {
        this.refusedCount += 1
        return undefined
      }
    }
    const operation = new Operation()
    this.#operations.set(name, operation)
    return operation
  }

  #edge(callee: string, nowMs: number): CallEdge | undefined {
    const known = this.#edges.get(callee)
    if (known) return known
    if (this.#edges.size >= this.#settings.edgesMax) {
      this.refusedCount += 1
      return undefined
    }
    const { learnMs, learnRequests } = this.#settings
    const learned = nowMs - this.#sinceMs >= learnMs && this.#requests >= learnRequests
    const seen = this.#wasKnown(this.#labelsOf(callee))
    const edge = newEdge(callee, nowMs, learned && !seen)
    this.#edges.set(callee, edge)
    // Its series is made at once: the catalogue remembers it over a restart.
    this.#series.of(callsPerRequest, '1', { 'peer.service': callee })
    return edge
  }

  #fanOut(put: (name: string, unit: string, label: string, value: string, point: number) => void): void {
    this.#intervals += 1
    const enough = this.#served >= this.#settings.requestsMin
    if (!enough && this.#intervals < intervalsMax) return
    for (const edge of this.#edges.values()) {
      if (enough) put(callsPerRequest, '1', 'peer.service', edge.callee, edge.calls / this.#served)
      edge.calls = 0
    }
    this.#served = 0
    this.#intervals = 0
  }
}
