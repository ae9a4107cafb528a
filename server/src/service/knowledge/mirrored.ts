import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge, TopologyInput } from '@aiops/contract/model/topology'
import type { Stepwise } from '../../kernel/stepwise.ts'
import type { TopologyGraph } from './graph.ts'

export const edgeKey = (source: EntityId, target: EntityId, type: Edge['type']): string =>
  JSON.stringify([source, target, type])

type Said = { entities: Set<string>; edges: Map<string, TopologyInput['edges'][number]> }

const stepLength = 256

/** What is in a graph because a source says so now, and for no other reason. */
export class Mirrored {
  /** Entities and keys of edges, by how many sources say so. */
  readonly #only = new Map<string, number>()
  readonly #said = new Map<string, Said>()

  has(key: string): boolean {
    return this.#only.has(key)
  }
  hasAny(...keys: string[]): boolean {
    return keys.some((key) => this.#only.has(key))
  }

  /** Somebody else knows it too: it stays from now on. */
  claim(key: string): void {
    this.#only.delete(key)
  }

  /**
   * Makes the graph hold what the source says now, and no more what it said before. Answers how much there was no room for. A step is 256
   * entities or edges; one source is updated by one at a time.
   */
  *update(graph: TopologyGraph, source: string, input: TopologyInput, nowMs: number): Stepwise<number> {
    let steps = 0
    const before = this.#said.get(source) ?? { entities: new Set(), edges: new Map() }
    const now: Said = { entities: new Set(), edges: new Map() }
    let left = 0
    for (const { id, labels } of input.entities) {
      if (++steps % stepLength === 0) yield
      const outcome = graph.addEntity(id, labels, nowMs)
      if (outcome === 'FULL') left += 1
      else this.#note(id, outcome === 'ADDED', before.entities.has(id), now.entities.has(id))
      if (outcome !== 'FULL') now.entities.add(id)
    }
    for (const edge of input.edges) {
      if (++steps % stepLength === 0) yield
      const { source: from, target, type } = edge
      const key = edgeKey(from, target, type)
      const isNew = !graph.hasEdge(from, target, type)
      if (graph.addEdge(from, target, type, 'KUBERNETES', nowMs) === undefined)
        left += from === target ? 0 : 1
      else {
        this.#note(key, isNew, before.edges.has(key), now.edges.has(key))
        now.edges.set(key, edge)
      }
    }
    for (const [key, edge] of before.edges) {
      if (++steps % stepLength === 0) yield
      if (!now.edges.has(key) && this.#release(key)) graph.removeEdge(edge.source, edge.target, edge.type)
    }
    for (const id of before.entities) {
      if (++steps % stepLength === 0) yield
      if (!now.entities.has(id) && this.#release(id)) graph.removeEntity(id)
    }
    if (now.entities.size === 0) this.#said.delete(source)
    else this.#said.set(source, now)
    return left
  }

  #note(key: string, isNew: boolean, saidBefore: boolean, saidNow: boolean): void {
    const count = this.#only.get(key)
    if (isNew) this.#only.set(key, 1)
    else if (count !== undefined && !saidBefore && !saidNow) this.#only.set(key, count + 1)
  }

  /** True where nobody says so any more. */
  #release(key: string): boolean {
    const count = this.#only.get(key)
    if (count === undefined) return false
    if (count > 1) this.#only.set(key, count - 1)
    else this.#only.delete(key)
    return count <= 1
  }
}
