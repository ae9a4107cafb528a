import { type EntityId, entityId, entityKind } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Edge, EdgeOrigin } from '@aiops/contract/model/topology'
import type { Clock } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { SpanBatch, StoredSpan } from '../../port/trace-store.ts'
import { CallRate } from './call-rate.ts'
import { freshnessOf, type KnowledgeConfig } from './config.ts'
import type { Ends } from './evidence.ts'
import { TopologyGraph } from './graph.ts'
import type { GraphEdge } from './graph-part.ts'
import { type HistoryDeps, TenantHistory } from './history/history.ts'
import { Mirrored } from './mirrored.ts'
import { type Call, SpanPairing } from './span-pairing.ts'

/** Resource attributes worth showing beside an entity; the newest value wins. */
const entityLabels = [
  'service.namespace',
  'service.version',
  'host.name',
  'k8s.namespace.name',
  'k8s.cluster.name',
  'deployment.environment.name',
] as const

const none: Readonly<Record<string, string>> = {}

/** The topology of one tenant: its graph, what is learned into it, and its past. */
export class TenantGraph {
  readonly tenant: TenantId
  readonly graph: TopologyGraph
  readonly pairing: SpanPairing
  readonly mirrored = new Mirrored()
  readonly history: TenantHistory
  /** Entities or edges were added since the last save; something was merely seen again. */
  grown = false
  seen = false
  /** Added or gone since the last TOPOLOGY_CHANGED. */
  unannounced = false
  savedMs: number
  saveAfterMs: number
  readonly #clock: Clock
  readonly #refused: ReturnType<Metrics['counter']>
  readonly #calls: ReturnType<Metrics['counter']>

  constructor(tenant: TenantId, deps: HistoryDeps, config: KnowledgeConfig) {
    this.tenant = tenant
    this.#clock = deps.clock
    this.history = new TenantHistory(tenant, () => this.graph, deps, config)
    this.graph = new TopologyGraph(
      {
        ...{ entitiesMax: config.entities_max, edgesMax: config.edges_max },
        ...{ depthKept: config.neighbourhood_depth, nearBytesMax: config.neighbourhood_mib * 1_048_576 },
      },
      freshnessOf(config),
      this.history.journal.watcher(() => this.#clock.now()),
    )
    this.pairing = new SpanPairing({
      waitMs: config.pairing_seconds * 1_000,
      spansMax: config.pairing_spans_max,
    })
    this.savedMs = deps.clock.now()
    this.saveAfterMs = config.save_seconds * 1_000
    this.#refused = deps.metrics.counter(
      'aiops_topology_refused_total',
      'Entities and edges refused because the topology is at its limit.',
    )
    this.#calls = deps.metrics.counter('aiops_topology_calls_total', 'Calls between entities found in spans.')
  }

  refuse(count: number): void {
    if (count > 0) this.#refused.inc(count)
  }

  learn(batch: SpanBatch): void {
    const nowMs = this.#clock.now()
    const named = new Set<string>()
    for (const span of batch.spans) {
      if (span.service === '') continue
      const version = `${span.service}\0${span.attributes['service.version'] ?? ''}\0${span.attributes['host.name'] ?? ''}\0${span.attributes['k8s.pod.name'] ?? ''}`
      if (!named.has(version)) {
        named.add(version)
        this.#learnService(span, nowMs)
      }
      for (const call of this.pairing.add(span, nowMs)) this.#learnCall(call, nowMs)
    }
  }

  #learnService(span: StoredSpan, nowMs: number): void {
    const labels: Record<string, string> = {}
    for (const name of entityLabels) if (span.attributes[name]) labels[name] = span.attributes[name]
    const atMs = Math.min(span.startMs, nowMs)
    const service = entityId('service', span.service)
    if (!this.addEntity(service, labels, atMs, true, nowMs)) return
    this.#learnPod(service, span.attributes['k8s.pod.name'], atMs, nowMs)
    const hostName = span.attributes['host.name']
    if (!hostName) return
    const host = entityId('host', hostName)
    if (this.addEntity(host, {}, atMs, true, nowMs))
      this.addEdge(service, host, 'RUNS_ON', 'SPANS', atMs, 1, nowMs)
  }

  /** Joins what telemetry calls a service to the pod of a watched cluster, and to what makes that. Pods come and go: none is learned. */
  #learnPod(service: EntityId, podName: string | undefined, atMs: number, nowMs: number): void {
    const pod = entityId('pod', podName ?? '')
    if (!podName || !this.graph.has(pod)) return
    this.addEdge(service, pod, 'RUNS_ON', 'SPANS', atMs, 1, nowMs)
    for (const maker of this.graph.dependents(pod))
      if (entityKind(maker) === 'workload') this.addEdge(service, maker, 'DEPENDS', 'SPANS', atMs, 1, nowMs)
  }

  #learnCall(call: Call, nowMs: number): void {
    const source = entityId('service', call.caller)
    const target = entityId(call.callee.kind, call.callee.name)
    if (!call.again) this.#calls.inc()
    if (!this.addEntity(source, none, call.atMs, true, nowMs)) return
    if (!this.addEntity(target, none, call.atMs, true, nowMs)) return
    const edge = this.addEdge(source, target, 'CALLS', 'SPANS', call.atMs, call.callee.ends, nowMs)
    if (!edge || call.again) return
    if (!(edge.rate instanceof CallRate)) edge.rate = new CallRate()
    ;(edge.rate as CallRate).add(nowMs, call.durationMs, call.failed)
  }

  /** False when the entity is unknown and there is no room for it. `learned`: from telemetry, which may cease. */
  addEntity(
    id: EntityId,
    labels: Readonly<Record<string, string>>,
    atMs: number,
    learned: boolean,
    heardMs = atMs,
  ): boolean {
    const outcome = this.graph.addEntity(id, labels, atMs, learned, heardMs)
    this.mirrored.claim(id)
    if (outcome === 'ADDED') this.grown = this.unannounced = true
    else if (outcome === 'RENEWED') this.seen = true
    else this.#refused.inc()
    return outcome !== 'FULL'
  }

  addEdge(
    source: EntityId,
    target: EntityId,
    type: Edge['type'],
    origin: EdgeOrigin,
    atMs: number,
    ends: Ends = 1,
    heardMs = atMs,
  ): GraphEdge | undefined {
    const before = this.graph.edgeCount
    const added = this.graph.addEdge(source, target, type, origin, atMs, ends, heardMs)
    if (this.graph.edgeCount > before) this.grown = this.unannounced = true
    else if (added) this.seen = true
    else if (source !== target) this.#refused.inc()
    return added
  }
}
