import type { Random } from '../../server/src/kernel/random.ts'
import { Exposition, type ExpositionLabels, noise } from './exposition.ts'
import { clamp, GpuDevice, type GpuModel, gpuModels, type MigSlice } from './gpu-device.ts'

export const xidMessages: Readonly<Record<number, string>> = {
  0: 'No Error',
  13: 'Graphics Engine Exception',
  31: 'GPU memory page fault',
  43: 'GPU stopped processing',
  45: 'Preemptive cleanup, due to previous errors',
  48: 'Double Bit ECC Error',
  61: 'Internal micro-controller breakpoint/warning',
  62: 'Internal micro-controller halt',
  63: 'ECC page retirement or row remapping recording event',
  64: 'ECC page retirement or row remapper recording failure',
  74: 'NVLINK Error',
  79: 'GPU has fallen off the bus',
  92: 'High single-bit ECC error rate',
  94: 'Contained ECC error',
  95: 'Uncontained ECC error',
  109: 'Context Switch Timeout Error',
  119: 'GSP RPC Timeout',
  120: 'GSP Error',
  140: 'Unrecovered ECC Error',
}
const unsupported = '9223372036854775794'
const windowMs = 300_000

export type GpuNodeOptions = {
  models?: readonly GpuModel[]
  /** The shipped list of fields, or one with ECC, NVLink, violations and the exporter's own counts. */
  fields: 'DEFAULT' | 'EXTENDED'
  /** Newer exporters give unallocated GPUs empty labels of a pod, older ones none. */
  emptyPodLabels: boolean
  driver: string
}

/** One node with GPUs and the dcgm-exporter on it. */
export class GpuNode {
  readonly name: string
  readonly gpus: GpuDevice[]
  /** As the kubelet says. */
  allocatable: number
  exporterUp = true
  driver: string
  readonly #options: GpuNodeOptions
  readonly #random: Random
  #nowS = 0
  constructor(random: Random, name: string, options: GpuNodeOptions) {
    this.#random = random
    this.#options = options
    this.name = name
    this.driver = options.driver
    const models = options.models ?? [gpuModels.h100, gpuModels.h100, gpuModels.h100]
    this.gpus = models.map((model, index) => new GpuDevice(random, index, model))
    this.allocatable = this.gpus.length
  }
  step(seconds: number, nowS: number): void {
    this.#nowS = nowS
    for (const gpu of this.gpus) gpu.step(seconds, nowS)
  }

  /** What `:9400/metrics` answers. */
  text(): string {
    const page = new Exposition()
    for (const gpu of this.gpus) {
      if (!gpu.present) continue
      if (gpu.slices.length === 0) this.#write(page, gpu, undefined)
      else for (const slice of gpu.slices) this.#write(page, gpu, slice)
    }
    return page.text()
  }

  #labels(gpu: GpuDevice, slice: MigSlice | undefined): Record<string, string | number> {
    const owner = slice ? slice.owner : gpu.owner
    return {
      gpu: gpu.index,
      UUID: gpu.uuid,
      pci_bus_id: gpu.pciBusId,
      device: `nvidia${gpu.index}`,
      modelName: gpu.model.name,
      ...(slice ? { GPU_I_PROFILE: slice.profile, GPU_I_ID: slice.id } : {}),
      Hostname: this.name,
      DCGM_FI_DRIVER_VERSION: this.driver,
      ...(owner
        ? { container: owner.container, namespace: owner.namespace, pod: owner.pod }
        : this.#options.emptyPodLabels
          ? { container: '', namespace: '', pod: '' }
          : {}),
    }
  }

  #write(page: Exposition, gpu: GpuDevice, slice: MigSlice | undefined): void {
    const labels = this.#labels(gpu, slice)
    const put = (
      name: string,
      type: 'gauge' | 'counter',
      help: string,
      value: number | string,
      more: ExpositionLabels = {},
    ) => page.family(name, type, help).sample(name, value, { ...labels, ...more })
    this.#writeDevice(put, gpu, slice)
    this.#writeActivity(put, gpu, slice)
    const message = xidMessages[gpu.lastXid] ?? 'Unknown Error'
    put('DCGM_FI_DEV_XID_ERRORS', 'gauge', 'Value of the last XID error encountered.', gpu.lastXid, {
      err_code: gpu.lastXid,
      err_msg: message,
    })
    if (this.#options.fields === 'EXTENDED') {
      this.#writeExtended(put, gpu)
      this.#writeWindows(put, gpu)
    }
  }

  #writeDevice(put: Put, gpu: GpuDevice, slice: MigSlice | undefined): void {
    const dev = (name: string, help: string, value: number | string, type: 'gauge' | 'counter' = 'gauge') =>
      put(`DCGM_FI_DEV_${name}`, type, help, value)
    dev('SM_CLOCK', 'SM clock frequency (in MHz).', gpu.smMhz)
    dev('MEM_CLOCK', 'Memory clock frequency (in MHz).', gpu.model.memoryMhz)
    const memory = gpu.model.memorySensor ? Math.round(gpu.memoryCelsius) : unsupported
    dev('MEMORY_TEMP', 'Memory temperature (in C).', memory)
    dev('GPU_TEMP', 'GPU temperature (in C).', Math.round(gpu.celsius))
    dev('POWER_USAGE', 'Power draw (in W).', gpu.watts.toFixed(6))
    dev('TOTAL_ENERGY_CONSUMPTION', 'Total energy consumption since boot (in mJ).', gpu.energyMj, 'counter')
    dev('PCIE_REPLAY_COUNTER', 'Total number of PCIe retries.', gpu.replays, 'counter')
    if (!slice) {
      const util = gpu.hung ? 100 : utilisation(gpu.activity)
      dev('GPU_UTIL', 'GPU utilization (in %).', util)
      dev('MEM_COPY_UTIL', 'Memory utilization (in %).', Math.round(gpu.activity * 52))
      dev('ENC_UTIL', 'Encoder utilization (in %).', 0)
      dev('DEC_UTIL', 'Decoder utilization (in %).', 0)
    }
    const share = slice?.shareOfMemory ?? 1
    const used = slice ? Math.round((slice.owner ? gpu.usedMib : 60) * share) : gpu.usedMib
    const total = Math.round(gpu.model.memoryMib * share)
    const reserved = Math.round(total * 0.006)
    dev('FB_FREE', 'Framebuffer memory free (in MiB).', Math.max(0, total - used - reserved))
    dev('FB_USED', 'Framebuffer memory used (in MiB).', used)
    dev('FB_RESERVED', 'Framebuffer memory reserved (in MiB).', reserved)
    dev(
      'NVLINK_BANDWIDTH_TOTAL',
      'Total number of NVLink bandwidth counters for all lanes.',
      gpu.nvlinkBytes,
      'counter',
    )
    dev('VGPU_LICENSE_STATUS', 'vGPU License status', 0)
    dev(
      'UNCORRECTABLE_REMAPPED_ROWS',
      'Number of remapped rows for uncorrectable errors',
      gpu.remappedUncorrectable,
      'counter',
    )
    dev(
      'CORRECTABLE_REMAPPED_ROWS',
      'Number of remapped rows for correctable errors',
      gpu.remappedCorrectable,
      'counter',
    )
    dev('ROW_REMAP_FAILURE', 'Whether remapping of rows has failed', gpu.remapFailure)
  }

  #writeActivity(put: Put, gpu: GpuDevice, slice: MigSlice | undefined): void {
    const ratio = (of: number) => clamp(of * gpu.activity + noise(this.#random, 0.004), 0, 1).toFixed(6)
    const prof = (name: string, help: string, value: number | string, type: 'gauge' | 'counter' = 'gauge') =>
      put(`DCGM_FI_PROF_${name}`, type, help, value)
    const idle = slice && !slice.owner
    prof(
      'GR_ENGINE_ACTIVE',
      'Ratio of time the graphics engine is active.',
      idle ? '0.000000' : gpu.hung ? '1.000000' : ratio(0.97),
    )
    prof(
      'PIPE_TENSOR_ACTIVE',
      'Ratio of cycles the tensor (HMMA) pipe is active.',
      idle ? '0.000000' : ratio(0.46),
    )
    prof(
      'DRAM_ACTIVE',
      'Ratio of cycles the device memory interface is active sending or receiving data.',
      idle ? '0.000000' : ratio(0.4),
    )
    prof(
      'PCIE_TX_BYTES',
      'The rate of data transmitted over the PCIe bus, in bytes per second.',
      gpu.pcieTx,
      'counter',
    )
    prof(
      'PCIE_RX_BYTES',
      'The rate of data received over the PCIe bus, in bytes per second.',
      gpu.pcieRx,
      'counter',
    )
    if (this.#options.fields === 'EXTENDED' && !slice)
      prof(
        'SM_ACTIVE',
        'The ratio of cycles an SM has at least 1 warp assigned.',
        gpu.hung ? '0.007576' : ratio(0.88),
      )
  }

  #writeExtended(put: Put, gpu: GpuDevice): void {
    const count = (name: string, help: string, value: number) =>
      put(`DCGM_FI_DEV_${name}`, 'counter', help, value)
    const ecc = 'bit volatile ECC errors.'
    count('ECC_SBE_VOL_TOTAL', `Total number of single-${ecc}`, gpu.singleBit)
    count('ECC_DBE_VOL_TOTAL', `Total number of double-${ecc}`, gpu.doubleBit)
    count('ECC_SBE_AGG_TOTAL', 'Total number of single-bit persistent ECC errors.', gpu.singleBit + 3)
    count('ECC_DBE_AGG_TOTAL', 'Total number of double-bit persistent ECC errors.', gpu.doubleBit)
    put('DCGM_FI_DEV_ROW_REMAP_PENDING', 'gauge', 'Whether a row remap is pending.', gpu.remapPending)
    if (gpu.model.nvlinks > 0) {
      count(
        'NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL',
        'Total number of NVLink flow-control CRC errors.',
        gpu.nvlinkCrc,
      )
      count(
        'NVLINK_CRC_DATA_ERROR_COUNT_TOTAL',
        'Total number of NVLink data CRC errors.',
        Math.floor(gpu.nvlinkCrc / 4),
      )
      count('NVLINK_REPLAY_ERROR_COUNT_TOTAL', 'Total number of NVLink retries.', gpu.nvlinkReplay)
      count(
        'NVLINK_RECOVERY_ERROR_COUNT_TOTAL',
        'Total number of NVLink recovery errors.',
        gpu.nvlinkRecovery,
      )
    }
    count(
      'POWER_VIOLATION',
      'Throttling duration due to power constraints (in ns).',
      Math.round(gpu.powerViolationNs),
    )
    count(
      'THERMAL_VIOLATION',
      'Throttling duration due to thermal constraints (in ns).',
      Math.round(gpu.thermalViolationNs),
    )
  }

  /** What the exporter counts itself, over its window. */
  #writeWindows(put: Put, gpu: GpuDevice): void {
    const name = 'DCGM_EXP_XID_ERRORS_COUNT'
    const help = 'Count of XID Errors within user-specified time window (see xid-count-window-size param).'
    const recent = gpu.recentXids(this.#nowS, windowMs / 1000)
    if (recent.size === 0) put(name, 'gauge', help, 0, { window_size_in_ms: windowMs })
    for (const [code, count] of recent)
      put(name, 'gauge', help, count, {
        err_code: code,
        err_msg: xidMessages[code] ?? 'Unknown Error',
        window_size_in_ms: windowMs,
        xid: code,
      })
    for (const [event, count] of gpu.recentClockEvents(this.#nowS, windowMs / 1000))
      put(
        'DCGM_EXP_CLOCK_EVENTS_COUNT',
        'gauge',
        'Count of clock events within the user-specified time window (see clock-events-count-window-size param).',
        count,
        { clock_event: event, window_size_in_ms: windowMs },
      )
  }
}

type Put = (
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  value: number | string,
  more?: ExpositionLabels,
) => unknown

/** A kernel is resident nearly always, as soon as there is work at all. */
function utilisation(activity: number): number {
  return activity === 0 ? 0 : Math.round(clamp(100 * activity ** 0.35, 1, 100))
}
