import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { firstOf, type GpuDevice, metricOf } from '../gpu-device.ts'
import {
  advice,
  at,
  documentation,
  figure,
  gpuSignature,
  minute,
  seen,
  sinceOf,
  spoken,
} from '../sighting.ts'

const heldMsMin = 5 * minute
const fanMsMin = 5 * minute
const busyPercent = 50
/** NVML: clocks were set by somebody; gpu_idle. */
const onPurpose = 0x1 | 0x2

export const clockSignatures = (config: GpuConfig): Signature[] => [
  lowClock(config),
  fan(config),
  power(config),
]

const lowClock = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-clock-low', analyzer: 'gpu-throttle', severity: 'MEDIUM' },
    condition: `A busy GPU’s SM clock below ${config.low_clock_percent} % of its highest for five minutes.`,
    not_when: 'An idle GPU; clocks that were set on purpose; a reason for it that is told by another rule.',
    documentation_url: documentation.fields,
    consequenceOf: ['gpu-throttle-thermal', 'gpu-throttle-power', 'gpu-throttle-hardware', 'gpu-fan'],
    *check(history) {
      const devices = devicesIn(history)
      const highest = highestByModel(devices)
      for (const device of devices) {
        const sample = device.metrics.get('DCGM_FI_DEV_SM_CLOCK')
        const clock = metricOf(device, 'DCGM_FI_DEV_SM_CLOCK')
        const max = metricOf(device, 'DCGM_FI_DEV_MAX_SM_CLOCK') ?? highest.get(device.model)
        const reasons = firstOf(
          device,
          'DCGM_FI_DEV_CLOCKS_EVENT_REASONS',
          'DCGM_FI_DEV_CLOCK_THROTTLE_REASONS',
        )
        if (!sample || clock === null || !max || ((reasons ?? 0) & onPurpose) !== 0) continue
        const limit = (max * config.low_clock_percent) / 100
        const load = loadOf(device)
        if (clock >= limit || !load) continue
        const heldMs = Math.min(
          history.heldMs(sample, (value) => value < limit),
          history.heldMs(load, (value) => value >= busyOf(load)),
        )
        if (heldMs < heldMsMin) continue
        yield {
          ...at(device),
          title: `${spoken(device)} is busy and stays at ${figure(clock)} MHz of ${figure(max)} MHz.`,
          ...{ sinceMs: sinceOf(history, heldMs), specificity: 0.55 },
          evidence: [
            seen(device, sample, `${figure(clock)} MHz`, history.now.timeMs),
            seen(device, load, `load ${figure(load.value)}`, history.now.timeMs),
          ],
          remediation: [
            advice.say(
              'Compare its clocks with its neighbours’; a reset of the GPU frees clocks that are stuck.',
            ),
            advice.reset(device),
          ],
        }
      }
    },
  })

const fan = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-fan', analyzer: 'gpu-thermal', severity: 'HIGH' },
    condition: 'A fan that stands still on a warm GPU, for five minutes.',
    not_when: 'Boards without a fan do not tell its speed; fans of cool boards stop on purpose.',
    documentation_url: documentation.fields,
    *check(history) {
      for (const device of devicesIn(history)) {
        const speed = device.metrics.get('DCGM_FI_DEV_FAN_SPEED')
        const temperature = device.metrics.get('DCGM_FI_DEV_GPU_TEMP')
        if (!speed || !temperature || metricOf(device, 'DCGM_FI_DEV_FAN_SPEED') !== 0) continue
        const celsius = metricOf(device, 'DCGM_FI_DEV_GPU_TEMP')
        if (celsius === null) continue
        const heldMs = Math.min(
          history.heldMs(speed, (value) => value === 0),
          history.heldMs(temperature, (value) => value >= config.temperature_warning_celsius),
        )
        if (heldMs < fanMsMin) continue
        yield {
          ...at(device),
          title: `${spoken(device)} is at ${figure(celsius)} °C and its fan stands still.`,
          ...{ sinceMs: sinceOf(history, heldMs), specificity: 0.85 },
          evidence: [
            seen(device, speed, 'fan 0 %', history.now.timeMs),
            seen(device, temperature, `${figure(celsius)} °C`, history.now.timeMs),
          ],
          remediation: [advice.cordon(device.node), advice.say('Have the fan replaced.')],
        }
      }
    },
  })

const power = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-power-limit-low', analyzer: 'gpu-throttle', severity: 'LOW' },
    condition:
      'A GPU draws all the power it may for five minutes, and may draw less than others of its model.',
    not_when: 'A GPU at the limit that all of its model have: that is normal under load.',
    documentation_url: documentation.fields,
    consequenceOf: ['gpu-throttle-thermal', 'gpu-throttle-hardware'],
    *check(history) {
      const devices = devicesIn(history)
      const limits = new Map<string, number>()
      for (const device of devices)
        limits.set(device.model, Math.max(limits.get(device.model) ?? 0, limitOf(device) ?? 0))
      for (const device of devices) {
        const limit = limitOf(device)
        const sample = device.metrics.get('DCGM_FI_DEV_POWER_USAGE')
        const usual = limits.get(device.model) ?? 0
        if (limit === null || !sample || limit >= usual * 0.98) continue
        const heldMs = history.heldMs(sample, (value) => value >= (limit * config.power_percent) / 100)
        if (heldMs < heldMsMin) continue
        yield {
          ...at(device),
          title: `${spoken(device)} is held at ${figure(limit)} W, where others of its model may draw ${figure(usual)} W.`,
          ...{ sinceMs: sinceOf(history, heldMs), specificity: 0.65 },
          evidence: [
            seen(device, sample, `${figure(sample.value)} W of ${figure(limit)} W`, history.now.timeMs),
          ],
          remediation: [
            advice.say('If nobody lowered the power limit on purpose, set it back to the model’s.'),
            advice.reset(device),
          ],
        }
      }
    },
  })

const limitOf = (device: GpuDevice): number | null =>
  firstOf(device, 'DCGM_FI_DEV_POWER_MGMT_LIMIT', 'DCGM_FI_DEV_ENFORCED_POWER_LIMIT')

/** Work that was truly done, where it is told; else how long a kernel was resident. */
const loadOf = (device: GpuDevice) =>
  device.metrics.get('DCGM_FI_PROF_SM_ACTIVE') ??
  device.metrics.get('DCGM_FI_PROF_GR_ENGINE_ACTIVE') ??
  device.metrics.get('DCGM_FI_DEV_GPU_UTIL')

const busyOf = ({ labels }: { labels: Readonly<Record<string, string>> }): number =>
  labels.__name__ === 'DCGM_FI_DEV_GPU_UTIL' ? busyPercent : busyPercent / 100

/** Where no highest clock is told: the highest that a GPU of the model has now. */
function highestByModel(devices: readonly GpuDevice[]): Map<string, number> {
  const highest = new Map<string, number>()
  for (const device of devices)
    highest.set(
      device.model,
      Math.max(highest.get(device.model) ?? 0, metricOf(device, 'DCGM_FI_DEV_SM_CLOCK') ?? 0),
    )
  return highest
}
