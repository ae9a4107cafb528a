import type { EntityId } from '@aiops/contract/model/entity'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Neighbours, Topology, TopologyDiff, TopologyTimes } from '@aiops/contract/model/topology'
import { Fault } from '../../../kernel/fault.ts'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { TopologyGraph } from '../graph.ts'
import type { TenantGraph } from '../tenant-graph.ts'
import { diffOf } from './diff.ts'

type Around = { entity: EntityId; depth: number }

/** What can be asked of topologies as they were. NOT_FOUND for an entity that was not known then. */
export interface TopologyPast {
  pastTopology(tenant: TenantId, atMs: number, around?: Around): Promise<Topology>
  diffTopology(
    tenant: TenantId,
    between: { fromMs: number; toMs: number; around?: Around; limit: number },
  ): Promise<TopologyDiff>
  topologyTimes(
    tenant: TenantId,
    range: { startMs?: number; endMs?: number; steps: number },
  ): Promise<TopologyTimes>
  /** As it is now where no time is given. */
  neighbours(tenant: TenantId, around: Around & { atMs?: number; limit: number }): Promise<Neighbours>
}

export function pastViews(deps: {
  of(tenant: TenantId): TenantGraph
  breathing<T>(work: Stepwise<T>): Promise<T>
}): TopologyPast {
  const { of, breathing } = deps
  return {
    async pastTopology(tenant, atMs, around) {
      const { graph, asOf } = await of(tenant).history.past(atMs)
      if (asOf.known === 'NOT_KEPT') return { entities: [], edges: [], as_of: asOf }
      if (around && !graph.has(around.entity)) throw unknown(around.entity, asOf.at)
      const found = around ? graph.topology(atMs, around) : await breathing(graph.whole(atMs))
      return { ...found, as_of: asOf }
    },
    async diffTopology(tenant, { fromMs, toMs, around, limit }) {
      if (fromMs > toMs)
        throw new Fault('VALIDATION_FAILED', 'from must not be after to.', {
          details: [{ path: 'from', message: 'is after to' }],
        })
      const { history } = of(tenant)
      const [before, after] = [await history.past(fromMs), await history.past(toMs)]
      const isKept = before.asOf.known !== 'NOT_KEPT' || after.asOf.known !== 'NOT_KEPT'
      if (around && isKept && !before.graph.has(around.entity) && !after.graph.has(around.entity))
        throw unknown(around.entity, `${before.asOf.at} and ${after.asOf.at}`)
      const isAbout = around
        ? (id: EntityId) => isNear(before.graph, around, id) || isNear(after.graph, around, id)
        : () => true
      const sides = [
        { graph: before.graph, atMs: fromMs },
        { graph: after.graph, atMs: toMs },
      ] as const
      const found = await breathing(diffOf(...sides, limit, isAbout))
      return { from: before.asOf, to: after.asOf, ...found }
    },
    topologyTimes: (tenant, range) => of(tenant).history.times(range),
    async neighbours(tenant, { entity, depth, atMs, limit }) {
      if (atMs === undefined) {
        const { graph } = of(tenant)
        if (!graph.has(entity)) throw new Fault('NOT_FOUND', `Nothing is known of an entity ${entity}.`)
        return listed(graph, { entity, depth }, limit)
      }
      const { graph, asOf } = await of(tenant).history.past(atMs)
      if (asOf.known !== 'NOT_KEPT' && !graph.has(entity)) throw unknown(entity, asOf.at)
      return { ...listed(graph, { entity, depth }, limit), as_of: asOf }
    },
  }
}

const unknown = (entity: EntityId, at: string): Fault =>
  new Fault('NOT_FOUND', `Nothing was known of an entity ${entity} at ${at}.`)

const isNear = (graph: TopologyGraph, { entity, depth }: Around, id: EntityId): boolean =>
  (graph.neighbourhood(entity, depth).get(id) ?? Number.POSITIVE_INFINITY) <= depth

function listed(graph: TopologyGraph, { entity, depth }: Around, limit: number): Neighbours {
  const neighbours: Neighbours['neighbours'] = []
  let total = 0
  for (const [id, distance] of graph.neighbourhood(entity, depth)) {
    if (distance === 0) continue
    if (distance > depth) break
    total += 1
    if (neighbours.length >= limit) continue
    const health = graph.entity(id)?.health ?? 'HEALTHY'
    neighbours.push({ id, kind: entityKind(id), name: entityName(id), health, distance })
  }
  return { entity, depth, neighbours, total }
}
