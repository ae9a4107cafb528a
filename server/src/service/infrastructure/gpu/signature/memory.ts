import { lengthOf } from '../../length.ts'
import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { memoryOf } from '../gpu-device.ts'
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

export const memorySignature = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-memory-full', analyzer: 'gpu-memory', severity: 'LOW' },
    condition: `More than ${config.memory_warning_percent} % of GPU memory used for ${lengthOf(config.memory_minutes * minute)}; medium from ${config.memory_critical_percent} %.`,
    not_when:
      'A peak. A server that reserves its cache beforehand sits just at the threshold: raise it there.',
    documentation_url: documentation.fields,
    *check(history) {
      for (const device of devicesIn(history)) {
        const { total, used } = memoryOf(device)
        const sample = device.metrics.get('DCGM_FI_DEV_FB_USED')
        if (!sample || total === null || used === null || total <= 0) continue
        const heldOver = (percent: number): number =>
          history.heldMs(sample, (value) => (value / total) * 100 > percent)
        const heldMs = heldOver(config.memory_warning_percent)
        if (heldMs === 0 || heldMs < config.memory_minutes * minute) continue
        const severe = heldOver(config.memory_critical_percent) >= config.memory_minutes * minute
        yield {
          ...at(device),
          title: `${spoken(device)} uses ${figure((used / total) * 100)} % of its memory (${figure(used)} of ${figure(total)} MiB).`,
          severity: severe ? 'MEDIUM' : 'LOW',
          ...{ sinceMs: sinceOf(history, heldMs), specificity: 0.45 },
          evidence: [seen(device, sample, `${figure(used)} MiB of ${figure(total)} MiB`, history.now.timeMs)],
          remediation: [
            ...device.owners.slice(0, 3).map(advice.logs),
            advice.say('A smaller batch, a shorter context or a larger GPU gives room.'),
          ],
        }
      }
    },
  })
