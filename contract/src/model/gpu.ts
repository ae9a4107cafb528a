import { z } from 'zod'
import { Severity } from './severity.ts'
import { Time } from './time.ts'

const Percent = z.number().min(0).max(100)

export const GpuProcess = z.object({
  pid: z.number().int(),
  process_name: z.string(),
  used_memory_mb: z.number().nullable(),
  type: z.enum(['COMPUTE', 'GRAPHICS', 'MIXED']),
  /** The pod it belongs to, where the cluster tells. */
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
})
export type GpuProcess = z.infer<typeof GpuProcess>

/** A slice of a GPU that was divided (Multi-Instance GPU). It has no utilisation of its own that the driver reports. */
export const MigInstance = z.object({
  gpu_instance_id: z.string(),
  profile: z.string(),
  memory_used_mb: z.number().nullable(),
  /** Share of time in which its engines were at work, 0 to 1. */
  engine_active_ratio: z.number().nullable(),
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
})
export type MigInstance = z.infer<typeof MigInstance>

/** Null is "not told", by this board or this source; never 0 in its place. */
export const Gpu = z.object({
  index: z.number().int(),
  uuid: z.string(),
  name: z.string(),
  pci_bus_id: z.string().nullable(),
  driver_version: z.string().nullable(),
  cuda_version: z.string().nullable(),
  memory_total_mb: z.number().nullable(),
  memory_used_mb: z.number().nullable(),
  memory_free_mb: z.number().nullable(),
  /** Share of time in which a kernel was resident; says little of how busy it was. */
  utilization_gpu_percent: Percent.nullable(),
  utilization_memory_percent: Percent.nullable(),
  /** How busy it truly is, 0 to 1. */
  sm_active_ratio: z.number().nullable(),
  tensor_active_ratio: z.number().nullable(),
  dram_active_ratio: z.number().nullable(),
  temperature_celsius: z.number().nullable(),
  memory_temperature_celsius: z.number().nullable(),
  power_draw_watts: z.number().nullable(),
  power_limit_watts: z.number().nullable(),
  fan_speed_percent: Percent.nullable(),
  sm_clock_mhz: z.number().nullable(),
  memory_clock_mhz: z.number().nullable(),
  ecc_uncorrected: z.number().nullable(),
  /** Last XID; it stays until the next. */
  last_xid: z.number().int().nullable(),
  mig_enabled: z.boolean().nullable(),
  mig_instances: z.array(MigInstance),
  processes: z.array(GpuProcess),
  /** To which pod it is allocated, where told. */
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
  health: z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
})
export type Gpu = z.infer<typeof Gpu>

export const GpuNode = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  node_name: z.string(),
  source: z.enum(['DCGM', 'NVIDIA_SMI']),
  /** As the node's `nvidia.com/gpu` says; null where unknown. More than `gpus` has: some vanished. */
  allocatable: z.number().int().nullable(),
  gpus: z.array(Gpu),
  last_updated: Time,
  /** Older than what is due. */
  stale: z.boolean(),
})
export type GpuNode = z.infer<typeof GpuNode>

export const GpuSummary = z.object({
  total_nodes: z.number().int(),
  total_gpus: z.number().int(),
  /** Over those that tell it; null where none does. */
  avg_utilization_percent: z.number().nullable(),
  memory_total_mb: z.number(),
  memory_used_mb: z.number(),
  by_type: z.record(z.string(), z.number().int()),
  by_health: z.record(z.string(), z.number().int()),
  allocated_gpus: z.number().int(),
  /** Allocated, and next to idle for 30 minutes. */
  idle_allocated_gpus: z.number().int(),
  power_draw_watts: z.number().nullable(),
  findings: z.partialRecord(Severity, z.number().int()),
})
export type GpuSummary = z.infer<typeof GpuSummary>
