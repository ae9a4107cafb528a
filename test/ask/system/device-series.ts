import type { Labels } from '@aiops/contract/model/label'
import { minuteMs } from './service-fact.ts'

export type PlayedSeries = { labels: Labels; valueAt(ms: number): number }

/** GPU 1 is hot for so long. */
const hotMinutes = 30

/** GPUs as the DCGM exporter tells of them, and a clock as linuxptp-daemon does. */
export function deviceSeries(nowMs: number, ranker: string): PlayedSeries[] {
  return [...gpu(0, idle), ...gpu(1, busy(nowMs), ranker), ...clock(), ...up()]
}

type Values = Readonly<Record<string, number | ((ms: number) => number)>>

const memoryMib = 81_920
const idle: Values = {
  ...{ SM_CLOCK: 210, MEM_CLOCK: 1_593, GPU_TEMP: 43, MEMORY_TEMP: 46, POWER_USAGE: 58, GPU_UTIL: 0 },
  ...{ MEM_COPY_UTIL: 0, FB_USED: 0, FB_FREE: memoryMib, FB_RESERVED: 0, XID_ERRORS: 0 },
  ...{ THERMAL_VIOLATION: 0, POWER_VIOLATION: 0, CLOCKS_EVENT_REASONS: 1 },
}
const busy = (nowMs: number): Values => ({
  ...{ SM_CLOCK: 1_005, MEM_CLOCK: 1_593, GPU_TEMP: 91, MEMORY_TEMP: 93, POWER_USAGE: 396, GPU_UTIL: 98 },
  ...{ MEM_COPY_UTIL: 61, FB_USED: 70_000, FB_FREE: memoryMib - 70_000, FB_RESERVED: 0, XID_ERRORS: 0 },
  // Nanoseconds in which its clocks were held back: nearly all of the time that it has been hot.
  THERMAL_VIOLATION: (ms) => Math.max(0, ms - (nowMs - hotMinutes * minuteMs)) * 1e6 * 0.95,
  // Bit 6: slowed down by hardware for heat.
  ...{ POWER_VIOLATION: 0, CLOCKS_EVENT_REASONS: 0x40 },
})

function gpu(index: number, values: Values, pod?: string): PlayedSeries[] {
  const labels: Labels = {
    ...{
      gpu: String(index),
      UUID: `GPU-5f1c0d2e-000${index}-4a6b-9c3d-7e8f90a1b2c3`,
      device: `nvidia${index}`,
    },
    ...{
      modelName: 'NVIDIA A100-SXM4-80GB',
      Hostname: 'worker-2',
      pci_bus_id: `00000000:${index + 1}7:00.0`,
    },
    ...{ DCGM_FI_DRIVER_VERSION: '550.90.07', job: 'dcgm-exporter', instance: 'worker-2:9400' },
    ...(pod ? { namespace: 'ml', pod, container: 'ranker' } : {}),
  }
  return Object.entries(values).map(([name, value]) => ({
    labels: { __name__: `DCGM_FI_DEV_${name}`, ...labels },
    valueAt: typeof value === 'number' ? () => value : value,
  }))
}

function clock(): PlayedSeries[] {
  const own = { node: 'worker-1', job: 'linuxptp-daemon' }
  const ptp4l = { process: 'ptp4l', iface: 'ens1f0' }
  const told: readonly (readonly [name: string, value: number, labels: Labels])[] = [
    ['offset_ns', 1_850, { ...ptp4l, from: 'master' }],
    ['max_offset_ns', 1_850, { ...ptp4l, from: 'master' }],
    ['delay_ns', 410, { ...ptp4l, from: 'master' }],
    ['frequency_adjustment_ns', 2_300, { ...ptp4l, from: 'master' }],
    ['clock_state', 0, ptp4l],
    ['interface_role', 5, ptp4l],
    ['process_status', 1, { process: 'ptp4l', config: 'ptp4l.0.config' }],
    ['process_restart_count', 0, { process: 'ptp4l', config: 'ptp4l.0.config' }],
  ]
  return told.map(([name, value, labels]) => ({
    labels: { __name__: `openshift_ptp_${name}`, ...own, ...labels },
    valueAt: () => value,
  }))
}

const up = (): PlayedSeries[] =>
  [
    { job: 'dcgm-exporter', instance: 'worker-2:9400' },
    { job: 'linuxptp-daemon', instance: 'worker-1:9091' },
  ].map((labels) => ({ labels: { __name__: 'up', ...labels }, valueAt: () => 1 }))
