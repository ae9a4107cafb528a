import type { Sample } from '../index.ts'
import { smiSource } from './gpu-device.ts'
import { all, child, parseXml, textOf, type XmlElement } from './xml.ts'

/** Fields that are asked for at each reading; every board and driver knows them. */
export const gpuFields = [
  ...['index', 'uuid', 'name', 'driver_version', 'memory.total', 'memory.used', 'memory.free'],
  ...['utilization.gpu', 'utilization.memory', 'temperature.gpu', 'power.draw', 'power.limit', 'fan.speed'],
] as const
export const appFields = ['gpu_uuid', 'pid', 'process_name', 'used_memory'] as const

const gpusMax = 64
const processesMax = 4_096

/** Field of the CSV form to DCGM's name, both in the same unit: MiB, %, °C, W. */
const metricOfField: Readonly<Record<string, string>> = {
  'memory.total': 'DCGM_FI_DEV_FB_TOTAL',
  'memory.used': 'DCGM_FI_DEV_FB_USED',
  'memory.free': 'DCGM_FI_DEV_FB_FREE',
  'utilization.gpu': 'DCGM_FI_DEV_GPU_UTIL',
  'utilization.memory': 'DCGM_FI_DEV_MEM_COPY_UTIL',
  'temperature.gpu': 'DCGM_FI_DEV_GPU_TEMP',
  'power.draw': 'DCGM_FI_DEV_POWER_USAGE',
  'power.limit': 'DCGM_FI_DEV_POWER_MGMT_LIMIT',
  'fan.speed': 'DCGM_FI_DEV_FAN_SPEED',
}
/** How nvidia-smi names what came of it, for evidence. */
export const fieldOfMetric: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(metricOfField).map(([field, metric]) => [metric, field]),
)

export type SmiProcess = {
  gpuUuid: string
  pid: number
  name: string
  usedMemoryMib: number | null
  type: 'COMPUTE' | 'GRAPHICS' | 'MIXED'
}

/** `--query-gpu=… --format=csv,noheader,nounits`: one GPU a line. Lines that are none, as of a lost GPU, are passed over. */
export function parseGpuCsv(text: string, node: string): Sample[] {
  const samples: Sample[] = []
  for (const line of text.split('\n').slice(0, 4 * gpusMax)) {
    const cells = line.split(',').map((cell) => cell.trim())
    if (cells.length !== gpuFields.length || !/^\d{1,3}$/.test(cells[0] as string)) continue
    const [index, uuid, name, driver] = cells as [string, string, string, string]
    const labels = labelsOf(node, { index, uuid, name, driver })
    for (const [at, field] of gpuFields.entries()) {
      const metric = metricOfField[field]
      const value = numberOf(cells[at])
      if (metric !== undefined && value !== null)
        samples.push({ labels: { __name__: metric, ...labels }, value })
    }
  }
  return samples
}

/** `--query-compute-apps=…`. The name of a process may hold commas. */
export function parseAppCsv(text: string): SmiProcess[] {
  const processes: SmiProcess[] = []
  for (const line of text.split('\n')) {
    const match = /^\s*([^,\s]+),\s*(\d{1,10}),\s*(.*),\s*([^,]*)$/.exec(line)
    if (!match || processes.length >= processesMax) continue
    const [, gpuUuid, pid, name, memory] = match as unknown as [string, string, string, string, string]
    processes.push({
      ...{ gpuUuid, pid: Number(pid), name: name.trim().slice(0, 512), usedMemoryMib: numberOf(memory) },
      type: 'COMPUTE',
    })
  }
  return processes
}

/** CUDA version from the table that plain `nvidia-smi` draws. */
export const parseCudaVersion = (text: string): string | undefined =>
  /CUDA Version:\s*(\d{1,3}\.\d{1,3})/.exec(text.slice(0, 4_096))?.[1]

/** Profiles of slices by GPU and number of the slice, from `nvidia-smi -L`. */
export function parseMigList(text: string): { gpuUuid: string; device: number; profile: string }[] {
  const slices = []
  let gpuUuid = ''
  for (const line of text.split('\n').slice(0, 1_024)) {
    gpuUuid = /^GPU \d+:.*\(UUID: (GPU-[\w-]+)\)/.exec(line)?.[1] ?? gpuUuid
    const slice = /^\s+MIG (\S+)\s+Device\s+(\d+):/.exec(line)
    if (slice) slices.push({ gpuUuid, device: Number(slice[2]), profile: slice[1] as string })
  }
  return slices
}

export type SmiDetail = { samples: Sample[]; processes: SmiProcess[]; cudaVersion: string | undefined }

/** `nvidia-smi -q -x`: everything. Element names differ between drivers; both spellings are read. Undefined where it is no such document. */
export function parseSmiXml(text: string, node: string): SmiDetail | undefined {
  const root = parseXml(text)
  if (root?.name !== 'nvidia_smi_log') return undefined
  const driver = textOf(root, 'driver_version')
  const cudaVersion = versionOf(textOf(root, 'cuda_version'))
  const detail: SmiDetail = { samples: [], processes: [], cudaVersion }
  for (const [at, gpu] of all(root, 'gpu').slice(0, gpusMax).entries()) {
    const uuid = textOf(gpu, 'uuid')
    if (!uuid) continue
    const name = textOf(gpu, 'product_name')
    const labels = labelsOf(node, { index: String(at), uuid, name, driver, pciBusId: gpu.id })
    const add = (metric: string, value: number | null, more: Record<string, string> = {}): void => {
      if (value !== null) detail.samples.push({ labels: { __name__: metric, ...labels, ...more }, value })
    }
    for (const [metric, ...paths] of xmlFields)
      add(
        metric,
        paths.map((path) => numberOf(textOf(gpu, ...path.split('/')))).find((v) => v !== null) ?? null,
      )
    add('DCGM_FI_DEV_CLOCKS_EVENT_REASONS', reasonsOf(gpu))
    add('DCGM_FI_DEV_ECC_DBE_VOL_TOTAL', sumOf(child(gpu, 'ecc_errors', 'volatile'), uncorrected))
    add('DCGM_FI_DEV_ECC_SBE_VOL_TOTAL', sumOf(child(gpu, 'ecc_errors', 'volatile'), corrected))
    add('DCGM_FI_DEV_ROW_REMAP_FAILURE', yesNo(textOf(gpu, 'remapped_rows', 'remapped_row_failure')))
    add('DCGM_FI_DEV_ROW_REMAP_PENDING', yesNo(textOf(gpu, 'remapped_rows', 'remapped_row_pending')))
    add('DCGM_FI_DEV_MIG_MODE', onOff(textOf(gpu, 'mig_mode', 'current_mig')))
    for (const mig of all(child(gpu, 'mig_devices'), 'mig_device').slice(0, 32))
      add('DCGM_FI_DEV_FB_USED', numberOf(textOf(mig, 'fb_memory_usage', 'used')), {
        ...{ GPU_I_ID: textOf(mig, 'gpu_instance_id'), mig_device: textOf(mig, 'index') },
      })
    for (const process of all(child(gpu, 'processes'), 'process_info').slice(0, processesMax))
      detail.processes.push(processOf(process, uuid))
  }
  return detail
}

const xmlFields: readonly (readonly [string, ...string[]])[] = [
  ['DCGM_FI_DEV_FB_TOTAL', 'fb_memory_usage/total'],
  ['DCGM_FI_DEV_FB_USED', 'fb_memory_usage/used'],
  ['DCGM_FI_DEV_FB_FREE', 'fb_memory_usage/free'],
  ['DCGM_FI_DEV_FB_RESERVED', 'fb_memory_usage/reserved'],
  ['DCGM_FI_DEV_GPU_UTIL', 'utilization/gpu_util'],
  ['DCGM_FI_DEV_MEM_COPY_UTIL', 'utilization/memory_util'],
  ['DCGM_FI_DEV_GPU_TEMP', 'temperature/gpu_temp'],
  ['DCGM_FI_DEV_MEMORY_TEMP', 'temperature/memory_temp'],
  [
    ...([
      'DCGM_FI_DEV_POWER_USAGE',
      'gpu_power_readings/power_draw',
      'gpu_power_readings/instant_power_draw',
    ] as const),
    ...['gpu_power_readings/average_power_draw', 'power_readings/power_draw'],
  ],
  [
    ...(['DCGM_FI_DEV_POWER_MGMT_LIMIT', 'gpu_power_readings/current_power_limit'] as const),
    ...['power_readings/power_limit', 'power_readings/current_power_limit'],
  ],
  ['DCGM_FI_DEV_FAN_SPEED', 'fan_speed'],
  ['DCGM_FI_DEV_SM_CLOCK', 'clocks/sm_clock'],
  ['DCGM_FI_DEV_MEM_CLOCK', 'clocks/mem_clock'],
  ['DCGM_FI_DEV_MAX_SM_CLOCK', 'max_clocks/sm_clock'],
  ['DCGM_FI_DEV_PCIE_REPLAY_COUNTER', 'pci/replay_counter'],
  ['DCGM_FI_DEV_PCIE_LINK_WIDTH', 'pci/pci_gpu_link_info/link_widths/current_link_width'],
  ['DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH', 'pci/pci_gpu_link_info/link_widths/max_link_width'],
  ['DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', 'remapped_rows/remapped_row_unc'],
  ['DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS', 'remapped_rows/remapped_row_corr'],
]

/** Bits of NVML's clocks event reasons (nvml.h nvmlClocksEventReason…). */
const reasonBits: Readonly<Record<string, number>> = {
  gpu_idle: 0x1,
  applications_clocks_setting: 0x2,
  sw_power_cap: 0x4,
  hw_slowdown: 0x8,
  sync_boost: 0x10,
  sw_thermal_slowdown: 0x20,
  hw_thermal_slowdown: 0x40,
  hw_power_brake_slowdown: 0x80,
  display_clocks_setting: 0x100,
  display_clock_setting: 0x100,
}

function reasonsOf(gpu: XmlElement): number | null {
  const block = child(gpu, 'clocks_event_reasons') ?? child(gpu, 'clocks_throttle_reasons')
  if (!block) return null
  let bits = 0
  for (const { name, text } of block.children)
    if (text === 'Active') bits |= reasonBits[name.replace(/^clocks_(event|throttle)_reason_/, '')] ?? 0
  return bits
}

const uncorrected = /^((d|s)ram_uncorrectable(_parity|_secded)?|double_bit)$/
const corrected = /^((d|s)ram_correctable|single_bit)$/

/** Counts of an `ecc_errors` block; Maxwell to Volta write them by place, with a total. */
function sumOf(block: XmlElement | undefined, names: RegExp): number | null {
  let sum: number | null = null
  for (const element of block?.children ?? []) {
    if (!names.test(element.name)) continue
    const value = numberOf(element.children.length > 0 ? textOf(element, 'total') : element.text)
    if (value !== null) sum = (sum ?? 0) + value
  }
  return sum
}

function processOf(process: XmlElement, gpuUuid: string): SmiProcess {
  const type = textOf(process, 'type')
  return {
    ...{ gpuUuid, pid: numberOf(textOf(process, 'pid')) ?? 0 },
    name: textOf(process, 'process_name').slice(0, 512),
    usedMemoryMib: numberOf(textOf(process, 'used_memory')),
    type: type === 'G' ? 'GRAPHICS' : type === 'C+G' ? 'MIXED' : 'COMPUTE',
  }
}

function labelsOf(
  node: string,
  gpu: { index: string; uuid: string; name: string; driver: string; pciBusId?: string },
): Record<string, string> {
  return {
    ...{ source: smiSource, Hostname: node, gpu: gpu.index, UUID: gpu.uuid, modelName: gpu.name },
    ...(gpu.pciBusId ? { pci_bus_id: gpu.pciBusId } : {}),
    DCGM_FI_DRIVER_VERSION: gpu.driver,
  }
}

/** `81559`, `81559 MiB`, `16x`; null for `[N/A]`, `N/A`, `[Unknown Error]`, `[GPU is lost]`. */
function numberOf(text: string | undefined): number | null {
  const match = /^\s*(\d{1,18}(?:\.\d{1,9})?)(?:x|\s*[A-Za-z%/]{1,5})?\s*$/.exec(text ?? '')
  return match ? Number(match[1]) : null
}
const yesNo = (text: string): number | null => (text === 'Yes' ? 1 : text === 'No' ? 0 : null)
const onOff = (text: string): number | null => (text === 'Enabled' ? 1 : text === 'Disabled' ? 0 : null)
const versionOf = (text: string): string | undefined => (/^\d{1,3}\.\d{1,3}$/.test(text) ? text : undefined)
