import type { Gpu, GpuNode } from '@aiops/contract/model/gpu'
import { formatBytes, formatCount, formatPercent } from '../ui/format.ts'

/** One field of a GPU as text, or null where it is not told, and what tells it. */
export type GpuField = { label: string; value: string | null; source: string; tone?: 'medium' | 'critical' }

/** The field of `nvidia-smi --query-gpu` or of `nvidia-smi -q` that tells the same, where there is one. */
type Sources = { dcgm: string; smi?: string }

const percent = (value: number | null): string | null => (value === null ? null : formatPercent(value / 100))
const ratio = (value: number | null): string | null => (value === null ? null : formatPercent(value))
const bytes = (mebibytes: number | null): string | null =>
  mebibytes === null ? null : formatBytes(mebibytes * 1_048_576)
const unit = (value: number | null, word: string): string | null =>
  value === null ? null : `${formatCount(value)}\u00a0${word}`

/** All that can be known of a GPU, in three groups. */
export function fieldsOf(gpu: Gpu, source: GpuNode['source']): { title: string; fields: GpuField[] }[] {
  const field = (label: string, value: string | null, { dcgm, smi }: Sources): GpuField => ({
    ...{ label, value },
    source: source === 'DCGM' ? dcgm : smi === undefined ? 'not by nvidia-smi' : `nvidia-smi ${smi}`,
  })
  const xid = gpu.last_xid
  return [
    {
      title: 'Work',
      fields: [
        field('Utilisation', percent(gpu.utilization_gpu_percent), {
          dcgm: 'DCGM_FI_DEV_GPU_UTIL',
          smi: 'utilization.gpu',
        }),
        field('SM activity', ratio(gpu.sm_active_ratio), { dcgm: 'DCGM_FI_PROF_SM_ACTIVE' }),
        field('Tensor cores', ratio(gpu.tensor_active_ratio), { dcgm: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE' }),
        field('Memory activity', ratio(gpu.dram_active_ratio), { dcgm: 'DCGM_FI_PROF_DRAM_ACTIVE' }),
        field('Memory copy', percent(gpu.utilization_memory_percent), {
          dcgm: 'DCGM_FI_DEV_MEM_COPY_UTIL',
          smi: 'utilization.memory',
        }),
        field('Memory used', bytes(gpu.memory_used_mb), { dcgm: 'DCGM_FI_DEV_FB_USED', smi: 'memory.used' }),
        field('Memory free', bytes(gpu.memory_free_mb), { dcgm: 'DCGM_FI_DEV_FB_FREE', smi: 'memory.free' }),
        field('Memory in all', bytes(gpu.memory_total_mb), {
          dcgm: 'DCGM_FI_DEV_FB_* together',
          smi: 'memory.total',
        }),
      ],
    },
    {
      title: 'Condition',
      fields: [
        field('Temperature', unit(gpu.temperature_celsius, '°C'), {
          dcgm: 'DCGM_FI_DEV_GPU_TEMP',
          smi: 'temperature.gpu',
        }),
        field('Memory temperature', unit(gpu.memory_temperature_celsius, '°C'), {
          dcgm: 'DCGM_FI_DEV_MEMORY_TEMP',
          smi: 'temperature.memory',
        }),
        field('Power', unit(gpu.power_draw_watts, 'W'), {
          dcgm: 'DCGM_FI_DEV_POWER_USAGE',
          smi: 'power.draw',
        }),
        field('Power limit', unit(gpu.power_limit_watts, 'W'), {
          dcgm: 'DCGM_FI_DEV_POWER_MGMT_LIMIT',
          smi: 'power.limit',
        }),
        field('Fan', percent(gpu.fan_speed_percent), { dcgm: 'DCGM_FI_DEV_FAN_SPEED', smi: 'fan.speed' }),
        field('SM clock', unit(gpu.sm_clock_mhz, 'MHz'), { dcgm: 'DCGM_FI_DEV_SM_CLOCK', smi: 'clocks.sm' }),
        field('Memory clock', unit(gpu.memory_clock_mhz, 'MHz'), {
          dcgm: 'DCGM_FI_DEV_MEM_CLOCK',
          smi: 'clocks.mem',
        }),
        field('ECC, uncorrected', gpu.ecc_uncorrected === null ? null : formatCount(gpu.ecc_uncorrected), {
          dcgm: 'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL',
          smi: '-q: ECC Errors',
        }),
        {
          ...field(
            'Last XID',
            xid === null ? (source === 'DCGM' ? 'none' : null) : `${xid}, stays until the next`,
            { dcgm: 'DCGM_FI_DEV_XID_ERRORS' },
          ),
          ...(xid === null ? {} : { tone: 'medium' as const }),
        },
      ],
    },
    {
      title: 'Board',
      fields: [
        field('Model', gpu.name === '' ? null : gpu.name, { dcgm: 'label modelName', smi: 'name' }),
        field('UUID', gpu.uuid, { dcgm: 'label UUID', smi: 'uuid' }),
        field('PCI bus', gpu.pci_bus_id, { dcgm: 'label pci_bus_id', smi: 'pci.bus_id' }),
        field('Driver', gpu.driver_version, { dcgm: 'label DCGM_FI_DRIVER_VERSION', smi: 'driver_version' }),
        field('CUDA', gpu.cuda_version, { dcgm: 'DCGM_FI_CUDA_DRIVER_VERSION', smi: '-q: CUDA Version' }),
        field('Divided (MIG)', gpu.mig_enabled === null ? null : gpu.mig_enabled ? 'yes' : 'no', {
          dcgm: 'DCGM_FI_DEV_MIG_MODE',
          smi: 'mig.mode.current',
        }),
      ],
    },
  ]
}
