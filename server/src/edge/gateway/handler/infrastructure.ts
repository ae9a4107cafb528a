import type { Handler, HandlerDeps } from '../handler-deps.ts'

type Ids =
  | 'listGpuNodes'
  | 'getGpuNode'
  | 'getGpuSummary'
  | 'listGpuProcesses'
  | 'listCnfWorkloads'
  | 'listPtpStatus'
  | 'getDpdkStats'
  | 'listSriovStatus'
  | 'listCnfKpis'

/** GPUs and network functions. */
export function infrastructureHandlers({ infrastructure }: HandlerDeps): { [K in Ids]: Handler<K> } {
  return {
    async listGpuNodes({ query }, { tenant }) {
      const nodes = infrastructure.gpuNodes(tenant, clustersOf(query))
      return { nodes, total: nodes.length }
    },
    getGpuNode: async ({ params: { cluster_id, node_name } }, { tenant }) =>
      infrastructure.gpuNode(tenant, cluster_id, node_name),
    getGpuSummary: async ({ query }, { tenant }) => infrastructure.gpuSummary(tenant, clustersOf(query)),
    async listGpuProcesses({ query }, { tenant }) {
      const processes = infrastructure.gpuProcesses(tenant, clustersOf(query))
      return { processes, total: processes.length }
    },
    async listCnfWorkloads({ query }, { tenant }) {
      const filter = { ...clustersOf(query), cnf_type: query.cnf_type }
      const workloads = infrastructure.cnfWorkloads(tenant, filter)
      return { workloads, total: workloads.length }
    },
    async listPtpStatus({ query }, { tenant }) {
      const statuses = infrastructure.ptp(tenant, clustersOf(query))
      return { statuses, total: statuses.length }
    },
    getDpdkStats: async ({ query }, { tenant }) =>
      infrastructure.dpdk(tenant, query.cluster_id, query.pod_name),
    async listSriovStatus({ query }, { tenant }) {
      const interfaces = infrastructure.sriov(tenant, clustersOf(query))
      return { interfaces, total: interfaces.length }
    },
    async listCnfKpis({ query }, { tenant }) {
      const kpis = infrastructure.kpis(tenant, clustersOf(query))
      return { kpis, total: kpis.length }
    },
  }
}

const clustersOf = (query: { cluster_ids: string[]; cluster_id?: string | undefined }) => ({
  cluster_ids: query.cluster_id === undefined ? query.cluster_ids : [...query.cluster_ids, query.cluster_id],
})
