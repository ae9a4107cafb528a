import type { EntityId } from '@aiops/contract/model/entity'
import type { TopologyInput } from '@aiops/contract/model/topology'
import type { Stepwise } from '../../kernel/stepwise.ts'
import type { TopologyGraph } from './graph.ts'
import type { GraphEdge } from './graph-part.ts'

/** Edges as they are in the graph: a large cluster has a hundred thousand, and a name for each would take more than the edge. */
type Said = { entities: Set<string>; edges: Set<GraphEdge> }

const stepLength = 256

/** What sources such as watched clusters say now. Entities may be in the graph for no other reason; an edge keeps its own evidence. */
export class Mirrored {
  /** Entities that nobody else knows, by how many sources say so. */
  readonly #only = new Map<EntityId, number>()
  readonly #said = new Map<string, Said>()

  /** Whether sources say so and nobody else. */
  has(id: EntityId): boolean {
    return this.#only.has(id)
  }

  /** Somebody else knows it too: it stays from now on. */
  claim(id: EntityId): void {
    if (this.#only.size > 0) this.#only.delete(id)
  }

  /**
   * Makes the graph hold what the source says now, and no more what it said before. Answers how much there was no room for. A step is 256
   * entities or edges; one source is updated by one at a time.
   */
  *update(graph: TopologyGraph, source: string, input: TopologyInput, nowMs: number): Stepwise<number> {
    let steps = 0
    const before = this.#said.get(source) ?? { entities: new Set(), edges: new Set() }
    const now: Said = { entities: new Set(), edges: new Set() }
    let left = 0
    for (const { id, labels } of input.entities) {
      if (++steps % stepLength === 0) yield
      const outcome = graph.addEntity(id, labels, nowMs, true)
      if (outcome === 'FULL') left += 1
      else this.#note(id, outcome === 'ADDED', before.entities.has(id), now.entities.has(id))
      if (outcome !== 'FULL') now.entities.add(id)
    }
    for (const { source: from, target, type } of input.edges) {
      if (++steps % stepLength === 0) yield
      const edge = graph.addEdge(from, target, type, 'KUBERNETES', nowMs)
      if (edge) now.edges.add(edge)
      else left += from === target ? 0 : 1
    }
    for (const edge of before.edges) {
      if (++steps % stepLength === 0) yield
      if (now.edges.has(edge) || this.#othersSay(source, edge)) continue
      // One that went meanwhile may be there again, as another.
      if (graph.edge(edge.source, edge.target, edge.type) === edge) graph.withdraw(edge, 'KUBERNETES')
    }
    for (const id of before.entities) {
      if (++steps % stepLength === 0) yield
      if (!now.entities.has(id) && this.#release(id)) graph.removeEntity(id)
    }
    if (now.entities.size === 0) this.#said.delete(source)
    else this.#said.set(source, now)
    return left
  }

  #note(key: EntityId, isNew: boolean, saidBefore: boolean, saidNow: boolean): void {
    const count = this.#only.get(key)
    if (isNew) this.#only.set(key, 1)
    else if (count !== undefined && !saidBefore && !saidNow) this.#only.set(key, count + 1)
  }

  #othersSay(source: string, edge: GraphEdge): boolean {
    for (const [name, said] of this.#said) if (name !== source && said.edges.has(edge)) return true
    return false
  }

  /** True where nobody says so any more. */
  #release(key: EntityId): boolean {
    const count = this.#only.get(key)
    if (count === undefined) return false
    if (count > 1) this.#only.set(key, count - 1)
    else this.#only.delete(key)
    return count <= 1
  }
}
