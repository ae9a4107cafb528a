import type { Reading } from '../index.ts'
import type { ReadingHistory } from '../signature/signature.ts'
import { devicesIn } from './devices-in.ts'
import { devicesOf, type GpuDevice } from './gpu-device.ts'

export type LostDevice = { device: GpuDevice; lastMs: number }

/** Metrics that every exporter has, by which a GPU is missed. */
export const presenceMetrics = [
  ...['DCGM_FI_DEV_GPU_TEMP', 'DCGM_FI_DEV_XID_ERRORS', 'DCGM_FI_DEV_SM_CLOCK', 'DCGM_FI_DEV_FB_USED'],
  ...['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_POWER_USAGE'],
]

export const lostWindowMs = 40 * 60_000
const known = new WeakMap<Reading, LostDevice[]>()

/** GPUs that were told of within the last 40 minutes and are not now, as they were told of last. */
export function lostDevices(history: ReadingHistory): readonly LostDevice[] {
  const made = known.get(history.now)
  if (made) return made
  const there = new Set(devicesIn(history).map(({ uuid, node }) => `${node}/${uuid}`))
  const gone = presenceMetrics.flatMap((metric) => history.vanished(metric, lostWindowMs))
  const lost: LostDevice[] = []
  for (const device of devicesOf(gone, history.inventory)) {
    if (there.has(`${device.node}/${device.uuid}`)) continue
    const samples = new Set(device.metrics.values())
    const times = gone.filter((one) => samples.has(one)).map(({ lastMs }) => lastMs)
    if (times.length > 0) lost.push({ device, lastMs: Math.max(...times) })
  }
  known.set(history.now, lost)
  return lost
}
