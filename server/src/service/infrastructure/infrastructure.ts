import type { Finding } from '@aiops/contract/model/finding'
import type { GpuNode } from '@aiops/contract/model/gpu'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../kernel/fault.ts'
import { keyOf } from './cluster-key.ts'
import { cnfSelectors, cnfSignatures, cnfViewsOf } from './cnf/index.ts'
import { Collection } from './collection.ts'
import type { InfrastructureConfig } from './config.ts'
import { gpuSelectors, gpuSignatures, summaryOf, xidSeedQuery } from './gpu/index.ts'
import type { Infrastructure, InfrastructureDeps, InfrastructureFilter } from './index.ts'
import { createFindingNews, createGpuNews } from './news.ts'
import { ObservedPast } from './observed-past.ts'

/** Collects from every observed cluster, keeps its past, judges it, and shows what is known. */
export function createInfrastructure(
  deps: InfrastructureDeps,
  config: InfrastructureConfig,
): Infrastructure & { collection: Pick<Collection, 'refresh' | 'collectNow'> } {
  const signatures = [...gpuSignatures(config.gpu), ...cnfSignatures(config.cnf)]
  const cnfViews = cnfViewsOf(config.cnf)
  const pasts = new Map<string, ObservedPast>()
  const findingNews = createFindingNews(deps)
  const gpuNews = createGpuNews(deps, durationMs(config.update_interval))
  const refused = deps.metrics.counter(
    'aiops_infrastructure_series_refused_total',
    'Samples of series that the past of a cluster has no room for.',
  )
  const collection = new Collection(
    {
      ...deps,
      queries: [...gpuSelectors, ...cnfSelectors],
      beforeQuery: xidSeedQuery,
      async take(cluster, collected) {
        const key = keyOf(cluster)
        const past = pasts.get(key) ?? new ObservedPast(cluster, signatures, config, deps)
        pasts.set(key, past)
        const refusedBefore = past.history.refused
        const verdict = await past.take(cluster, collected)
        refused.inc(past.history.refused - refusedBefore)
        findingNews.tell(verdict)
        gpuNews.tell(cluster.tenant, past.gpuNodes)
      },
      forget(key) {
        const past = pasts.get(key)
        pasts.delete(key)
        if (past) findingNews.tell({ opened: [], closed: past.end() })
      },
    },
    config,
  )
  gauges(deps, pasts)

  const of = (tenant: TenantId, { cluster_ids }: InfrastructureFilter): ObservedPast[] =>
    [...pasts.values()].filter(
      (past) => past.tenant === tenant && (cluster_ids.length === 0 || cluster_ids.includes(past.id)),
    )
  const gpuNodes = (tenant: TenantId, filter: InfrastructureFilter): GpuNode[] =>
    of(tenant, filter).flatMap((past) => past.currentGpuNodes())
  const findings = (pastsOf: readonly ObservedPast[]): Finding[] => pastsOf.flatMap((past) => past.findings)
  /** Undefined where it is observed and has told nothing yet. */
  const one = (tenant: TenantId, id: string): ObservedPast | undefined => {
    if (!collection.has(keyOf({ tenant, id })))
      throw new Fault('CLUSTER_NOT_FOUND', `No cluster ${id} is observed.`)
    return pasts.get(keyOf({ tenant, id }))
  }

  return {
    collection,
    start: () => collection.start(),
    stop: () => collection.stop(),
    gpuNodes,
    gpuNode(tenant, clusterId, node) {
      const found = one(tenant, clusterId)
        ?.currentGpuNodes()
        .find(({ node_name }) => node_name === node)
      if (!found) throw new Fault('NO_GPU_NODES', `No GPU of a node ${node} is known in that cluster.`)
      return found
    },
    gpuSummary: (tenant, filter) => summaryOf(gpuNodes(tenant, filter), findings(of(tenant, filter))),
    gpuProcesses: (tenant, filter) =>
      gpuNodes(tenant, filter)
        .flatMap(({ cluster_id, cluster_name, node_name, gpus }) =>
          gpus.flatMap(({ uuid, processes }) =>
            processes.map((process) => ({
              ...process,
              ...{ cluster_id, cluster_name, node_name, gpu_uuid: uuid },
            })),
          ),
        )
        .sort((a, b) => (b.used_memory_mb ?? -1) - (a.used_memory_mb ?? -1)),
    cnfWorkloads: (tenant, filter) =>
      of(tenant, filter).flatMap((past) => cnfViews.workloads(past.state(), filter.cnf_type)),
    ptp: (tenant, filter) => of(tenant, filter).flatMap((past) => cnfViews.ptp(past.state())),
    dpdk(tenant, clusterId, pod) {
      const past = one(tenant, clusterId)
      const stats = past && cnfViews.dpdk(past.state(), pod)
      if (!stats)
        throw new Fault('NOT_FOUND', `No packet counters of a pod ${pod} are known in that cluster.`)
      return stats
    },
    sriov: (tenant, filter) => of(tenant, filter).flatMap((past) => cnfViews.sriov(past.state())),
    kpis: (tenant, filter) => of(tenant, filter).flatMap((past) => cnfViews.kpis(past.state())),
    findings: (tenant) => findings(of(tenant, { cluster_ids: [] })),
    rules: () =>
      signatures.map(
        ({ id, area, analyzer, kind, severity, condition, not_when, documentation_url, alert_name }) => ({
          ...{ id, area, analyzer, kind, severity, condition, not_when, documentation_url, alert_name },
        }),
      ),
  }
}

function gauges(deps: InfrastructureDeps, pasts: ReadonlyMap<string, ObservedPast>): void {
  const sum = (of: (past: ObservedPast) => number): number => {
    let total = 0
    for (const past of pasts.values()) total += of(past)
    return total
  }
  deps.metrics.gauge(
    'aiops_infrastructure_history_bytes',
    'Bytes of kept readings of all clusters, estimated.',
    [],
    (gauge) => gauge.set(sum(({ history }) => history.bytes)),
  )
  deps.metrics.gauge('aiops_infrastructure_series', 'Series of kept readings of all clusters.', [], (gauge) =>
    gauge.set(sum(({ history }) => history.seriesCount)),
  )
  deps.metrics.gauge(
    'aiops_infrastructure_findings',
    'Open findings of GPUs and network functions.',
    [],
    (gauge) => gauge.set(sum(({ findings }) => findings.length)),
  )
  deps.metrics.gauge(
    'aiops_infrastructure_signature_defects',
    'Signatures that met a defect at the last reading.',
    [],
    (gauge) => gauge.set(sum(({ judge }) => judge.defects.size)),
  )
}
