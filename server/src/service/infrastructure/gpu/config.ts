import { z } from 'zod'

const number = (fallback: number) => z.number().min(0).default(fallback)

/** Thresholds of a site: boards, cooling and what is thought of as waste differ. */
export const GpuConfig = z.strictObject({
  temperature_warning_celsius: number(84).describe('From here a GPU is warm.'),
  temperature_critical_celsius: number(90).describe('From here a GPU is about to slow itself down.'),
  memory_temperature_warning_celsius: number(95).describe('From here its memory is warm.'),
  memory_temperature_critical_celsius: number(105).describe('From here its memory is too hot.'),
  temperature_minutes: number(2).describe('How long it must be that warm.'),
  memory_warning_percent: number(90).describe('Use of GPU memory from which it is nearly full.'),
  memory_critical_percent: number(95).describe('Use of GPU memory from which the next allocation may fail.'),
  memory_minutes: number(5).describe('How long memory must be that full.'),
  throttled_percent: number(10).describe(
    'Share of time in which clocks were held back, from which it is told.',
  ),
  throttled_minutes: number(5).describe('Window of that share.'),
  pcie_replays_per_second: number(0.1).describe('Repeated PCIe packets from which a link is bad.'),
  idle_percent: number(5).describe('Work below which an allocated GPU is idle.'),
  idle_minutes: number(30).describe('How long it must be idle.'),
  single_bit_errors_per_hour: number(10).describe('Corrected memory errors from which a trend is told.'),
  application_jobs_min: number(2).describe(
    'Different pods that must fail on one GPU before the GPU is suspected rather than the application.',
  ),
  fleet_nodes_min: number(3).describe(
    'Nodes with one XID and one driver version from which the driver is suspected.',
  ),
  xid_minutes: number(30).describe('How long an XID that needs no reset of the GPU is shown.'),
  low_clock_percent: number(50).describe('Share of its highest clock below which a busy GPU is stuck.'),
  power_percent: number(99).describe('Share of the power limit from which a GPU is held back by power.'),
})
export type GpuConfig = z.infer<typeof GpuConfig>
export const gpuDefaults: GpuConfig = GpuConfig.parse({})
