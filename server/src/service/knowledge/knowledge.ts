import { entityId } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Edge } from '@aiops/contract/model/topology'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { systemRandom } from '../../kernel/random.ts'
import { givingWay, type Stepwise } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import { importBackstage } from './backstage/import.ts'
import { ChangeBook } from './change-book.ts'
import type { KnowledgeConfig } from './config.ts'
import type { GraphEntity } from './graph-part.ts'
import { edgeView } from './graph-view.ts'
import { noHistory } from './history/history.ts'
import { pastViews } from './history/past-views.ts'
import type { Knowledge, KnowledgeDeps } from './index.ts'
import { createMetricLearner } from './metric-edge/metric-learner.ts'
import { TenantGraph } from './tenant-graph.ts'
import { refuseUnknown } from './topology-input.ts'

/** How often what was merely seen again is written. */
const seenSaveMs = 60_000
/** How often edges are looked at for having aged, and for figures that moved. */
const lookMs = 60_000
const pruneMs = 3_600_000

/** The topology graphs of all tenants, learned from the bus and kept in the record store. */
export function createKnowledge(deps: KnowledgeDeps, config: KnowledgeConfig): Knowledge {
  const { bus, clock, log } = deps
  const random = deps.random ?? systemRandom
  const book = new ChangeBook({ ...deps, random }, config)
  const tenants = new Map<TenantId, TenantGraph>()
  const cancels: (() => void)[] = []
  let saving: Promise<void> = Promise.resolve()
  let mirroring: Promise<void> = Promise.resolve()
  let looking: Promise<void> = Promise.resolve()
  registerGauges()

  function registerGauges(): void {
    const gauge = (name: string, help: string, read: (known: TenantGraph) => number): void =>
      void deps.metrics.gauge(name, help, [], (g) =>
        g.set([...tenants.values()].reduce((total, known) => total + read(known), 0)),
      )
    gauge('aiops_topology_entities', 'Entities in the topology.', ({ graph }) => graph.entityCount)
    gauge('aiops_topology_edges', 'Edges in the topology.', ({ graph }) => graph.edgeCount)
    gauge(
      'aiops_topology_spans_waiting',
      'Spans waiting for the other end of their call.',
      ({ pairing }) => pairing.waiting,
    )
    gauge(
      'aiops_topology_neighbourhood_bytes',
      'Memory of neighbourhoods that are kept ready.',
      ({ graph }) => graph.nearBytes,
    )
    gauge(
      'aiops_topology_marks_lost',
      'Changes of the topology that are missing from its past because too many waited to be written.',
      ({ history }) => history.journal.lost,
    )
  }

  function of(tenant: TenantId): TenantGraph {
    const known = tenants.get(tenant)
    if (known) return known
    const { metrics } = deps
    const fresh = new TenantGraph(tenant, { clock, metrics, log, history: deps.history ?? noHistory }, config)
    tenants.set(tenant, fresh)
    return fresh
  }

  const learner =
    deps.metricStore && createMetricLearner({ ...deps, metricStore: deps.metricStore, of }, config)

  function breathing<T>(work: Stepwise<T>): Promise<T> {
    const turn = new Turn(clock)
    return givingWay(work, async () => {
      if (turn.due()) await turn.give()
    })
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
      const { entities, edges } = await breathing(keptOf(known, known.savedMs))
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
    const known = of(tenant)
    await known.history.start()
    const { entities, edges } = await deps.topologies.load(tenant)
    const { graph } = known
    for (const { id, labels, firstSeenMs, lastSeenMs, learned } of entities) {
      graph.addEntity(id, labels, firstSeenMs, learned === true)
      graph.addEntity(id, {}, lastSeenMs, learned === true, clock.now())
    }
    for (const { source, target, type, origin, first_seen, last_seen, evidence } of edges) {
      // Older versions wrote the newest origin alone.
      const known = evidence ?? [{ origin, ends: 1, last_seen }]
      for (const one of known) {
        if (one.origin === 'KUBERNETES') continue
        const edge = graph.addEdge(
          source,
          target,
          type,
          one.origin,
          Date.parse(one.last_seen),
          endsOf(one.ends),
        )
        if (!edge) continue
        edge.firstSeenMs = Date.parse(first_seen)
        if (one.origin === origin) edge.origin = origin
      }
    }
  }

  /** What has aged goes; what moved is marked. */
  async function look(known: TenantGraph): Promise<void> {
    const { graph, mirrored, history, tenant } = known
    try {
      const lifeMs = durationMs(config.freshness.entities)
      const keeps = (id: string): boolean => lifeMs === 0 || mirrored.has(id)
      const gone = await breathing(graph.expire(clock.now(), lifeMs, keeps))
      if (gone.edges.length + gone.entities.length > 0) {
        known.unannounced = true
        await deps.topologies.remove(tenant, gone.entities, gone.edges)
      }
      await history.weigh()
    } catch (error) {
      log.warn({ tenant, error: messageOf(error) }, 'the topology could not be looked over')
    }
  }

  function flushAll(): void {
    for (const { history } of tenants.values()) void history.flush()
  }
  function lookAll(): void {
    looking = looking.then(async () => {
      for (const known of tenants.values()) await look(known)
    })
  }
  function pruneAll(): void {
    looking = looking.then(async () => {
      for (const { history, tenant } of tenants.values())
        await history.prune().catch((error) => {
          log.warn({ tenant, error: messageOf(error) }, 'the old past of the topology could not be deleted')
        })
    })
  }

  return {
    async start() {
      for (const tenant of deps.tenants) await load(tenant)
      cancels.push(bus.subscribe('spans', 'knowledge', (batch) => of(batch.tenant).learn(batch)))
      cancels.push(clock.every(1_000, announce), clock.every(1_000, saveDue))
      cancels.push(clock.every(lookMs, lookAll))
      if (deps.history)
        cancels.push(clock.every(config.history_seconds * 1_000, flushAll), clock.every(pruneMs, pruneAll))
      if (learner) cancels.push(learner.start())
      book.start()
    },
    async stop() {
      for (const cancel of cancels.splice(0)) cancel()
      await learner?.idle()
      await looking
      for (const known of tenants.values()) saving = saving.then(() => save(known))
      await saving
      for (const { history } of tenants.values()) await history.flush()
      await book.stop()
    },
    topology(tenant, around) {
      const { graph } = of(tenant)
      if (around && !graph.has(around.entity))
        throw new Fault('NOT_FOUND', `Nothing is known of an entity ${around.entity}.`)
      return graph.topology(clock.now(), around)
    },
    wholeTopology: (tenant) => breathing(of(tenant).graph.whole(clock.now())),
    ...pastViews({ of, breathing }),
    async put(tenant, input, origin) {
      const known = of(tenant)
      refuseUnknown(known.graph, input, config)
      const nowMs = clock.now()
      for (const entity of input.entities) known.addEntity(entity.id, entity.labels, nowMs, false)
      for (const edge of input.edges) known.addEdge(edge.source, edge.target, edge.type, origin, nowMs)
      announce()
      return { entities: input.entities.length, edges: input.edges.length }
    },
    async importBackstage(tenant, input) {
      const known = of(tenant)
      const result = await breathing(importBackstage(known, input, clock.now(), config))
      const left = result.withdrawn.filter(
        (edge) => !known.graph.hasEdge(edge.source, edge.target, edge.type),
      )
      if (left.length > 0) await deps.topologies.remove(tenant, [], left)
      announce()
      return { ...result, withdrawn: result.withdrawn.length }
    },
    mirror(tenant, source, input) {
      const known = of(tenant)
      const told = mirroring.then(async () => {
        known.refuse(await breathing(known.mirrored.update(known.graph, source, input, clock.now())))
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
    edgesOf(tenant, entity) {
      const { graph } = of(tenant)
      return graph.edgesOf(entity).map((edge) => edgeView(edge, clock.now(), graph.freshness, true))
    },
    resolveAddress(tenant, address, port) {
      const service = of(tenant).pairing.addresses.resolve(`${address}:${port}`, clock.now())
      return service === undefined ? undefined : entityId('service', service)
    },
    setHealth: (tenant, entity, health) => of(tenant).graph.setHealth(entity, health),
    recordChanges: (tenant, source, drafts, actor) => book.record(tenant, source, drafts, actor),
    changes: (tenant, filter) => book.list(tenant, filter),
  }
}

const endsOf = (ends: number): 0 | 1 | 2 => (ends === 2 ? 2 : ends === 0 ? 0 : 1)

const stepLength = 1_000

/** What is stored: what a cluster says is said anew after a start, and there are tens of thousands of it to pass over. A step is 1,000 looked at. */
function* keptOf(
  { graph, mirrored }: TenantGraph,
  nowMs: number,
): Stepwise<{ entities: GraphEntity[]; edges: Edge[] }> {
  const [entities, edges]: [GraphEntity[], Edge[]] = [[], []]
  let looked = 0
  for (const entity of graph.entities()) {
    if (++looked % stepLength === 0) yield
    if (!mirrored.has(entity.id)) entities.push(entity)
  }
  for (const edge of graph.edges()) {
    if (++looked % stepLength === 0) yield
    if (edge.evidence.every(({ origin }) => origin === 'KUBERNETES')) continue
    if (!mirrored.has(edge.source) && !mirrored.has(edge.target))
      edges.push(edgeView(edge, nowMs, graph.freshness, true))
  }
  // What went meanwhile was removed from the store: it must not be written after that.
  return {
    entities: entities.filter(({ id }) => graph.has(id)),
    edges: edges.filter(({ source, target, type }) => graph.hasEdge(source, target, type)),
  }
}
