/** Kubernetes: what is inside the clusters, kept live and for two hours back, and what is wrong there. */

import type { ClusterType } from '@aiops/contract/model/cluster'
import type { Finding, FindingRule } from '@aiops/contract/model/finding'
import type {
  ClusterGraph,
  ClusterOverview,
  HealthCheck,
  KubernetesEvent,
  NamespaceFlow,
  NetworkFlow,
  NodeSummary,
  ObjectChange,
  PodLogLine,
  PodSummary,
  WorkloadSummary,
} from '@aiops/contract/model/kubernetes'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { TopologyInput } from '@aiops/contract/model/topology'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { ClusterView } from './view.ts'

/** A cluster that may be watched. */
export type WatchableCluster = {
  tenant: TenantId
  id: string
  name: string
  type: ClusterType
  /** The same object as long as its address is. Undefined where it has no address of an API server, or no credentials for it; `reason` says which. */
  api: ClusterApi | undefined
  reason: string
  /** Changes whenever its credentials do: everything is then asked for anew, and what is remembered stays. Another `api` is another cluster. */
  version: string
}

export type PodFilter = {
  namespace: string
  phase: string
  node: string
  owner: string
  search: string
  problems: boolean
  atMs?: number | undefined
}
export type WorkloadFilter = { namespace: string; kind: string; search: string; problems: boolean }
export type EventFilter = {
  startMs: number
  endMs: number
  namespace: string
  kind: string
  name: string
  reason: string
  type?: 'Normal' | 'Warning' | undefined
  limit: number
}
export type ChangeFilter = {
  startMs: number
  endMs: number
  namespace: string
  kind: string
  name: string
  owner: string
  causes: boolean
  limit: number
}
export type LogFilter = {
  namespace: string
  pod: string
  container: string
  tailLines: number
  sinceMs?: number | undefined
  previous: boolean
}
type Cut<T> = { items: T[]; truncated: boolean }
export type PodLogs = { lines: PodLogLine[]; source: 'MEMORY' | 'CLUSTER'; truncated: boolean }
export type DiagramKind = 'flowchart' | 'network' | 'sequence' | 'matrix'

/**
 * Reading only. Throws CLUSTER_NOT_FOUND for a cluster that is unknown in the tenant, CLUSTER_NOT_WATCHED where its inside is not known, and
 * VALIDATION_FAILED for a time that is not remembered any more.
 */
export interface Kubernetes extends Lifecycle {
  overview(tenant: TenantId, id: string): Promise<ClusterOverview>
  pods(tenant: TenantId, id: string, filter: PodFilter): Promise<PodSummary[]>
  /** Of the same, so many, and how many there are. */
  podPage(
    tenant: TenantId,
    id: string,
    filter: PodFilter,
    page: { offset: number; limit: number },
  ): Promise<{ items: PodSummary[]; total: number }>
  nodes(tenant: TenantId, id: string, atMs?: number): Promise<NodeSummary[]>
  workloads(tenant: TenantId, id: string, filter: WorkloadFilter): Promise<WorkloadSummary[]>
  events(tenant: TenantId, id: string, filter: EventFilter): Promise<Cut<KubernetesEvent>>
  changes(tenant: TenantId, id: string, filter: ChangeFilter): Cut<ObjectChange> & { sinceMs: number }
  /** The same for who can wait: others run meanwhile. */
  changesInTurn(
    tenant: TenantId,
    id: string,
    filter: ChangeFilter,
  ): Promise<Cut<ObjectChange> & { sinceMs: number }>
  object(
    tenant: TenantId,
    id: string,
    ref: { kind: string; namespace: string; name: string },
    atMs?: number,
  ): { atMs: number; object: Record<string, unknown>; history: ObjectChange[] }
  logs(tenant: TenantId, id: string, filter: LogFilter): Promise<PodLogs>
  graph(
    tenant: TenantId,
    id: string,
    ask: { namespace: string; atMs?: number | undefined; limit: number },
  ): Promise<ClusterGraph>
  diagram(
    tenant: TenantId,
    id: string,
    ask: { namespace: string; diagram: DiagramKind },
  ): Promise<{ text: string; truncated: boolean }>
  network(
    tenant: TenantId,
    id: string,
    ask: { namespace: string; limit: number },
  ): Promise<{ flows: NetworkFlow[]; namespaces: NamespaceFlow[]; uncoveredPods: number; truncated: boolean }>
  diagnostics(tenant: TenantId, id: string): Promise<HealthCheck[]>
  /** What whoever is asked for help needs to see, without secrets: a zip archive. */
  supportBundle(
    tenant: TenantId,
    id: string,
    ask: { namespace: string; problemStatement: string },
  ): Promise<Uint8Array>
  rbac(tenant: TenantId, id: string): Promise<{ manifest: string; missing: string[] }>

  /** Open findings of every watched cluster. */
  findings(tenant: TenantId): readonly Finding[]
  rules(): readonly Omit<FindingRule, 'area'>[]
  analyze(
    tenant: TenantId,
    id: string,
    ask: { namespace: string; atMs?: number | undefined },
  ): Promise<{ findings: Finding[]; unknown: string[]; atMs: number }>

  /** State of a watched cluster now, for other parts; undefined where it is not watched. What is answered must not be changed. */
  view(tenant: TenantId, id: string): ClusterView | undefined
}

export type KubernetesDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: Pick<EventBus, 'publish' | 'subscribe'>
  /** Whether the fleet has it. */
  exists(tenant: TenantId, id: string): boolean
  /** Of this program. */
  version: string
  /** As they are now; asked for every few seconds. */
  clusters(): Promise<readonly WatchableCluster[]>
  /** Takes what is in a cluster now, for the topology. */
  mirror(tenant: TenantId, clusterId: string, topology: TopologyInput): Promise<void>
}

export { formatReport, type ReportFormat, reportFormats } from './analyzer/report.ts'
export { shownRules } from './analyzer/rules.ts'
export { overallStatus } from './answer/diagnostics.ts'
export { platformRbacManifest, rbacManifest } from './answer/rbac.ts'
export { KubernetesConfig } from './config.ts'
export { causeKinds, entitiesOfChange } from './graph/change-entities.ts'
export { type Inspection, inspectCluster } from './inspection.ts'
export { inventoryOf, inventorySteps } from './inventory.ts'
export { createKubernetes } from './kubernetes.ts'
export type { ClusterView } from './view.ts'
