import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { SpanBatch, StoredSpan } from '../../../port/trace-store.ts'
import { noPoints, traceShapes } from '../log/finding.ts'
import { openSignals } from '../log/signals.ts'
import { SeriesNumbers } from '../log/source-series.ts'
import type { TraceWatchConfig } from './config.ts'
import type { TraceWatch, TraceWatchDeps } from './index.ts'
import { SpanPairs } from './span-pairs.ts'
import { TraceService } from './trace-service.ts'
import { traceSettingsOf } from './trace-settings.ts'

const tickMs = 1_000
/** Spans taken before it is asked whether others should have the loop. */
const turnSpans = 500
const generationMs = 15_000
const nameMax = 200
/** A service without spans for this long makes room. */
const idleMs = 3_600_000
/** A span that ends this far in our future has a broken clock. */
const futureMsMax = 60_000
const shapes: readonly string[] = traceShapes

type Tenant = { services: Map<string, TraceService>; pairs: SpanPairs; agedMs: number }

export function createTraceWatch(deps: TraceWatchDeps, config: TraceWatchConfig): TraceWatch {
  const { bus, clock, metrics, anomalies, metricStore } = deps
  const settings = traceSettingsOf(config)
  const { findings, made } = openSignals(deps)
  const numbers = new SeriesNumbers()
  const tenants = new Map<TenantId, Tenant>()
  const refused = metrics.counter(
    'aiops_trace_watch_refused_total',
    'Spans left out because there are too many services or spans to remember.',
  )
  metrics.gauge('aiops_trace_watch_services', 'Services whose spans are watched.', [], (gauge) => {
    let count = 0
    for (const { services } of tenants.values()) count += services.size
    gauge.set(count)
  })
  const stops: (() => void)[] = []

  /** Whether the catalogue holds this series: from a process before this one, as ours are looked for first. */
  const wasKnown =
    (tenant: TenantId) =>
    (labels: Record<string, string>): boolean =>
      metricStore.catalog.select(
        tenant,
        Object.entries(labels).map(([name, value]) => ({ name, op: '=' as const, value })),
      ).length > 0

  function tenantOf(tenant: TenantId): Tenant {
    const known = tenants.get(tenant)
    if (known) return known
    const entry = { services: new Map(), pairs: new SpanPairs(settings.spansPendingMax), agedMs: clock.now() }
    tenants.set(tenant, entry)
    return entry
  }

  function serviceOf(
    tenant: TenantId,
    { services }: Tenant,
    name: string,
    nowMs: number,
  ): TraceService | undefined {
    const known = services.get(name)
    if (known) return known
    if (name === '' || name.length > nameMax) return undefined
    if (services.size >= settings.servicesMax) {
      refused.inc()
      return undefined
    }
    const service = new TraceService(tenant, name, settings, numbers, wasKnown(tenant), nowMs)
    services.set(name, service)
    return service
  }

  function take(tenant: TenantId, entry: Tenant, span: StoredSpan, nowMs: number): void {
    const endMs = span.startMs + span.durationMs
    if (!Number.isFinite(endMs) || span.durationMs < 0 || endMs > nowMs + futureMsMax) return
    const { kind, service, traceId, parentSpanId } = span
    const calls = entry.pairs.parent(traceId + span.spanId, service)
    if (kind === 'SERVER' || kind === 'CONSUMER') {
      serviceOf(tenant, entry, service, nowMs)?.served(
        span.name.slice(0, nameMax),
        span.durationMs,
        endMs,
        span.status === 'ERROR',
        nowMs,
      )
      if (parentSpanId !== '') calls.push(...entry.pairs.child(traceId + parentSpanId, { service, endMs }))
    }
    for (const { caller, callee, endMs: at } of calls) {
      if (callee.length <= nameMax) serviceOf(tenant, entry, caller, nowMs)?.called(callee, at, nowMs)
    }
    const database = kind === 'CLIENT' ? databaseOf(span) : undefined
    if (database) serviceOf(tenant, entry, service, nowMs)?.called(database, endMs, nowMs)
  }

  function onSpans({ tenant, spans }: SpanBatch): void | Promise<void> {
    const entry = tenantOf(tenant)
    if (spans.length > turnSpans) return takeAll(tenant, entry, spans)
    const nowMs = clock.now()
    for (const span of spans) take(tenant, entry, span, nowMs)
  }

  async function takeAll(tenant: TenantId, entry: Tenant, spans: readonly StoredSpan[]): Promise<void> {
    const turn = new Turn(clock)
    for (let at = 0; at < spans.length; at += 1) {
      take(tenant, entry, spans[at] as StoredSpan, clock.now())
      if (at % turnSpans === turnSpans - 1 && turn.due()) await turn.give()
    }
  }

  function tick(): void {
    const nowMs = clock.now()
    const points = noPoints()
    let open = findings.openCount
    for (const { services, pairs } of tenants.values()) {
      for (const [name, service] of services) {
        service.close(nowMs, points)
        for (const finding of service.tell(nowMs, settings.toldMax - open)) {
          if (finding.kind === 'OPENED') open += 1
          findings.apply(finding)
        }
        if (nowMs - service.seenMs <= idleMs || service.toldCount > 0) continue
        service.release()
        services.delete(name)
      }
      refused.inc(pairs.droppedCount)
      pairs.droppedCount = 0
    }
    made.learn(numbers.take())
    made.tell(points)
    for (const entry of tenants.values()) {
      if (nowMs - entry.agedMs < generationMs) continue
      entry.agedMs = nowMs
      entry.pairs.age()
    }
  }

  return {
    async start() {
      for (const anomaly of await anomalies.active())
        if (shapes.includes(anomaly.shape))
          findings.close(anomaly, `not followed since the restart at ${isoTime(clock.now())}`)
      if (!config.enabled) return
      stops.push(bus.subscribe('spans', 'detect', onSpans), clock.every(tickMs, tick))
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
      await findings.stop()
    },
    openCount: () => findings.openCount,
  }
}

/** A database as spans name it: they have no spans of its own. OpenTelemetry's names and the older ones. */
function databaseOf({ attributes }: StoredSpan): string | undefined {
  const system = attributes['db.system.name'] ?? attributes['db.system']
  if (!system) return undefined
  const name = attributes['db.namespace'] ?? attributes['db.name']
  const full = name ? `${system}/${name}` : system
  return full.length <= nameMax ? full : undefined
}
