import { type EntityId, EntityKind, entityId, entityKind } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { TopologyInput } from '@aiops/contract/model/topology'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { systemRandom } from '../../kernel/random.ts'
import { givingWay } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import type { SpanBatch, StoredSpan } from '../../port/trace-store.ts'
import { CallRate } from './call-rate.ts'
import { ChangeBook } from './change-book.ts'
import type { KnowledgeConfig } from './config.ts'
import { edgeView, TopologyGraph } from './graph.ts'
import type { Knowledge, KnowledgeDeps } from './index.ts'
import { edgeKey, Mirrored } from './mirrored.ts'
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

type TenantGraph = {
  tenant: TenantId
  graph: TopologyGraph
  pairing: SpanPairing
  mirrored: Mirrored
  /** Entities or edges were added since the last save; something was merely seen again. */
  grown: boolean
  seen: boolean
  /** Added since the last TOPOLOGY_CHANGED. */
  unannounced: boolean
  savedMs: number
  saveAfterMs: number
}

/** How often what was merely seen again is written. */
const seenSaveMs = 60_000

/** The topology graphs of all tenants, learned from the bus and kept in the record store. */
export function createKnowledge(deps: KnowledgeDeps, config: KnowledgeConfig): Knowledge {
  const { bus, clock, log } = deps
  const random = deps.random ?? systemRandom
  const book = new ChangeBook({ ...deps, random }, config)
  const refused = deps.metrics.counter(
    'aiops_topology_refused_total',
    'Entities and edges refused because the topology is at its limit.',
  )
  const calls = deps.metrics.counter('aiops_topology_calls_total', 'Calls between entities found in spans.')
  const tenants = new Map<TenantId, TenantGraph>()
  const cancels: (() => void)[] = []
  let saving: Promise<void> = Promise.resolve()
  let mirroring: Promise<void> = Promise.resolve()
  registerGauges()

  function registerGauges(): void {
    const sum = (read: (g: TenantGraph) => number): number =>
      [...tenants.values()].reduce((total, g) => total + read(g), 0)
    deps.metrics.gauge('aiops_topology_entities', 'Entities in the topology.', [], (g) =>
      g.set(sum((t) => t.graph.entityCount)),
    )
    deps.metrics.gauge('aiops_topology_edges', 'Edges in the topology.', [], (g) =>
      g.set(sum((t) => t.graph.edgeCount)),
    )
    deps.metrics.gauge(
      'aiops_topology_spans_waiting',
      'Spans waiting for the other end of their call.',
      [],
      (g) => g.set(sum((t) => t.pairing.waiting)),
    )
  }

  function of(tenant: TenantId): TenantGraph {
    const known = tenants.get(tenant)
    if (known) return known
    const fresh: TenantGraph = {
      tenant,
      graph: new TopologyGraph({
        entitiesMax: config.entities_max,
        edgesMax: config.edges_max,
        depthKept: config.neighbourhood_depth,
      }),
      pairing: new SpanPairing({
        waitMs: config.pairing_seconds * 1_000,
        spansMax: config.pairing_spans_max,
      }),
      mirrored: new Mirrored(),
      grown: false,
      seen: false,
      unannounced: false,
      savedMs: clock.now(),
      saveAfterMs: config.save_seconds * 1_000,
    }
    tenants.set(tenant, fresh)
    return fresh
  }

  function learn(batch: SpanBatch): void {
    const known = of(batch.tenant)
    const nowMs = clock.now()
    const named = new Set<string>()
    for (const span of batch.spans) {
      if (span.service === '') continue
      const version = `${span.service}\0${span.attributes['service.version'] ?? ''}\0${span.attributes['host.name'] ?? ''}\0${span.attributes['k8s.pod.name'] ?? ''}`
      if (!named.has(version)) {
        named.add(version)
        learnService(known, span, nowMs)
      }
      for (const call of known.pairing.add(span, nowMs)) learnCall(known, call, nowMs)
    }
  }

  function learnService(known: TenantGraph, span: StoredSpan, nowMs: number): void {
    const labels: Record<string, string> = {}
    for (const name of entityLabels) if (span.attributes[name]) labels[name] = span.attributes[name]
    const atMs = Math.min(span.startMs, nowMs)
    const service = entityId('service', span.service)
    if (!addEntity(known, service, labels, atMs)) return
    learnPod(known, service, span.attributes['k8s.pod.name'], atMs)
    const hostName = span.attributes['host.name']
    if (!hostName) return
    const host = entityId('host', hostName)
    if (addEntity(known, host, {}, atMs)) addEdge(known, service, host, 'RUNS_ON', 'SPANS', atMs)
  }

  /** Joins what telemetry calls a service to the pod of a watched cluster, and to what makes that. Pods come and go: none is learned. */
  function learnPod(known: TenantGraph, service: EntityId, podName: string | undefined, atMs: number): void {
    const pod = entityId('pod', podName ?? '')
    if (!podName || !known.graph.has(pod)) return
    addEdge(known, service, pod, 'RUNS_ON', 'SPANS', atMs)
    for (const maker of known.graph.dependents(pod))
      if (entityKind(maker) === 'workload') addEdge(known, service, maker, 'DEPENDS', 'SPANS', atMs)
  }

  function learnCall(known: TenantGraph, call: Call, nowMs: number): void {
    calls.inc()
    const source = entityId('service', call.caller)
    const target = entityId(call.callee.kind, call.callee.name)
    if (!addEntity(known, source, {}, call.atMs) || !addEntity(known, target, {}, call.atMs)) return
    const edge = addEdge(known, source, target, 'CALLS', 'SPANS', call.atMs)
    if (!edge) return
    edge.rate ??= new CallRate()
    edge.rate.add(nowMs, call.durationMs, call.failed)
  }

  /** False when the entity is unknown and there is no room for it. */
  function addEntity(
    known: TenantGraph,
    id: EntityId,
    labels: Record<string, string>,
    atMs: number,
  ): boolean {
    const outcome = known.graph.addEntity(id, labels, atMs)
    known.mirrored.claim(id)
    if (outcome === 'ADDED') known.grown = known.unannounced = true
    else if (outcome === 'RENEWED') known.seen = true
    else refused.inc()
    return outcome !== 'FULL'
  }

  function addEdge(
    known: TenantGraph,
    ...edge: Parameters<TopologyGraph['addEdge']>
  ): ReturnType<TopologyGraph['addEdge']> {
    const before = known.graph.edgeCount
    const added = known.graph.addEdge(...edge)
    known.mirrored.claim(edgeKey(edge[0], edge[1], edge[2]))
    if (known.graph.edgeCount > before) known.grown = known.unannounced = true
    else if (added) known.seen = true
    else if (edge[0] !== edge[1]) refused.inc()
    return added
  }

  function announce(): void {
    for (const known of tenants.values()) {
      if (!known.unannounced) continue
      known.unannounced = false
      const nowMs = clock.now()
      bus.publish('events', {
        event_id: random.uuid(nowMs),
        event_type: 'TOPOLOGY_CHANGED',
        source: 'knowledge',
        tenant_id: known.tenant,
        timestamp: isoTime(nowMs),
        payload: { entities: known.graph.entityCount, edges: known.graph.edgeCount },
      })
    }
  }

  function saveDue(): void {
    for (const known of tenants.values()) {
      const waitMs = known.grown ? known.saveAfterMs : seenSaveMs
      if ((known.grown || known.seen) && clock.now() - known.savedMs >= waitMs)
        saving = saving.then(() => save(known))
    }
  }

  async function save(known: TenantGraph): Promise<void> {
    if (!known.grown && !known.seen) return
    const startedMs = clock.monotonic()
    known.grown = known.seen = false
    known.savedMs = clock.now()
    try {
      const { graph, mirrored } = known
      const entities = [...graph.entities()].filter(({ id }) => !mirrored.has(id))
      const edges = [...graph.edges()]
        .filter(
          ({ source, target, type }) =>
            !mirrored.hasAny(source, target) && !mirrored.has(edgeKey(source, target, type)),
        )
        .map((edge) => edgeView(edge, known.savedMs))
      await deps.topologies.save(known.tenant, entities, edges)
      // A large topology is written less often, so that writing never takes more than a twentieth of the time.
      known.saveAfterMs = Math.max(config.save_seconds * 1_000, 20 * (clock.monotonic() - startedMs))
    } catch (error) {
      known.grown = true
      log.warn(
        { tenant: known.tenant, error: messageOf(error) },
        'the topology could not be saved and will be tried again',
      )
    }
  }

  async function load(tenant: TenantId): Promise<void> {
    const stored = await deps.topologies.load(tenant)
    const { graph } = of(tenant)
    for (const entity of stored.entities) {
      graph.addEntity(entity.id, entity.labels, entity.firstSeenMs)
      graph.addEntity(entity.id, {}, entity.lastSeenMs)
    }
    for (const edge of stored.edges) {
      graph.addEdge(edge.source, edge.target, edge.type, edge.origin, Date.parse(edge.first_seen))
      graph.addEdge(edge.source, edge.target, edge.type, edge.origin, Date.parse(edge.last_seen))
    }
  }

  return {
    async start() {
      for (const tenant of deps.tenants) await load(tenant)
      cancels.push(bus.subscribe('spans', 'knowledge', learn))
      cancels.push(clock.every(1_000, announce), clock.every(1_000, saveDue))
      book.start()
    },
    async stop() {
      for (const cancel of cancels.splice(0)) cancel()
      for (const known of tenants.values()) saving = saving.then(() => save(known))
      await saving
      await book.stop()
    },
    topology(tenant, around) {
      const { graph } = of(tenant)
      if (around && !graph.has(around.entity))
        throw new Fault('NOT_FOUND', `Nothing is known of an entity ${around.entity}.`)
      return graph.topology(clock.now(), around)
    },
    wholeTopology(tenant) {
      const turn = new Turn(clock)
      return givingWay(of(tenant).graph.whole(clock.now()), async () => {
        if (turn.due()) await turn.give()
      })
    },
    async put(tenant, input, origin) {
      const known = of(tenant)
      refuseUnknown(known.graph, input, config)
      const nowMs = clock.now()
      for (const entity of input.entities) addEntity(known, entity.id, entity.labels, nowMs)
      for (const edge of input.edges) addEdge(known, edge.source, edge.target, edge.type, origin, nowMs)
      announce()
      return { entities: input.entities.length, edges: input.edges.length }
    },
    mirror(tenant, source, input) {
      const known = of(tenant)
      const told = mirroring.then(async () => {
        const turn = new Turn(clock)
        const left = await givingWay(
          known.mirrored.update(known.graph, source, input, clock.now()),
          async () => {
            if (turn.due()) await turn.give()
          },
        )
        if (left > 0) refused.inc(left)
        known.unannounced = true
      })
      mirroring = told.catch(() => undefined)
      return told
    },
    knows: (tenant, entity) => of(tenant).graph.has(entity),
    distance: (tenant, a, b, max) => of(tenant).graph.distance(a, b, max),
    dependencies: (tenant, entity) => of(tenant).graph.dependencies(entity),
    dependents: (tenant, entity) => of(tenant).graph.dependents(entity),
    neighbourhood: (tenant, entity, depth) => of(tenant).graph.neighbourhood(entity, depth),
    edgesOf: (tenant, entity) =>
      of(tenant)
        .graph.edgesOf(entity)
        .map((edge) => edgeView(edge, clock.now())),
    resolveAddress(tenant, address, port) {
      const service = of(tenant).pairing.addresses.resolve(`${address}:${port}`, clock.now())
      return service === undefined ? undefined : entityId('service', service)
    },
    setHealth: (tenant, entity, health) => of(tenant).graph.setHealth(entity, health),
    recordChanges: (tenant, source, drafts, actor) => book.record(tenant, source, drafts, actor),
    changes: (tenant, filter) => book.list(tenant, filter),
  }
}

/** All or nothing: throws VALIDATION_FAILED naming every kind or reference that nobody knows, or the limit that would be passed. */
function refuseUnknown(graph: TopologyGraph, input: TopologyInput, config: KnowledgeConfig): void {
  const given = new Set(input.entities.map((entity) => entity.id))
  const details: { path: string; message: string }[] = []
  input.entities.forEach((entity, index) => {
    if (!EntityKind.safeParse(entityKind(entity.id)).success)
      details.push({ path: `entities.${index}.id`, message: `${entity.id} is of a kind nobody knows` })
  })
  input.edges.forEach((edge, index) => {
    for (const end of ['source', 'target'] as const) {
      const id = edge[end]
      if (!given.has(id) && !graph.has(id))
        details.push({ path: `edges.${index}.${end}`, message: `${id} is not a known entity` })
    }
  })
  const fresh = [...given].filter((id) => !graph.has(id)).length
  if (graph.entityCount + fresh > config.entities_max)
    details.push({
      path: 'entities',
      message: `the topology would hold more than ${config.entities_max} entities`,
    })
  const freshEdges = input.edges.filter((edge) => !graph.hasEdge(edge.source, edge.target, edge.type)).length
  if (graph.edgeCount + freshEdges > config.edges_max)
    details.push({ path: 'edges', message: `the topology would hold more than ${config.edges_max} edges` })
  if (details.length === 0) return
  const named = details
    .slice(0, 5)
    .map((detail) => detail.message)
    .join('; ')
  throw new Fault(
    'VALIDATION_FAILED',
    `The topology was not taken: ${named}${details.length > 5 ? ` and ${details.length - 5} more` : ''}.`,
    { details: details.slice(0, 100) },
  )
}
