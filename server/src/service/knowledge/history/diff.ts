import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge, EdgeKey, Entity, TopologyDiff } from '@aiops/contract/model/topology'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { TopologyGraph } from '../graph.ts'
import type { GraphEdge } from '../graph-part.ts'
import { edgeView, entityView } from '../graph-view.ts'
import { hasMoved, weightClass } from './weight-class.ts'

type Side = { graph: TopologyGraph; atMs: number }
type Found = Omit<TopologyDiff, 'from' | 'to'>

const stepLength = 1_000

/** What came, went and changed from one graph to another, of the entities asked for. Each list ends at `limit`. */
export function* diffOf(
  before: Side,
  after: Side,
  limit: number,
  isAbout: (id: EntityId) => boolean,
): Stepwise<Found> {
  const found: Found = {
    added: { entities: [], edges: [] },
    removed: { entities: [], edges: [] },
    changed: [],
    totals: { added_entities: 0, added_edges: 0, removed_entities: 0, removed_edges: 0, changed: 0 },
  }
  const { totals } = found
  totals.added_entities = yield* entitiesOnlyIn(after, before, limit, isAbout, found.added.entities)
  totals.removed_entities = yield* entitiesOnlyIn(before, after, limit, isAbout, found.removed.entities)
  totals.removed_edges = yield* edgesOnlyIn(before, after, limit, isAbout, found.removed.edges, () => {})
  totals.added_edges = yield* edgesOnlyIn(after, before, limit, isAbout, found.added.edges, (now, was) => {
    if (!hasMoved(classOf(was, before.atMs), classOf(now, after.atMs))) return
    totals.changed += 1
    if (found.changed.length < limit)
      found.changed.push({ edge: keyOf(now), before: view(was, before), after: view(now, after) })
  })
  return found
}

function* entitiesOnlyIn(
  side: Side,
  other: Side,
  limit: number,
  isAbout: (id: EntityId) => boolean,
  into: Entity[],
): Stepwise<number> {
  let [count, looked] = [0, 0]
  for (const entity of side.graph.entities()) {
    if (++looked % stepLength === 0) yield
    if (other.graph.has(entity.id) || !isAbout(entity.id)) continue
    count += 1
    if (into.length < limit) into.push(entityView(entity))
  }
  return count
}

function* edgesOnlyIn(
  side: Side,
  other: Side,
  limit: number,
  isAbout: (id: EntityId) => boolean,
  into: Edge[],
  both: (here: GraphEdge, there: GraphEdge) => void,
): Stepwise<number> {
  let [count, looked] = [0, 0]
  for (const edge of side.graph.edges()) {
    if (++looked % stepLength === 0) yield
    if (!isAbout(edge.source) || !isAbout(edge.target)) continue
    const there = other.graph.edge(edge.source, edge.target, edge.type)
    if (there) {
      both(edge, there)
      continue
    }
    count += 1
    if (into.length < limit) into.push(view(edge, side))
  }
  return count
}

const classOf = (edge: GraphEdge, atMs: number) =>
  weightClass(edge.origin, edge.evidence, edge.rate?.read(atMs) ?? {})
const view = (edge: GraphEdge, { graph, atMs }: Side): Edge => edgeView(edge, atMs, graph.freshness, true)
const keyOf = ({ source, target, type }: GraphEdge): EdgeKey => ({ source, target, type })
