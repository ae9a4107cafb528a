/** Knowledge: the topology graph, learned from spans, files, clusters and the API, and what was changed. */
import type { Change, ChangeSource } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type {
  BackstageInput,
  BackstageResult,
  Edge,
  Topology,
  TopologyInput,
} from '@aiops/contract/model/topology'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ChangeFilter, ChangeRepository } from '../../port/change-repository.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { TopologyRepository } from '../../port/record-store.ts'
import type { TopologyHistoryRepository } from '../../port/topology-history-repository.ts'
import type { ChangeDraft } from './change-book.ts'
import type { TopologyPast } from './history/past-views.ts'

export interface Knowledge extends Lifecycle, TopologyPast {
  topology(tenant: TenantId, around?: { entity: EntityId; depth: number }): Topology
  /** The whole of it, giving way to others meanwhile: what is learned then may be in it or not. */
  wholeTopology(tenant: TenantId): Promise<Topology>
  put(
    tenant: TenantId,
    input: TopologyInput,
    origin: 'FILE' | 'API',
  ): Promise<{ entities: number; edges: number }>
  /** All or nothing, but what cannot be taken over, which is listed. Throws VALIDATION_FAILED at a limit of the topology. */
  importBackstage(tenant: TenantId, input: BackstageInput): Promise<BackstageResult>
  /**
   * What `source` knows now, such as a watched cluster: what it said before and says no more is forgotten, unless somebody else spoke of
   * it. Not kept over restarts, for it is said anew. What there is no room for is left out and counted. It gives way while it works; one is told after the other.
   */
  mirror(tenant: TenantId, source: string, input: TopologyInput): Promise<void>
  knows(tenant: TenantId, entity: EntityId): boolean
  /** Fewest edges between two entities in either direction, up to `max`; undefined when farther or unknown. 0 for the same. */
  distance(tenant: TenantId, a: EntityId, b: EntityId, max: number): number | undefined
  /** What the entity calls or needs, and who calls or needs it; direct neighbours, but not what is merely mounted. */
  dependencies(tenant: TenantId, entity: EntityId): EntityId[]
  dependents(tenant: TenantId, entity: EntityId): EntityId[]
  /**
   * Every entity at most `depth` edges away with its distance, itself at 0; empty when unknown. Kept between calls, so it may
   * hold entities farther than asked for.
   * A path may begin or end at a host, node, namespace, cluster, volume, config map or secret but never lead through one: two services are no
   * nearer for sharing a machine.
   */
  neighbourhood(tenant: TenantId, entity: EntityId, depth: number): ReadonlyMap<EntityId, number>
  /** The entity's edges, in and out, with their rates of the last minute. */
  edgesOf(tenant: TenantId, entity: EntityId): Edge[]
  /** Who answers at an address, learned from calls whose both ends were seen; undefined when unknown or when several do. */
  resolveAddress(tenant: TenantId, address: string, port: number | string): EntityId | undefined
  /** Sets the health shown for an entity (from open incidents and anomalies). */
  setHealth(tenant: TenantId, entity: EntityId, health: 'HEALTHY' | 'DEGRADED' | 'FAILING' | 'SILENT'): void
  /**
   * Keeps changes, all or none, and tells each that is new (CHANGE_RECORDED); one whose id is known is left as it is. Answers how they are
   * kept. Throws VALIDATION_FAILED for a time that is ahead or no longer kept, and for a kind of entity that nobody knows.
   */
  recordChanges(
    tenant: TenantId,
    source: ChangeSource,
    drafts: readonly ChangeDraft[],
    actor?: string,
  ): Promise<Change[]>
  /** Newest first. */
  changes(tenant: TenantId, filter: ChangeFilter): Promise<{ changes: Change[]; total: number }>
}

export type KnowledgeDeps = {
  bus: EventBus
  topologies: TopologyRepository
  /** Without it nothing of the past is kept. */
  history?: TopologyHistoryRepository
  /** Without it nothing is learned from metrics. */
  metricStore?: Pick<MetricStore, 'catalog' | 'latest' | 'rollup'>
  changes: ChangeRepository
  tenants: readonly TenantId[]
  clock: Clock
  random?: Random
  metrics: Metrics
  log: Log
}

export type { ChangeFilter } from '../../port/change-repository.ts'
export type { ChangeDraft } from './change-book.ts'
export { KnowledgeConfig } from './config.ts'
export { type FixedTopology, fixedTopology } from './fixed-topology.ts'
export { createKnowledge } from './knowledge.ts'
