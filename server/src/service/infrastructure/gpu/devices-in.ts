import type { Reading } from '../index.ts'
import type { ReadingHistory } from '../signature/signature.ts'
import { devicesOf, type GpuDevice } from './gpu-device.ts'

const known = new WeakMap<Reading, readonly GpuDevice[]>()

/** GPUs of the newest reading; made once for each. */
export function devicesIn({
  now,
  inventory,
}: Pick<ReadingHistory, 'now' | 'inventory'>): readonly GpuDevice[] {
  const devices = known.get(now) ?? devicesOf(now.samples, inventory)
  known.set(now, devices)
  return devices
}
