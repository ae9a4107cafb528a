import type { EntityId } from '@aiops/contract/model/entity'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { Edge, Entity, Topology } from '@aiops/contract/model/topology'
import { isoTime } from '../../kernel/clock.ts'
import { atOnce, type Stepwise } from '../../kernel/stepwise.ts'
import type { CallRate } from './call-rate.ts'

export type Health = Entity['health']
export type GraphEntity = {
  id: EntityId
  labels: Record<string, string>
  firstSeenMs: number
  lastSeenMs: number
  health: Health
}
export type GraphEdge = {
  source: EntityId
  target: EntityId
  type: Edge['type']
  origin: Edge['origin']
  firstSeenMs: number
  lastSeenMs: number
  rate: CallRate | undefined
}

type Node = { entity: GraphEntity; out: Map<EntityId, GraphEdge[]>; in: Map<EntityId, GraphEdge[]> }

export type GraphLimits = { entitiesMax: number; edgesMax: number; depthKept: number }

/** Neighbourhoods kept between changes; an entry is a few hundred entities at most in a graph of ten edges a service. */
const neighbourhoodsMax = 2_000
const nowhere: ReadonlyMap<EntityId, number> = new Map()

/**
 * The topology of one tenant: typed edges, neighbour sets both ways, and neighbourhoods kept until an edge is added.
 * Bounded: at a limit a new entity or edge is refused (false), what is known is renewed.
 */
export class TopologyGraph {
  readonly #nodes = new Map<EntityId, Node>()
  readonly #limits: GraphLimits
  readonly #near = new Map<EntityId, ReadonlyMap<EntityId, number>>()
  #edges = 0
  constructor(limits: GraphLimits) {
    this.#limits = limits
  }

  get entityCount(): number {
    return this.#nodes.size
  }
  get edgeCount(): number {
    return this.#edges
  }
  has(id: EntityId): boolean {
    return this.#nodes.has(id)
  }
  hasEdge(source: EntityId, target: EntityId, type: Edge['type']): boolean {
    return (
      this.#nodes
        .get(source)
        ?.out.get(target)
        ?.some((edge) => edge.type === type) ?? false
    )
  }
  /** True when the entity was not known and now is; labels given replace those of the same name. */
  addEntity(
    id: EntityId,
    labels: Readonly<Record<string, string>>,
    atMs: number,
  ): 'ADDED' | 'RENEWED' | 'FULL' {
    const known = this.#nodes.get(id)
    if (known) {
      const { entity } = known
      entity.lastSeenMs = Math.max(entity.lastSeenMs, atMs)
      entity.firstSeenMs = Math.min(entity.firstSeenMs, atMs)
      if (Object.keys(labels).some((name) => entity.labels[name] !== labels[name]))
        entity.labels = { ...entity.labels, ...labels }
      return 'RENEWED'
    }
    if (this.#nodes.size >= this.#limits.entitiesMax) return 'FULL'
    const entity: GraphEntity = {
      id,
      labels: { ...labels },
      firstSeenMs: atMs,
      lastSeenMs: atMs,
      health: 'HEALTHY',
    }
    this.#nodes.set(id, { entity, out: new Map(), in: new Map() })
    return 'ADDED'
  }

  /** Both ends must be known. An edge that a file or person gave keeps its origin when spans confirm it. */
  addEdge(
    source: EntityId,
    target: EntityId,
    type: Edge['type'],
    origin: Edge['origin'],
    atMs: number,
  ): GraphEdge | undefined {
    const from = this.#nodes.get(source)
    const to = this.#nodes.get(target)
    if (!from || !to || source === target) return undefined
    const known = from.out.get(target)?.find((edge) => edge.type === type)
    if (known) {
      known.lastSeenMs = Math.max(known.lastSeenMs, atMs)
      if (origin !== 'SPANS' && origin !== 'KUBERNETES') known.origin = origin
      return known
    }
    if (this.#edges >= this.#limits.edgesMax) return undefined
    const edge: GraphEdge = {
      source,
      target,
      type,
      origin,
      firstSeenMs: atMs,
      lastSeenMs: atMs,
      rate: undefined,
    }
    append(from.out, target, edge)
    append(to.in, source, edge)
    this.#edges += 1
    this.#near.clear()
    return edge
  }

  /** With its edges. */
  removeEntity(id: EntityId): void {
    const node = this.#nodes.get(id)
    if (!node) return
    for (const { source, target, type } of this.edgesOf(id)) this.removeEdge(source, target, type)
    this.#nodes.delete(id)
    this.#near.clear()
  }

  removeEdge(source: EntityId, target: EntityId, type: Edge['type']): void {
    const [from, to] = [this.#nodes.get(source), this.#nodes.get(target)]
    const left = (from?.out.get(target) ?? []).filter((edge) => edge.type !== type)
    if (!from || !to || left.length === (from.out.get(target)?.length ?? 0)) return
    if (left.length > 0) {
      from.out.set(target, left)
      to.in.set(source, left)
    } else {
      from.out.delete(target)
      to.in.delete(source)
    }
    this.#edges -= 1
    this.#near.clear()
  }

  setHealth(id: EntityId, health: Health): void {
    const node = this.#nodes.get(id)
    if (node) node.entity.health = health
  }

  dependencies(id: EntityId): EntityId[] {
    return [...(this.#nodes.get(id)?.out.keys() ?? [])]
  }
  dependents(id: EntityId): EntityId[] {
    return [...(this.#nodes.get(id)?.in.keys() ?? [])]
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

  /** Breadth first, either direction. Distances beyond `depth` may be present when a deeper neighbourhood was at hand. */
  neighbourhood(id: EntityId, depth: number): ReadonlyMap<EntityId, number> {
    // What is not known takes no place of what is.
    if (!this.#nodes.has(id)) return nowhere
    const kept = this.#near.get(id)
    if (depth <= this.#limits.depthKept) {
      if (kept) return kept
      const near = this.#search(id, this.#limits.depthKept)
      if (this.#near.size >= neighbourhoodsMax) this.#near.delete(this.#near.keys().next().value as EntityId)
      this.#near.set(id, near)
      return near
    }
    return this.#search(id, depth)
  }

  #search(start: EntityId, depth: number): ReadonlyMap<EntityId, number> {
    const distances = new Map<EntityId, number>()
    if (!this.#nodes.has(start)) return distances
    distances.set(start, 0)
    let frontier: EntityId[] = [start]
    for (let distance = 1; distance <= depth && frontier.length > 0; distance += 1) {
      const next: EntityId[] = []
      for (const id of frontier) {
        if (id !== start && isShared(id)) continue
        const node = this.#nodes.get(id)
        for (const side of node ? [node.out, node.in] : []) {
          for (const neighbour of side.keys()) {
            if (distances.has(neighbour)) continue
            distances.set(neighbour, distance)
            next.push(neighbour)
          }
        }
      }
      frontier = next
    }
    return distances
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
      edges.push(edgeView(edge, nowMs))
      if (edges.length % stepLength === 0) yield
    }
    return { entities, edges }
  }

  #around(nowMs: number, { entity, depth }: { entity: EntityId; depth: number }): Topology {
    const [entities, edges]: [Entity[], Edge[]] = [[], []]
    const near = this.neighbourhood(entity, depth)
    const isNear = (id: EntityId): boolean => (near.get(id) ?? Number.POSITIVE_INFINITY) <= depth
    for (const id of near.keys()) {
      const node = isNear(id) ? this.#nodes.get(id) : undefined
      if (!node) continue
      entities.push(entityView(node.entity))
      for (const between of node.out.values())
        for (const edge of between) if (isNear(edge.target)) edges.push(edgeView(edge, nowMs))
    }
    return { entities, edges }
  }
}

const stepLength = 1_000

/** Sharing a machine, a namespace or a cluster is no dependency: paths do not lead through one. */
const shared: ReadonlySet<string> = new Set(['host', 'node', 'namespace', 'cluster'])
const isShared = (id: EntityId): boolean => shared.has(entityKind(id))

function append(side: Map<EntityId, GraphEdge[]>, id: EntityId, edge: GraphEdge): void {
  const edges = side.get(id)
  if (edges) edges.push(edge)
  else side.set(id, [edge])
}

export const entityView = (entity: GraphEntity): Entity => ({
  id: entity.id,
  kind: entityKind(entity.id),
  name: entityName(entity.id),
  labels: entity.labels,
  first_seen: isoTime(entity.firstSeenMs),
  last_seen: isoTime(entity.lastSeenMs),
  health: entity.health,
})

export const edgeView = (edge: GraphEdge, nowMs: number): Edge => ({
  source: edge.source,
  target: edge.target,
  type: edge.type,
  origin: edge.origin,
  first_seen: isoTime(edge.firstSeenMs),
  last_seen: isoTime(edge.lastSeenMs),
  ...edge.rate?.read(nowMs),
})
