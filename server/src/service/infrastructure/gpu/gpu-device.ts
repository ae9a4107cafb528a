import type { Labels } from '@aiops/contract/model/label'
import type { ClusterInventory, Sample } from '../index.ts'
import { nodeOf, ownerOf, type PodName } from './placement.ts'
import { valueOrNull } from './value.ts'

/** A slice of a GPU, by the number that the driver gave it. */
export type MigDevice = {
  id: string
  profile: string
  owner: PodName | undefined
  metrics: Map<string, Sample>
}
/** A GPU as its samples of one moment make it. */
export type GpuDevice = {
  node: string
  uuid: string
  index: number
  model: string
  pciBusId: string | undefined
  driver: string | undefined
  source: 'DCGM' | 'NVIDIA_SMI'
  /** Pods that it is given to; several where its time is shared. */
  owners: PodName[]
  /** Samples of the GPU as a whole, the first of each metric. */
  metrics: Map<string, Sample>
  /** Samples of metrics that come several times: by XID, by clock event, by link. */
  repeated: Map<string, Sample[]>
  migs: Map<string, MigDevice>
}

export const smiSource = 'nvidia-smi'
const devicesMax = 50_000

/** GPUs of a reading in the order of node and index. Samples that name no GPU are passed over. */
export function devicesOf(samples: readonly Sample[], inventory: ClusterInventory): GpuDevice[] {
  const devices = new Map<string, GpuDevice>()
  for (const sample of samples) {
    const { labels } = sample
    const metric = labels.__name__ ?? ''
    if (!metric.startsWith('DCGM_')) continue
    const index = labels.gpu ?? labels.minor_number ?? ''
    const uuid = labels.UUID ?? labels.uuid ?? ''
    if (uuid === '' && index === '') continue
    const node = nodeOf(labels, inventory)
    const key = uuid === '' ? `${node}\u0000${index}` : uuid
    let device = devices.get(key)
    if (!device) {
      if (devices.size >= devicesMax) continue
      device = newDevice(node, uuid === '' ? `gpu${index}` : uuid, Number.parseInt(index, 10), labels)
      devices.set(key, device)
    }
    put(device, metric, sample, inventory)
  }
  return [...devices.values()].sort((a, b) =>
    a.node < b.node ? -1 : a.node > b.node ? 1 : a.index - b.index,
  )
}

/** What the metric says of the GPU; null where it is not told or blank. */
export function metricOf(device: Pick<GpuDevice, 'metrics'>, metric: string): number | null {
  return valueOrNull(metric, device.metrics.get(metric)?.value)
}

/** The first of several metrics that is told. */
export function firstOf(device: Pick<GpuDevice, 'metrics'>, ...metrics: readonly string[]): number | null {
  for (const metric of metrics) {
    const value = metricOf(device, metric)
    if (value !== null) return value
  }
  return null
}

/** Used of all of its memory in MiB; where it is divided, of all slices together unless the whole is told. */
export function memoryOf(device: Pick<GpuDevice, 'metrics'>): {
  total: number | null
  used: number | null
  free: number | null
} {
  const used = metricOf(device, 'DCGM_FI_DEV_FB_USED')
  const free = metricOf(device, 'DCGM_FI_DEV_FB_FREE')
  const told = metricOf(device, 'DCGM_FI_DEV_FB_TOTAL')
  const reserved = metricOf(device, 'DCGM_FI_DEV_FB_RESERVED') ?? 0
  return { total: told ?? (used !== null && free !== null ? used + free + reserved : null), used, free }
}

function newDevice(node: string, uuid: string, index: number, labels: Labels): GpuDevice {
  return {
    ...{ node, uuid, index: Number.isSafeInteger(index) ? index : 0, model: labels.modelName ?? 'GPU' },
    ...{ pciBusId: labels.pci_bus_id || undefined, driver: undefined },
    source: labels.source === smiSource ? 'NVIDIA_SMI' : 'DCGM',
    ...{ owners: [], metrics: new Map(), repeated: new Map(), migs: new Map() },
  }
}

function put(device: GpuDevice, metric: string, sample: Sample, inventory: ClusterInventory): void {
  const { labels } = sample
  device.driver ??= labels.DCGM_FI_DRIVER_VERSION || labels.driver_version || undefined
  if (device.model === 'GPU' && labels.modelName) device.model = labels.modelName
  device.pciBusId ??= labels.pci_bus_id || undefined
  const owner = ownerOf(labels, inventory)
  const sliceId = labels.GPU_I_ID ?? ''
  if (sliceId !== '') {
    const mig = device.migs.get(sliceId) ?? {
      ...{ id: sliceId, profile: labels.GPU_I_PROFILE ?? '', owner, metrics: new Map<string, Sample>() },
    }
    mig.owner ??= owner
    if (!mig.metrics.has(metric)) mig.metrics.set(metric, sample)
    device.migs.set(sliceId, mig)
    return
  }
  if (
    owner &&
    !device.owners.some(({ namespace, pod }) => namespace === owner.namespace && pod === owner.pod)
  )
    device.owners.push(owner)
  const first = device.metrics.get(metric)
  if (!first) device.metrics.set(metric, sample)
  else if (metric.startsWith('DCGM_EXP_') || labels.nvlink !== undefined) {
    const all = device.repeated.get(metric)
    if (all) all.push(sample)
    else device.repeated.set(metric, [first, sample])
  }
}

/** All samples of a metric of one GPU. */
export function allOf(device: GpuDevice, metric: string): readonly Sample[] {
  const first = device.metrics.get(metric)
  return device.repeated.get(metric) ?? (first ? [first] : [])
}
