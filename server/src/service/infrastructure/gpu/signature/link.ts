import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { allOf, metricOf } from '../gpu-device.ts'
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
import { valueOrNull } from '../value.ts'
import { grown } from './ecc.ts'

const replayMs = 5 * minute
const nvlinkMs = 15 * minute
const narrowMs = 2 * minute

export const linkSignatures = (config: GpuConfig): Signature[] => [replay(config), narrow, nvlink]

const replay = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-pcie-replay', analyzer: 'gpu-link', severity: 'MEDIUM' },
    condition: `More than ${config.pcie_replays_per_second} PCIe replays a second over five minutes.`,
    not_when: 'A count that stands still, whatever it is.',
    documentation_url: documentation.fields,
    consequenceOf: ['gpu-xid-79', 'gpu-vanished'],
    *check(history) {
      for (const device of devicesIn(history)) {
        const sample = device.metrics.get('DCGM_FI_DEV_PCIE_REPLAY_COUNTER')
        if (!sample || metricOf(device, 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER') === null) continue
        const perSecond = ((history.increase(sample, replayMs) ?? 0) / replayMs) * 1_000
        if (perSecond <= config.pcie_replays_per_second) continue
        yield {
          ...at(device),
          title: `${spoken(device)} repeats ${figure(perSecond)} PCIe packets a second: its link is bad.`,
          ...{ sinceMs: history.now.timeMs - replayMs, specificity: 0.6 },
          evidence: [seen(device, sample, `${figure(perSecond)} replays a second`, history.now.timeMs)],
          remediation: [
            advice.cordon(device.node),
            advice.say('Seat the board, riser and cables anew; then test again.'),
          ],
        }
      }
    },
  })

const narrow: Signature = gpuSignature({
  ...{ id: 'gpu-pcie-narrow', analyzer: 'gpu-link', severity: 'MEDIUM' },
  condition: 'The PCIe link runs with fewer lanes than board and slot have.',
  not_when: 'A lower generation while idle: that saves power; lanes are not given up for it.',
  documentation_url: documentation.fields,
  consequenceOf: ['gpu-xid-79', 'gpu-pcie-replay'],
  *check(history) {
    for (const device of devicesIn(history)) {
      const sample = device.metrics.get('DCGM_FI_DEV_PCIE_LINK_WIDTH')
      const width = metricOf(device, 'DCGM_FI_DEV_PCIE_LINK_WIDTH')
      const max = metricOf(device, 'DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH')
      if (!sample || width === null || max === null || width <= 0 || width >= max) continue
      const heldMs = history.heldMs(sample, (value) => value < max)
      if (heldMs < narrowMs) continue
      yield {
        ...at(device),
        title: `${spoken(device)} is linked by ${figure(width)} of ${figure(max)} PCIe lanes.`,
        ...{ sinceMs: sinceOf(history, heldMs), specificity: 0.58 },
        evidence: [seen(device, sample, `${figure(width)} lanes`, history.now.timeMs)],
        remediation: [advice.cordon(device.node), advice.say('Seat the board, riser and cables anew.')],
      }
    }
  },
})

const nvlinkMetrics: readonly (readonly [string, string])[] = [
  ['DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL', 'link recoveries'],
  ['DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL', 'CRC errors of data'],
  ['DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL', 'CRC errors of flow control'],
  ['DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL', 'replays'],
]

const nvlink: Signature = gpuSignature({
  ...{ id: 'gpu-nvlink-errors', analyzer: 'gpu-link', severity: 'MEDIUM' },
  condition: 'Error counts of NVLink rose within 15 minutes; high where links had to recover.',
  not_when: 'Counts that stand still; boards without NVLink report a blank.',
  documentation_url: documentation.fields,
  consequenceOf: ['gpu-xid-74', 'gpu-xid-79'],
  *check(history) {
    for (const device of devicesIn(history)) {
      const evidence = []
      let sinceMs = Number.POSITIVE_INFINITY
      const said: string[] = []
      for (const [metric, what] of nvlinkMetrics)
        for (const sample of allOf(device, metric)) {
          const found =
            valueOrNull(metric, sample.value) === null ? undefined : grown(history, sample, nvlinkMs)
          if (!found) continue
          sinceMs = Math.min(sinceMs, found.sinceMs)
          said.push(`${figure(found.count)} ${what}`)
          evidence.push(seen(device, sample, `${figure(found.count)} ${what} in 15 min`, history.now.timeMs))
        }
      if (evidence.length === 0) continue
      yield {
        ...at(device),
        title: `${spoken(device)}: NVLink had ${said.slice(0, 3).join(', ')}.`,
        severity: said.some((text) => text.includes('recoveries')) ? 'HIGH' : 'MEDIUM',
        ...{ sinceMs, specificity: 0.6, evidence },
        remediation: [
          advice.cordon(device.node),
          advice.say('See nvidia-smi nvlink -e for the link; then reset the GPUs that share it.'),
        ],
      }
    }
  },
})
