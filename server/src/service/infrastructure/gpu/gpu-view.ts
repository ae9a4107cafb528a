import type { Finding } from '@aiops/contract/model/finding'
import type { Gpu, GpuNode, GpuProcess, GpuSummary, MigInstance } from '@aiops/contract/model/gpu'
import { isoTime } from '../../../kernel/clock.ts'
import type { ObservedState } from '../area.ts'
import { devicesIn } from './devices-in.ts'
import { allocatableOf } from './expectation.ts'
import { firstOf, type GpuDevice, type MigDevice, memoryOf, metricOf } from './gpu-device.ts'
import { gpuName } from './sighting.ts'
import { idleRule } from './signature/idle.ts'

type Processes = ReadonlyMap<string, readonly GpuProcess[]>

/** Nodes with GPUs of one cluster; how each GPU is follows from its open findings. */
export function gpuNodesOf(
  state: ObservedState,
  findings: readonly Finding[],
  processes: Processes | undefined,
): GpuNode[] {
  const worst = healthByGpu(findings)
  const nodes = new Map<string, GpuNode>()
  const { history } = state
  for (const device of devicesIn(history)) {
    let node = nodes.get(device.node)
    if (!node) {
      node = {
        ...{ cluster_id: state.id, cluster_name: state.name, node_name: device.node, source: device.source },
        ...{ allocatable: allocatableOf(device.node, history.inventory), gpus: [] },
        ...{ last_updated: isoTime(history.now.timeMs), stale: state.stale },
      }
      nodes.set(device.node, node)
    }
    const health = worst.get(gpuName(device)) ?? 'OK'
    node.gpus.push(gpuOf(device, state.stale ? 'UNKNOWN' : health, processes?.get(device.uuid) ?? []))
  }
  return [...nodes.values()]
}

/** In figures; `idle` counts GPUs by the rule for waste. */
export function summaryOf(nodes: readonly GpuNode[], findings: readonly Finding[]): GpuSummary {
  const gpus = nodes.flatMap((node) => node.gpus)
  const told = gpus.flatMap(({ utilization_gpu_percent: percent }) => (percent === null ? [] : [percent]))
  const power = gpus.flatMap(({ power_draw_watts: watts }) => (watts === null ? [] : [watts]))
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const ofGpus = findings.filter(({ area }) => area === 'GPU')
  return {
    ...{ total_nodes: nodes.length, total_gpus: gpus.length },
    avg_utilization_percent: told.length === 0 ? null : sum(told) / told.length,
    memory_total_mb: sum(gpus.map(({ memory_total_mb: mb }) => mb ?? 0)),
    memory_used_mb: sum(gpus.map(({ memory_used_mb: mb }) => mb ?? 0)),
    by_type: countBy(gpus, ({ name }) => name),
    by_health: countBy(gpus, ({ health }) => health),
    allocated_gpus: gpus.filter(isAllocated).length,
    idle_allocated_gpus: ofGpus.filter(({ rule }) => rule === idleRule).length,
    power_draw_watts: power.length === 0 ? null : sum(power),
    findings: {
      ...{ CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 },
      ...countBy(ofGpus, ({ severity }) => severity),
    },
  }
}

export const isAllocated = ({ pod, mig_instances }: Pick<Gpu, 'pod' | 'mig_instances'>): boolean =>
  pod !== null || mig_instances.some((slice) => slice.pod !== null)

function gpuOf(device: GpuDevice, health: Gpu['health'], processes: readonly GpuProcess[]): Gpu {
  const value = (metric: string): number | null => metricOf(device, metric)
  const memory = memoryOf(device)
  const divided = device.migs.size > 0
  const [owner] = device.owners
  const mode = value('DCGM_FI_DEV_MIG_MODE')
  const xid = value('DCGM_FI_DEV_XID_ERRORS')
  return {
    ...{ index: device.index, uuid: device.uuid, name: device.model, pci_bus_id: device.pciBusId ?? null },
    ...{ driver_version: device.driver ?? null, cuda_version: cudaOf(device) },
    memory_total_mb: memory.total,
    memory_used_mb: memory.used ?? (divided ? usedBySlices(device) : null),
    memory_free_mb: memory.free,
    // The driver reports none for a divided GPU.
    utilization_gpu_percent: divided ? null : percentOf(value('DCGM_FI_DEV_GPU_UTIL')),
    utilization_memory_percent: divided ? null : percentOf(value('DCGM_FI_DEV_MEM_COPY_UTIL')),
    sm_active_ratio: value('DCGM_FI_PROF_SM_ACTIVE'),
    tensor_active_ratio: value('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE'),
    dram_active_ratio: value('DCGM_FI_PROF_DRAM_ACTIVE'),
    temperature_celsius: value('DCGM_FI_DEV_GPU_TEMP'),
    memory_temperature_celsius: value('DCGM_FI_DEV_MEMORY_TEMP'),
    power_draw_watts: value('DCGM_FI_DEV_POWER_USAGE'),
    power_limit_watts: firstOf(device, 'DCGM_FI_DEV_POWER_MGMT_LIMIT', 'DCGM_FI_DEV_ENFORCED_POWER_LIMIT'),
    fan_speed_percent: percentOf(value('DCGM_FI_DEV_FAN_SPEED')),
    sm_clock_mhz: value('DCGM_FI_DEV_SM_CLOCK'),
    memory_clock_mhz: value('DCGM_FI_DEV_MEM_CLOCK'),
    ecc_uncorrected: value('DCGM_FI_DEV_ECC_DBE_VOL_TOTAL'),
    last_xid: xid === null || xid === 0 ? null : Math.trunc(xid),
    mig_enabled: divided || (mode === null ? null : mode === 1),
    mig_instances: [...device.migs.values()].map(sliceOf),
    processes: processes.map((process) => ({
      ...process,
      namespace: process.namespace ?? (device.owners.length === 1 ? (owner?.namespace ?? null) : null),
      pod: process.pod ?? (device.owners.length === 1 ? (owner?.pod ?? null) : null),
    })),
    ...{ namespace: owner?.namespace ?? null, pod: owner?.pod ?? null, health },
  }
}

const sliceOf = (mig: MigDevice): MigInstance => ({
  ...{ gpu_instance_id: mig.id, profile: mig.profile },
  memory_used_mb: metricOf(mig, 'DCGM_FI_DEV_FB_USED'),
  engine_active_ratio: metricOf(mig, 'DCGM_FI_PROF_GR_ENGINE_ACTIVE'),
  ...{ namespace: mig.owner?.namespace ?? null, pod: mig.owner?.pod ?? null },
})

function usedBySlices({ migs }: GpuDevice): number | null {
  let sum: number | null = null
  for (const mig of migs.values()) {
    const used = metricOf(mig, 'DCGM_FI_DEV_FB_USED')
    if (used !== null) sum = (sum ?? 0) + used
  }
  return sum
}

const percentOf = (value: number | null): number | null => (value === null || value > 100 ? null : value)

/** As a label, or as the driver's number: 12040 is 12.4. */
function cudaOf(device: GpuDevice): string | null {
  for (const { labels } of device.metrics.values()) {
    const told = labels.cuda_version ?? labels.DCGM_FI_CUDA_DRIVER_VERSION
    if (told) return /^\d{4,6}$/.test(told) ? versionOf(Number(told)) : told
  }
  const number = metricOf(device, 'DCGM_FI_CUDA_DRIVER_VERSION')
  return number === null || number < 1_000 ? null : versionOf(number)
}

const versionOf = (number: number): string =>
  `${Math.trunc(number / 1_000)}.${Math.trunc((number % 1_000) / 10)}`

function healthByGpu(findings: readonly Finding[]): Map<string, Gpu['health']> {
  const worst = new Map<string, Gpu['health']>()
  for (const { area, severity, object } of findings) {
    if (area !== 'GPU' || severity === 'INFO' || severity === 'LOW') continue
    if (object.kind !== 'GPU') continue
    const health = severity === 'CRITICAL' ? 'CRITICAL' : 'WARNING'
    if (worst.get(object.name) !== 'CRITICAL') worst.set(object.name, health)
  }
  return worst
}

function countBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOfItem(item), (counts.get(keyOfItem(item)) ?? 0) + 1)
  return Object.fromEntries(counts)
}
