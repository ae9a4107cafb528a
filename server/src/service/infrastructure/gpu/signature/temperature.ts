import { lengthOf } from '../../length.ts'
import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { metricOf } from '../gpu-device.ts'
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

type Place = { id: string; metric: string; what: string; warning: number; critical: number; after: string[] }

const criticalMs = minute / 2

export const temperatureSignatures = (config: GpuConfig): Signature[] =>
  [
    {
      ...{ id: 'gpu-temperature', metric: 'DCGM_FI_DEV_GPU_TEMP', what: 'is at' },
      ...{ warning: config.temperature_warning_celsius, critical: config.temperature_critical_celsius },
      after: ['gpu-throttle-thermal', 'gpu-fan'],
    },
    {
      ...{ id: 'gpu-memory-temperature', metric: 'DCGM_FI_DEV_MEMORY_TEMP', what: 'has its memory at' },
      warning: config.memory_temperature_warning_celsius,
      critical: config.memory_temperature_critical_celsius,
      after: ['gpu-throttle-thermal', 'gpu-fan'],
    },
  ].map((place) => signatureOf(place, config))

function signatureOf({ id, metric, what, warning, critical, after }: Place, config: GpuConfig): Signature {
  return gpuSignature({
    ...{ id, analyzer: 'gpu-thermal', severity: 'MEDIUM', consequenceOf: after },
    condition: `${metric} at ${warning} °C or more for ${lengthOf(config.temperature_minutes * minute)}; critical from ${critical} °C.`,
    not_when: 'A short peak, or a board without that sensor, which reports a blank of about 2^63.',
    documentation_url: documentation.fields,
    *check(history) {
      for (const device of devicesIn(history)) {
        const value = metricOf(device, metric)
        const sample = device.metrics.get(metric)
        if (value === null || !sample || value < warning) continue
        const warmMs = history.heldMs(sample, (one) => one >= warning)
        const hotMs = history.heldMs(sample, (one) => one >= critical)
        if (warmMs < config.temperature_minutes * minute && hotMs < criticalMs) continue
        yield {
          ...at(device),
          title: `${spoken(device)} ${what} ${figure(value)} °C.`,
          severity: hotMs >= criticalMs ? 'CRITICAL' : 'MEDIUM',
          ...{ sinceMs: sinceOf(history, warmMs), specificity: 0.5 },
          evidence: [
            seen(device, sample, `${figure(value)} °C, threshold ${warning} °C`, history.now.timeMs),
          ],
          remediation: [
            advice.say('See to air flow, inlet temperature and the node’s fans.'),
            advice.describe(device.node),
          ],
        }
      }
    },
  })
}
