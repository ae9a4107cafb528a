import { Gpu, GpuNode, GpuProcess, GpuSummary } from '@aiops/contract/model/gpu'
import { z } from 'zod'
import { ClusterIds, clustersText, ofCluster, wantedIds } from './inside.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const NodeName = z.string().max(253).default('').describe('Exact name of one node.')

const FoundGpu = Gpu.omit({ pci_bus_id: true, memory_clock_mhz: true, processes: true }).extend({
  ...ofCluster,
  ...{ node_name: z.string(), processes: z.array(GpuProcess) },
  /** Of its node: older than what is due. */
  stale: z.boolean(),
  last_updated: z.string(),
})
type FoundGpu = z.output<typeof FoundGpu>

const getGpuNodes = tool({
  name: 'get_gpu_nodes',
  title: 'Look at GPUs',
  description:
    'Each GPU of each node: model, utilisation, memory used and free, temperature, power, clock, errors (ECC, XID), health, and the pod that it is allocated to. ' +
    'Use it for how busy or hot GPUs are, which are free, and who holds one. No GPU anywhere is an empty answer.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({ cluster_ids: ClusterIds, node: NodeName }),
  output: z.object({
    gpus: z.array(FoundGpu),
    total: z.number().int(),
    nodes: z.array(
      GpuNode.pick({
        ...{ cluster_id: true, cluster_name: true, node_name: true, source: true },
        ...{ allocatable: true, last_updated: true, stale: true },
      }),
    ),
  }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const answer = await client.listGpuNodes({ query: { cluster_ids } })
    const nodes = answer.nodes.filter(({ node_name }) => isNamed(node_name, input.node))
    const gpus = nodes.flatMap(({ gpus: own, cluster_id, cluster_name, node_name, stale, last_updated }) =>
      own.map((one) => ({ ...one, cluster_id, cluster_name, node_name, stale, last_updated })),
    )
    return {
      gpus: gpus
        .sort((a, b) => healthRank[a.health] - healthRank[b.health])
        .slice(0, evidenceMax)
        .map((one) => FoundGpu.parse(one)),
      total: gpus.length,
      nodes: nodes
        .slice(0, evidenceMax)
        .map(({ cluster_id, cluster_name, node_name, source, allocatable, last_updated, stale }) => ({
          ...{ cluster_id, cluster_name, node_name, source, allocatable, last_updated, stale },
        })),
    }
  },
  evidence: ({ gpus }) => gpus.map(gpuEvidence),
  sentence: ({ total, nodes }, { cluster_ids, node }) =>
    `Looked at GPUs of ${node || clustersText(cluster_ids)}: ${total} on ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}.`,
})

const getGpuProcesses = tool({
  name: 'get_gpu_processes',
  title: 'Look at processes on GPUs',
  description:
    'Processes that hold memory of GPUs, most first, each with node, GPU and pod where the cluster tells. ' +
    'Not every source of GPU figures tells of processes: an empty answer does not mean that none runs; get_gpu_nodes tells the pod.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({ cluster_ids: ClusterIds, node: NodeName }),
  output: z.object({
    processes: z.array(
      GpuProcess.extend({ ...ofCluster, ...{ node_name: z.string(), gpu_uuid: z.string() } }),
    ),
    total: z.number().int(),
  }),
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const answer = await client.listGpuProcesses({ query: { cluster_ids } })
    const processes = answer.processes.filter(({ node_name }) => isNamed(node_name, input.node))
    return { processes: processes.slice(0, evidenceMax), total: processes.length }
  },
  evidence: ({ processes }) =>
    processes.map(
      (one): EvidenceDraft => ({
        ...{ type: 'GPU', query: 'processes on GPUs', source: one.cluster_name, time: null },
        entity: `gpu/${one.node_name}/${one.gpu_uuid}`,
        sentence: `Process ${one.process_name} (${one.pid}) on ${one.node_name} holds ${one.used_memory_mb ?? 'an unknown amount of'} MiB of GPU memory.`,
        fields: {
          ...{ cluster: one.cluster_name, node: one.node_name, gpu_uuid: one.gpu_uuid, pid: one.pid },
          ...{ process: one.process_name, used_memory_mib: one.used_memory_mb, type: one.type },
          ...{ namespace: one.namespace, pod: one.pod },
        },
        // A process names itself.
        trust: 'TELEMETRY',
        link: gpuLink({ view: 'processes', node: one.node_name }),
      }),
    ),
  sentence: ({ total }, { cluster_ids, node }) =>
    `Looked at processes on GPUs of ${node || clustersText(cluster_ids)}: ${total}.`,
})

const getGpuSummary = tool({
  name: 'get_gpu_summary',
  title: 'Summarise GPUs',
  description:
    'All GPUs of all clusters in figures: how many by model and health, mean utilisation, memory, power, how many are allocated, and how many of those stand idle.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({ cluster_ids: ClusterIds }),
  output: GpuSummary,
  async run(client, input, scope) {
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    return await client.getGpuSummary({ query: { cluster_ids } })
  },
  evidence: (one) =>
    one.total_gpus === 0
      ? []
      : [
          {
            ...{ type: 'GPU', query: 'GPUs in figures', source: 'fleet', time: null, entity: null },
            sentence: `${one.total_gpus} GPUs on ${one.total_nodes} ${one.total_nodes === 1 ? 'node' : 'nodes'}, ${one.allocated_gpus} allocated.`,
            fields: {
              ...{ gpus: one.total_gpus, nodes: one.total_nodes, allocated_gpus: one.allocated_gpus },
              unallocated_gpus: one.total_gpus - one.allocated_gpus,
              idle_allocated_gpus: one.idle_allocated_gpus,
              avg_utilization_percent: one.avg_utilization_percent,
              ...{ memory_used_mib: one.memory_used_mb, memory_total_mib: one.memory_total_mb },
              power_draw_watts: one.power_draw_watts,
              ...Object.fromEntries(Object.entries(one.by_health).map(([name, n]) => [`health_${name}`, n])),
              models: Object.keys(one.by_type).join(', '),
            },
            trust: 'PLATFORM',
            link: '/gpu',
          },
        ],
  sentence: ({ total_gpus, total_nodes }) =>
    `Looked at all GPUs in figures: ${total_gpus} on ${total_nodes} ${total_nodes === 1 ? 'node' : 'nodes'}.`,
})

/** GPUs of all clusters. */
export const gpuTools = {
  get_gpu_nodes: getGpuNodes,
  get_gpu_processes: getGpuProcesses,
  get_gpu_summary: getGpuSummary,
} as const

const healthRank: Record<Gpu['health'], number> = { CRITICAL: 0, WARNING: 1, UNKNOWN: 2, OK: 3 }
export const isNamed = (name: string, wanted: string): boolean =>
  wanted === '' || name.toLowerCase() === wanted.toLowerCase()

const gpuLink = (search: Readonly<Record<string, string>>): string => `/gpu?${new URLSearchParams(search)}`

function gpuEvidence(one: FoundGpu): EvidenceDraft {
  const holder = one.pod === null ? 'not allocated' : `allocated to pod ${one.pod}`
  return {
    type: 'GPU',
    query: 'GPUs',
    source: one.cluster_name,
    time: one.last_updated,
    entity: `gpu/${one.node_name}/${one.index}`,
    sentence: `GPU ${one.index} (${one.name}) of ${one.node_name}: utilisation ${shown(one.utilization_gpu_percent, '%')}, ${shown(one.temperature_celsius, '°C')}, ${holder}.`,
    fields: {
      ...{ cluster: one.cluster_name, node: one.node_name, gpu: one.index, model: one.name },
      ...{ health: one.health, utilization_percent: one.utilization_gpu_percent },
      ...{ memory_used_mib: one.memory_used_mb, memory_free_mib: one.memory_free_mb },
      ...{ memory_total_mib: one.memory_total_mb, temperature_celsius: one.temperature_celsius },
      ...{ power_draw_watts: one.power_draw_watts, power_limit_watts: one.power_limit_watts },
      ...{ sm_clock_mhz: one.sm_clock_mhz, sm_active_ratio: one.sm_active_ratio },
      ...{ ecc_uncorrected: one.ecc_uncorrected, last_xid: one.last_xid, mig: one.mig_enabled },
      ...{ mig_instances: one.mig_instances.length, namespace: one.namespace, pod: one.pod },
      ...{ stale: one.stale, uuid: one.uuid },
    },
    trust: 'PLATFORM',
    link: gpuLink({ node: one.node_name, gpu: `${one.cluster_id}/${one.node_name}/${one.uuid}` }),
  }
}

const shown = (value: number | null, unit: string): string =>
  value === null ? 'not told' : `${value} ${unit}`
