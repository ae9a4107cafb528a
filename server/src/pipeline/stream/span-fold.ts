import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { StoredSpan } from '../../port/trace-store.ts'
import { CallWindow } from './call-window.ts'
import type { DerivedSeries, PointSink } from './point-sink.ts'
import { ServiceSpans, type SpanLimits } from './service-spans.ts'

export type SpanFoldLimits = SpanLimits & { spansPendingMax: number; servicesMax: number }

/** A caller's view of a call is remembered for one to two of these. */
const generationMs = 5_000
/** A span that ends this far in our future has a broken clock and would close its service's intervals early. */
const futureMsMax = 60_000
/** A service without spans for this long is forgotten; its series stay. */
const idleMsMax = 3_600_000

/** Spans of one tenant: per service what it served and whom it called. */
export class SpanFold {
  readonly #tenant: TenantId
  readonly #derived: DerivedSeries
  readonly #limits: SpanFoldLimits
  readonly #calls: CallWindow
  readonly #services = new Map<string, ServiceSpans>()
  #agedAtMs = 0
  /** Spans that came after their interval was closed, from the future, or over a limit. */
  droppedCount = 0

  constructor(tenant: TenantId, derived: DerivedSeries, limits: SpanFoldLimits) {
    this.#tenant = tenant
    this.#derived = derived
    this.#limits = limits
    this.#calls = new CallWindow(limits.spansPendingMax)
  }

  /** `nowMs` is unix time, `atMs` the monotonic time of arrival. */
  add(spans: readonly StoredSpan[], nowMs: number, atMs: number): void {
    for (const span of spans) {
      const endMs = span.startMs + span.durationMs
      const usable = Number.isFinite(endMs) && span.durationMs >= 0 && endMs <= nowMs + futureMsMax
      if (!usable || !this.#take(span, endMs, atMs)) this.droppedCount += 1
    }
  }

  close(atMs: number, sink: PointSink): void {
    for (const [key, service] of this.#services) {
      service.close(atMs, sink)
      if (atMs - service.idleSinceMs > idleMsMax) this.#services.delete(key)
    }
    if (atMs - this.#agedAtMs < generationMs) return
    this.#agedAtMs = atMs
    this.#calls.age()
  }

  #take(span: StoredSpan, endMs: number, atMs: number): boolean {
    const error = span.status === 'ERROR'
    if (span.kind === 'SERVER' || span.kind === 'CONSUMER') {
      const key = span.traceId + span.spanId
      return this.#service(span)?.serve({ key, startMs: span.startMs, endMs, error }, atMs) ?? false
    }
    if (span.kind !== 'CLIENT') return true
    if (span.parentSpanId !== '')
      this.#calls.add(span.traceId + span.parentSpanId, { startMs: span.startMs, endMs, error })
    const target = targetOf(span.attributes)
    if (!target) return true
    return this.#service(span)?.call(target, span.startMs, endMs, error, atMs) ?? false
  }

  #service(span: StoredSpan): ServiceSpans | undefined {
    const namespace = span.attributes['service.namespace'] ?? ''
    const key = `${namespace}\u0000${span.service}`
    const known = this.#services.get(key)
    if (known) return known
    if (span.service === '' || this.#services.size >= this.#limits.servicesMax) return undefined
    const labels: Labels = { 'service.name': span.service }
    if (namespace !== '') labels['service.namespace'] = namespace
    const service = new ServiceSpans(this.#tenant, labels, this.#derived, this.#limits, this.#calls)
    this.#services.set(key, service)
    return service
  }
}

/** Who is called: OpenTelemetry's names, its older ones, and the database kind where there is no address. */
function targetOf(attributes: Labels): Labels | undefined {
  const address = attributes['server.address'] ?? attributes['net.peer.name']
  const port = attributes['server.port'] ?? attributes['net.peer.port']
  const peer = attributes['peer.service']
  const system = attributes['db.system.name'] ?? attributes['db.system']
  if (!address && !peer && !system) return undefined
  const target: Labels = {}
  if (address) target['server.address'] = address
  if (port) target['server.port'] = port
  if (peer) target['peer.service'] = peer
  if (!address && !peer && system) target['db.system.name'] = system
  return target
}
