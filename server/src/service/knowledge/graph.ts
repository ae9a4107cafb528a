import type { EntityId } from '@aiops/contract/model/entity'
import { entityKind } from '@aiops/contract/model/entity'
import type { Edge, EdgeKey, EdgeOrigin, Entity, Topology } from '@aiops/contract/model/topology'
import { atOnce, type Stepwise } from '../../kernel/stepwise.ts'
import { type Ends, type Freshness, isFresh, usualFreshness, weightOf } from './evidence.ts'
import type { GraphEdge, GraphEntity, Health } from './graph-part.ts'
import { edgeView, entityView } from './graph-view.ts'
import { Neighbourhoods } from './neighbourhoods.ts'

type Node = { entity: GraphEntity; out: Map<EntityId, GraphEdge[]>; in: Map<EntityId, GraphEdge[]> }

export type GraphLimits = {
  entitiesMax: number
  edgesMax: number
  depthKept: number
  /** For neighbourhoods that are kept ready. */
  nearBytesMax?: number
}
/** Is told what came, went, or is known otherwise than before; not what was merely seen again. */
export type GraphWatcher = { entity(entity: GraphEntity): void; edge(edge: GraphEdge): void }

const nearBytesMax = 64 * 1_048_576
const nowhere: ReadonlyMap<EntityId, number> = new Map()
const nobody: GraphWatcher = { entity() {}, edge() {} }

/**
 * The topology of one tenant: typed edges with what each origin knows of them, neighbour sets both ways, and neighbourhoods kept ready.
 * Bounded: at a limit a new entity or edge is refused, what is known is renewed.
 */
export class TopologyGraph {
  readonly #nodes = new Map<EntityId, Node>()
  readonly #limits: GraphLimits
  readonly #near: Neighbourhoods
  readonly #watcher: GraphWatcher
  readonly freshness: Freshness
  #edges = 0
  constructor(limits: GraphLimits, freshness: Freshness = usualFreshness, watcher: GraphWatcher = nobody) {
    this.#limits = limits
    this.freshness = freshness
    this.#watcher = watcher
    this.#near = new Neighbourhoods({ bytesMax: nearBytesMax, ...limits })
  }

  get entityCount(): number {
    return this.#nodes.size
  }
  get edgeCount(): number {
    return this.#edges
  }
  get nearBytes(): number {
    return this.#near.keptBytes
  }
  has(id: EntityId): boolean {
    return this.#nodes.has(id)
  }
  entity(id: EntityId): GraphEntity | undefined {
    return this.#nodes.get(id)?.entity
  }
  edge(source: EntityId, target: EntityId, type: Edge['type']): GraphEdge | undefined {
    const between = this.#nodes.get(source)?.out.get(target)
    return between?.find((edge) => edge.type === type)
  }
  hasEdge(source: EntityId, target: EntityId, type: Edge['type']): boolean {
    return this.edge(source, target, type) !== undefined
  }

  /** Labels given replace those of the same name. */
  addEntity(
    id: EntityId,
    labels: Readonly<Record<string, string>>,
    atMs: number,
    learned = false,
    heardMs = atMs,
  ): 'ADDED' | 'RENEWED' | 'FULL' {
    const known = this.#nodes.get(id)
    if (known) {
      const { entity } = known
      entity.lastSeenMs = Math.max(entity.lastSeenMs, atMs)
      entity.firstSeenMs = Math.min(entity.firstSeenMs, atMs)
      if (heardMs > entity.heardMs) entity.heardMs = heardMs
      if (!learned) entity.learned = false
      if (Object.keys(labels).some((name) => entity.labels[name] !== labels[name]))
        entity.labels = { ...entity.labels, ...labels }
      return 'RENEWED'
    }
    if (this.#nodes.size >= this.#limits.entitiesMax) return 'FULL'
    const entity: GraphEntity = {
      ...{
        id,
        labels: { ...labels },
        firstSeenMs: atMs,
        lastSeenMs: atMs,
        heardMs,
        health: 'HEALTHY',
        learned,
      },
    }
    this.#nodes.set(id, { entity, out: new Map(), in: new Map() })
    this.#near.addNode(id, !isShared(id))
    this.#watcher.entity(entity)
    return 'ADDED'
  }

  /**
   * Both ends must be known. An edge that a file or person gave keeps its origin when others confirm it. `heardMs`: when it was told of, where
   * what was seen at `atMs` comes later; it ages from then on.
   */
  addEdge(
    source: EntityId,
    target: EntityId,
    type: Edge['type'],
    origin: EdgeOrigin,
    atMs: number,
    ends: Ends = 1,
    heardMs = atMs,
  ): GraphEdge | undefined {
    const from = this.#nodes.get(source)
    const to = this.#nodes.get(target)
    if (!from || !to || source === target) return undefined
    const between = from.out.get(target)
    const known = between?.find((edge) => edge.type === type)
    if (known) {
      if (atMs > known.lastSeenMs) known.lastSeenMs = atMs
      this.#renew(known, origin, heardMs, ends)
      return known
    }
    if (this.#edges >= this.#limits.edgesMax) return undefined
    const edge: GraphEdge = {
      ...{ source, target, type, origin, firstSeenMs: atMs, lastSeenMs: atMs, rate: undefined },
      evidence: [{ origin, ends, lastSeenMs: heardMs }],
    }
    if (!between && !from.in.has(target)) this.#near.join(source, target)
    append(from.out, target, edge)
    append(to.in, source, edge)
    this.#edges += 1
    this.#watcher.edge(edge)
    return edge
  }

  #renew(edge: GraphEdge, origin: EdgeOrigin, atMs: number, ends: Ends): void {
    if (declared.has(origin)) edge.origin = origin
    for (const one of edge.evidence) {
      if (one.origin !== origin) continue
      if (atMs > one.lastSeenMs) one.lastSeenMs = atMs
      if (ends <= one.ends) return
      one.ends = ends
      this.#watcher.edge(edge)
      return
    }
    edge.evidence.push({ origin, ends, lastSeenMs: atMs })
    this.#watcher.edge(edge)
  }

  /** An origin knows it no more; it goes where no other does. True when it went. */
  withdraw(edge: GraphEdge, origin: EdgeOrigin): boolean {
    const left = edge.evidence.filter((one) => one.origin !== origin)
    if (left.length === edge.evidence.length) return false
    if (left.length === 0) {
      this.removeEdge(edge.source, edge.target, edge.type)
      return true
    }
    edge.evidence = left
    if (edge.origin === origin)
      edge.origin = left.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a)).origin
    this.#watcher.edge(edge)
    return false
  }

  /** Removes what nobody has seen for as long as it holds, then what telemetry learned and nothing joins. Answers what went; a step is 1,000 edges. */
  *expire(
    nowMs: number,
    entityLifeMs: number,
    keeps: (id: EntityId) => boolean,
  ): Stepwise<{ edges: EdgeKey[]; entities: EntityId[] }> {
    const gone: { edges: EdgeKey[]; entities: EntityId[] } = { edges: [], entities: [] }
    let looked = 0
    for (const edge of this.edges()) {
      if (++looked % stepLength === 0) yield
      for (const one of edge.evidence)
        if (!isFresh(one, nowMs, this.freshness) && this.withdraw(edge, one.origin)) gone.edges.push(edge)
    }
    for (const { entity, out, in: into } of this.#nodes.values()) {
      if (++looked % stepLength === 0) yield
      const { id, learned, heardMs } = entity
      if (!learned || out.size + into.size > 0 || heardMs > nowMs - entityLifeMs || keeps(id)) continue
      this.removeEntity(id)
      gone.entities.push(id)
    }
    return gone
  }

  /** With its edges. */
  removeEntity(id: EntityId): void {
    const entity = this.entity(id)
    if (!entity) return
    for (const { source, target, type } of this.edgesOf(id)) this.removeEdge(source, target, type)
    this.#nodes.delete(id)
    this.#near.removeNode(id)
    this.#watcher.entity(entity)
  }

  removeEdge(source: EntityId, target: EntityId, type: Edge['type']): void {
    const [from, to] = [this.#nodes.get(source), this.#nodes.get(target)]
    const between = from?.out.get(target) ?? []
    const left = between.filter((edge) => edge.type !== type)
    const edge = between.find((one) => one.type === type)
    if (!from || !to || !edge) return
    if (left.length > 0) {
      from.out.set(target, left)
      to.in.set(source, [...left])
    } else {
      from.out.delete(target)
      to.in.delete(source)
      if (!from.in.has(target)) this.#near.part(source, target)
    }
    this.#edges -= 1
    this.#watcher.edge(edge)
  }

  setHealth(id: EntityId, health: Health): void {
    const entity = this.#nodes.get(id)?.entity
    if (!entity || entity.health === health) return
    entity.health = health
    this.#watcher.entity(entity)
  }

  /** What is merely mounted is left out: configuration that many read makes none of them depend on another. */
  dependencies(id: EntityId): EntityId[] {
    return needed(this.#nodes.get(id)?.out)
  }
  dependents(id: EntityId): EntityId[] {
    return needed(this.#nodes.get(id)?.in)
  }
  edgesOf(id: EntityId): GraphEdge[] {
    const node = this.#nodes.get(id)
    return node ? [...node.out.values(), ...node.in.values()].flat() : []
  }

  distance(a: EntityId, b: EntityId, max: number): number | undefined {
    if (!this.#nodes.has(a) || !this.#nodes.has(b)) return a === b ? 0 : undefined
    const found = this.neighbourhood(a, max).get(b)
    return found !== undefined && found <= max ? found : undefined
  }

  /** Breadth first, either direction, nearest first. Distances beyond `depth` may be present when a deeper neighbourhood was at hand. */
  neighbourhood(id: EntityId, depth: number): ReadonlyMap<EntityId, number> {
    return this.#near.around(id, depth) ?? nowhere
  }

  *entities(): Iterable<GraphEntity> {
    for (const node of this.#nodes.values()) yield node.entity
  }
  *edges(): Iterable<GraphEdge> {
    for (const node of this.#nodes.values()) for (const edges of node.out.values()) yield* edges
  }

  topology(nowMs: number, around?: { entity: EntityId; depth: number }): Topology {
    return around ? this.#around(nowMs, around) : atOnce(this.whole(nowMs))
  }

  /** All of it, a thousand entities or edges a step: of a large fleet it is a tenth of a second's work. */
  *whole(nowMs: number): Stepwise<Topology> {
    const [entities, edges]: [Entity[], Edge[]] = [[], []]
    for (const entity of this.entities()) {
      entities.push(entityView(entity))
      if (entities.length % stepLength === 0) yield
    }
    for (const edge of this.edges()) {
      edges.push(edgeView(edge, nowMs, this.freshness))
      if (edges.length % stepLength === 0) yield
    }
    return { entities, edges }
  }

  #around(nowMs: number, { entity, depth }: { entity: EntityId; depth: number }): Topology {
    const [entities, edges]: [Entity[], Edge[]] = [[], []]
    const near = this.neighbourhood(entity, depth)
    const isNear = (id: EntityId): boolean => (near.get(id) ?? Number.POSITIVE_INFINITY) <= depth
    for (const [id, distance] of near) {
      const node = distance <= depth ? this.#nodes.get(id) : undefined
      if (!node) continue
      entities.push(entityView(node.entity))
      for (const between of node.out.values())
        for (const edge of between)
          if (isNear(edge.target)) edges.push(edgeView(edge, nowMs, this.freshness, true))
    }
    return { entities, edges }
  }
}

const stepLength = 1_000

/** A person or a file said so. */
const declared: ReadonlySet<EdgeOrigin> = new Set(['FILE', 'API', 'BACKSTAGE'])

/** Sharing a machine, a namespace, a cluster, a volume or its configuration is no dependency: paths do not lead through one. */
const shared: ReadonlySet<string> = new Set([
  ...['host', 'node', 'namespace', 'cluster'],
  ...['volume', 'configmap', 'secret'],
])
const isShared = (id: EntityId): boolean => shared.has(entityKind(id))

function needed(side: Map<EntityId, GraphEdge[]> | undefined): EntityId[] {
  const ids: EntityId[] = []
  for (const [id, edges] of side ?? []) if (edges.some(({ type }) => type !== 'MOUNTS')) ids.push(id)
  return ids
}

function append(side: Map<EntityId, GraphEdge[]>, id: EntityId, edge: GraphEdge): void {
  const edges = side.get(id)
  if (edges) edges.push(edge)
  else side.set(id, [edge])
}
