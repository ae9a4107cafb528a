/** 250 nodes with 2,000 GPUs in 24 clusters, some in trouble; some change each second. */
import type { Finding } from '@aiops/contract/model/finding'
import type { Gpu, GpuNode, GpuProcess } from '@aiops/contract/model/gpu'
import { chance, infrastructureFinding, isoAgo } from './infrastructure-finding.ts'
import type { Input } from './refusal.ts'
import { Refusal } from './refusal.ts'

const boards = [
  { name: 'NVIDIA H100 80GB HBM3', memory: 81_559, watts: 700 },
  { name: 'NVIDIA A100-SXM4-40GB', memory: 40_960, watts: 400 },
  { name: 'NVIDIA L40S', memory: 46_068, watts: 350 },
  { name: 'NVIDIA H200', memory: 143_771, watts: 700 },
  { name: 'Tesla T4', memory: 15_360, watts: 70 },
] as const
const regions = ['fra', 'ams', 'iad', 'sin', 'syd', 'gru']
const clusterCount = 24
const nodeCount = 250
const perNode = 8

function makeNode(n: number): GpuNode {
  const c = n % clusterCount
  const cluster = `gpu-${regions[c % regions.length]}-${String(Math.floor(c / regions.length) + 1).padStart(2, '0')}`
  const node_name = `${cluster}-node-${String(Math.floor(n / clusterCount) + 1)}`
  const smi = c === 5
  const vanished = n === 26 ? 2 : 0
  const gpus = Array.from({ length: perNode - vanished }, (_, index) => makeGpu(n, index, smi))
  return {
    ...{ cluster_id: cluster, cluster_name: cluster, node_name, source: smi ? 'NVIDIA_SMI' : 'DCGM' },
    ...{ allocatable: perNode, gpus, last_updated: isoAgo(c === 9 ? 900_000 : 0), stale: c === 9 },
  }
}

function makeGpu(n: number, index: number, smi: boolean): Gpu {
  const random = chance(n * 31 + index)
  const board = boards[(n % clusterCount) % boards.length] ?? boards[0]
  const busy = random() < 0.75 ? 0.35 + 0.65 * random() : 0.03 * random()
  const mig = n % 40 === 3 && !smi
  const hot = n === 7 && index === 2
  const allocated = busy > 0.1 || random() < 0.3
  const profiling = n % clusterCount !== 4 && !smi
  const owner = { namespace: `team-${'abcdef'[n % 6]}`, pod: `train-${n % 37}-worker-${index}` }
  const memory = mig ? board.memory / 2 : board.memory * (0.1 + 0.83 * busy)
  const used = Math.round(n === 12 && index === 5 ? board.memory * 0.97 : memory)
  const heat = hot ? 92 : Math.round(33 + 44 * busy + 4 * random())
  return {
    ...{ index, uuid: `GPU-${hex(n * 8 + index)}-4f1c-9a77`, name: board.name },
    pci_bus_id: `00000000:${(0x17 + index * 8).toString(16).toUpperCase()}:00.0`,
    ...{ driver_version: n === 30 ? '550.54.15' : '570.124.06', cuda_version: '12.8' },
    ...{ memory_total_mb: board.memory, memory_used_mb: used, memory_free_mb: board.memory - used },
    utilization_gpu_percent: mig ? null : Math.round(100 * busy),
    utilization_memory_percent: mig ? null : Math.round(60 * busy),
    sm_active_ratio: profiling ? busy * 0.8 : null,
    tensor_active_ratio: profiling ? busy * 0.45 : null,
    dram_active_ratio: profiling ? busy * 0.5 : null,
    temperature_celsius: heat,
    memory_temperature_celsius: board.name === 'Tesla T4' ? null : heat + 8,
    power_draw_watts: Math.round(board.watts * (0.15 + 0.8 * busy)),
    power_limit_watts: n % 3 === 0 ? null : board.watts,
    fan_speed_percent: board.name === 'NVIDIA L40S' ? 42 : null,
    ...{ sm_clock_mhz: 1_980, memory_clock_mhz: 2_619 },
    ecc_uncorrected: smi ? null : n === 19 && index === 0 ? 3 : 0,
    last_xid:
      n === 19 && index === 0 ? 94 : n === 26 && index === 1 ? 79 : n % 29 === 0 && index === 4 ? 31 : null,
    mig_enabled: mig,
    mig_instances: mig
      ? Array.from({ length: 4 }, (_, i) => ({
          ...{ gpu_instance_id: String(7 + i), profile: '1g.10gb', memory_used_mb: 1_200 + 900 * i },
          engine_active_ratio: i === 3 ? null : 0.2 * i,
          namespace: i === 2 ? null : owner.namespace,
          pod: i === 2 ? null : `notebook-${n}-${i}`,
        }))
      : [],
    processes: smi && allocated ? [processOf(n, index, used, owner)] : [],
    ...(allocated && !mig ? owner : { namespace: null, pod: null }),
    health: 'OK',
  }
}

const processOf = (
  n: number,
  index: number,
  used: number,
  owner: { namespace: string; pod: string },
): GpuProcess => ({
  ...{
    pid: 20_000 + n * 16 + index,
    process_name: index % 3 === 0 ? '/opt/venv/bin/python3' : 'VLLM::EngineCore',
  },
  ...{ used_memory_mb: Math.max(0, used - 400), type: 'COMPUTE', ...owner },
})

const hex = (n: number): string => ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')

function findingsOf(nodes: readonly GpuNode[]): Finding[] {
  const found: Finding[] = []
  for (const node of nodes) {
    if (node.gpus.length < (node.allocatable ?? 0))
      found.push(
        infrastructureFinding(node, 'GPU', {
          ...{ rule: 'gpu-fewer-than-allocatable', analyzer: 'gpu-health', severity: 'CRITICAL' },
          title: `${node.node_name} offers ${node.allocatable} GPUs, and ${node.gpus.length} are told of.`,
          object: { kind: 'Node', namespace: '', name: node.node_name },
          source: 'status.allocatable["nvidia.com/gpu"]',
          ...{ text: String(node.allocatable), command: `kubectl cordon ${node.node_name} --dry-run=server` },
        }),
      )
    for (const gpu of node.gpus) found.push(...gpuFindings(node, gpu))
  }
  return found
}

function gpuFindings(node: GpuNode, gpu: Gpu): Finding[] {
  const object = { kind: 'GPU', namespace: '', name: `${node.node_name}/${gpu.uuid}` }
  const spoken = `GPU ${gpu.index} (${gpu.name}) of ${node.node_name}`
  const source = (metric: string) => `${metric}{UUID="${gpu.uuid}",gpu="${gpu.index}"}`
  const drain = `kubectl drain ${node.node_name} --ignore-daemonsets --delete-emptydir-data --dry-run=server`
  const found: Finding[] = []
  const add = (part: Omit<Parameters<typeof infrastructureFinding>[2], 'object'>) =>
    found.push(infrastructureFinding(node, 'GPU', { ...part, object }))
  if ((gpu.temperature_celsius ?? 0) >= 84)
    add({
      ...{
        rule: 'gpu-temperature',
        analyzer: 'gpu-thermal',
        title: `${spoken} is at ${gpu.temperature_celsius} °C.`,
      },
      severity: (gpu.temperature_celsius ?? 0) >= 90 ? 'CRITICAL' : 'MEDIUM',
      ...{ source: source('DCGM_FI_DEV_GPU_TEMP'), text: `${gpu.temperature_celsius} °C, threshold 84 °C` },
      command: `kubectl describe node ${node.node_name}`,
    })
  if (gpu.last_xid === 79 || gpu.last_xid === 94)
    add({
      ...{
        rule: `gpu-xid-${gpu.last_xid}`,
        analyzer: 'gpu-xid',
        severity: gpu.last_xid === 79 ? 'CRITICAL' : 'HIGH',
      },
      title: `${spoken} had XID ${gpu.last_xid}: ${gpu.last_xid === 79 ? 'it has fallen off the bus' : 'contained uncorrectable memory error'}.`,
      ...{
        source: source('DCGM_FI_DEV_XID_ERRORS'),
        text: `changed from 0 to ${gpu.last_xid}`,
        command: drain,
      },
    })
  if ((gpu.memory_used_mb ?? 0) > 0.95 * (gpu.memory_total_mb ?? 1))
    add({
      ...{
        rule: 'gpu-memory-full',
        analyzer: 'gpu-memory',
        severity: 'MEDIUM',
        title: `${spoken} uses 97 % of its memory.`,
      },
      ...{
        source: source('DCGM_FI_DEV_FB_USED'),
        text: `${gpu.memory_used_mb} MiB of ${gpu.memory_total_mb} MiB`,
      },
      command: `kubectl logs ${gpu.pod} -n ${gpu.namespace} --tail=100`,
    })
  if (gpu.pod !== null && (gpu.utilization_gpu_percent ?? 100) < 2)
    add({
      ...{ rule: 'gpu-idle-allocated', analyzer: 'gpu-use', severity: 'LOW' },
      title: `${spoken} is given to ${gpu.namespace}/${gpu.pod} and did next to nothing for 30 minutes.`,
      ...{ source: source('DCGM_FI_DEV_GPU_UTIL'), text: `at most ${gpu.utilization_gpu_percent} %` },
      command: `kubectl get pod ${gpu.pod} -n ${gpu.namespace} -o wide`,
    })
  return found
}

export function createGpuFleet(empty: boolean) {
  const nodes = empty ? [] : Array.from({ length: nodeCount }, (_, n) => makeNode(n))
  const findings = findingsOf(nodes)
  const judge = (): void => {
    for (const node of nodes)
      for (const gpu of node.gpus) {
        const own = findings.filter(
          ({ object, severity }) => object.name === `${node.node_name}/${gpu.uuid}` && severity !== 'LOW',
        )
        gpu.health = node.stale
          ? 'UNKNOWN'
          : own.some(({ severity }) => severity === 'CRITICAL')
            ? 'CRITICAL'
            : own.length > 0
              ? 'WARNING'
              : 'OK'
      }
  }
  judge()
  let turn = 0
  const within = ({ query }: Input): GpuNode[] => {
    const asked = (query.cluster_ids ?? []).flatMap((one) => one.split(',')).filter(Boolean)
    return nodes.filter((node) => asked.length === 0 || asked.includes(node.cluster_id))
  }
  const handlers = {
    listGpuNodes: (input: Input) => ({ nodes: within(input), total: within(input).length }),
    getGpuNode: ({ params }: Input) => {
      const node = nodes.find(
        (one) => one.cluster_id === params.cluster_id && one.node_name === params.node_name,
      )
      if (!node) throw new Refusal(404, 'NO_GPU_NODES', 'That node has no GPU.')
      return node
    },
    getGpuSummary: (input: Input) => summaryOf(within(input), findings),
    listGpuProcesses: (input: Input) => {
      const processes = within(input).flatMap((node) =>
        node.gpus.flatMap((gpu) =>
          gpu.processes.map((process) => ({
            ...process,
            ...{ cluster_id: node.cluster_id, cluster_name: node.cluster_name, node_name: node.node_name },
            gpu_uuid: gpu.uuid,
          })),
        ),
      )
      return { processes, total: processes.length }
    },
  }
  return {
    handlers,
    findings,
    judge,
    tick: (tell: (node: GpuNode) => void) => {
      turn = tick(nodes, turn, tell)
    },
  }
}

/** A fifth of the nodes each second, as a fleet that is read every five seconds. */
function tick(nodes: GpuNode[], turn: number, tell: (node: GpuNode) => void): number {
  for (const [n, node] of nodes.entries()) {
    if (n % 5 !== turn % 5 || node.stale) continue
    for (const gpu of node.gpus) {
      const random = Math.random()
      if (gpu.utilization_gpu_percent !== null && gpu.utilization_gpu_percent > 5)
        gpu.utilization_gpu_percent = clamp(
          gpu.utilization_gpu_percent + Math.round(16 * (random - 0.5)),
          6,
          100,
        )
      if (gpu.temperature_celsius !== null && gpu.temperature_celsius < 80)
        gpu.temperature_celsius = clamp(gpu.temperature_celsius + Math.round(3 * (random - 0.5)), 30, 79)
      if (gpu.sm_active_ratio !== null && gpu.utilization_gpu_percent !== null)
        gpu.sm_active_ratio = (gpu.utilization_gpu_percent / 100) * 0.8
    }
    node.last_updated = isoAgo(0)
    tell(node)
  }
  return turn + 1
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))

function summaryOf(nodes: readonly GpuNode[], findings: readonly Finding[]) {
  const gpus = nodes.flatMap((node) => node.gpus)
  const clusters = new Set(nodes.map(({ cluster_id }) => cluster_id))
  const own = findings.filter(({ cluster_id }) => clusters.has(cluster_id))
  const count = (words: readonly string[]): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const word of words) counts[word] = (counts[word] ?? 0) + 1
    return counts
  }
  const sum = (values: readonly (number | null)[]): number =>
    values.reduce<number>((total, one) => total + (one ?? 0), 0)
  const told = gpus.flatMap(({ utilization_gpu_percent: percent }) => percent ?? [])
  return {
    ...{ total_nodes: nodes.length, total_gpus: gpus.length },
    avg_utilization_percent: told.length === 0 ? null : sum(told) / told.length,
    memory_total_mb: sum(gpus.map(({ memory_total_mb }) => memory_total_mb)),
    memory_used_mb: sum(gpus.map(({ memory_used_mb }) => memory_used_mb)),
    ...{ by_type: count(gpus.map(({ name }) => name)), by_health: count(gpus.map(({ health }) => health)) },
    allocated_gpus: gpus.filter(({ pod, mig_instances }) => pod !== null || mig_instances.length > 0).length,
    idle_allocated_gpus: own.filter(({ rule }) => rule === 'gpu-idle-allocated').length,
    power_draw_watts: gpus.length === 0 ? null : sum(gpus.map(({ power_draw_watts }) => power_draw_watts)),
    findings: {
      ...{ CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 },
      ...count(own.map(({ severity }) => severity)),
    },
  }
}
