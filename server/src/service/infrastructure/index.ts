/** Infrastructure: GPUs and network functions of all clusters, from their exporters and, where there is none, from the nodes themselves. */

import type { CnfType } from '@aiops/contract/model/cluster'
import type { CnfKpi, CnfWorkload, DpdkStats, PtpStatus, SriovStatus } from '@aiops/contract/model/cnf'
import type { Finding, FindingRule } from '@aiops/contract/model/finding'
import type { GpuNode, GpuProcess, GpuSummary } from '@aiops/contract/model/gpu'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { MetricBackend } from '../../port/cluster-backend.ts'
import type { EventBus } from '../../port/event-bus.ts'

/** One sample as an exporter gave it, with all its labels and `__name__`. */
export type Sample = { labels: Labels; value: number }
/** Everything of interest that one cluster's exporters said at one moment. */
export type Reading = { timeMs: number; samples: readonly Sample[] }

/** What Kubernetes knows of a cluster that helps to understand its exporters. Empty lists where it is not watched. */
export type ClusterInventory = {
  nodes: readonly { name: string; allocatable: Readonly<Record<string, number>>; labels: Labels }[]
  pods: readonly {
    namespace: string
    name: string
    uid: string
    node: string
    labels: Labels
    owner: { kind: string; name: string } | undefined
    phase: string
    ready: boolean
    qosClass: string
    /** Requests of all containers together, in cores, bytes and pieces. */
    requests: Readonly<Record<string, number>>
    images: readonly string[]
    containerIds: readonly string[]
  }[]
}

export type ObservedCluster = {
  tenant: TenantId
  id: string
  name: string
  /** Undefined where it has none. */
  metrics: MetricBackend | undefined
  api: ClusterApi | undefined
  inventory(): ClusterInventory
}

export type InfrastructureFilter = { cluster_ids: readonly string[] }

export interface Infrastructure extends Lifecycle {
  gpuNodes(tenant: TenantId, filter: InfrastructureFilter): GpuNode[]
  /** Throws CLUSTER_NOT_FOUND and NO_GPU_NODES. */
  gpuNode(tenant: TenantId, clusterId: string, node: string): GpuNode
  gpuSummary(tenant: TenantId, filter: InfrastructureFilter): GpuSummary
  gpuProcesses(
    tenant: TenantId,
    filter: InfrastructureFilter,
  ): (GpuProcess & { cluster_id: string; cluster_name: string; node_name: string; gpu_uuid: string })[]
  cnfWorkloads(
    tenant: TenantId,
    filter: InfrastructureFilter & { cnf_type: readonly CnfType[] },
  ): CnfWorkload[]
  ptp(tenant: TenantId, filter: InfrastructureFilter): PtpStatus[]
  /** Throws CLUSTER_NOT_FOUND and NOT_FOUND. */
  dpdk(tenant: TenantId, clusterId: string, pod: string): DpdkStats
  sriov(tenant: TenantId, filter: InfrastructureFilter): SriovStatus[]
  kpis(tenant: TenantId, filter: InfrastructureFilter): CnfKpi[]
  /** Open findings of GPUs and network functions. */
  findings(tenant: TenantId): readonly Finding[]
  rules(): readonly FindingRule[]
}

export type InfrastructureDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: Pick<EventBus, 'publish'>
  clusters(): Promise<readonly ObservedCluster[]>
}

export { InfrastructureConfig } from './config.ts'
export { createInfrastructure } from './infrastructure.ts'
