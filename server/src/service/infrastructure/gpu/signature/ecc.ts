import type { Sample } from '../../index.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import type { GpuDevice } from '../gpu-device.ts'
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

const growthMs = 30 * minute
const memoryXids = ['gpu-xid-48', 'gpu-xid-64', 'gpu-xid-94', 'gpu-xid-95', 'gpu-xid-140']

type Mark = {
  rule: Pick<Signature, 'id' | 'severity' | 'condition' | 'not_when' | 'documentation_url'> & {
    consequenceOf: readonly string[]
  }
  metrics: readonly string[]
  /** `grew`: a counter rose within half an hour; `set`: it is not 0. */
  when: 'grew' | 'set'
  text: (count: string) => string
  specificity: number
  remediation: (device: GpuDevice) => Sighting['remediation']
}

const marks: readonly Mark[] = [
  {
    rule: {
      ...{ id: 'gpu-ecc-double-bit', severity: 'CRITICAL', documentation_url: documentation.memory },
      condition: 'The count of double-bit (uncorrectable) ECC errors rose within half an hour.',
      not_when:
        'A count that stands still: it is of the past, and the volatile one of the time since the last reset.',
      consequenceOf: memoryXids,
    },
    metrics: ['DCGM_FI_DEV_ECC_DBE_VOL_TOTAL', 'DCGM_FI_DEV_ECC_DBE_AGG_TOTAL'],
    ...{
      when: 'grew',
      specificity: 0.8,
      text: (count) => `lost data that could not be corrected ${count} times`,
    },
    remediation: (device) => [advice.cordon(device.node), advice.drain(device.node), advice.reset(device)],
  },
  {
    rule: {
      ...{ id: 'gpu-row-remap-failure', severity: 'CRITICAL', documentation_url: documentation.memory },
      condition: 'A row of memory could not be remapped (ROW_REMAP_FAILURE is 1).',
      not_when: 'Boards without row remapping (before Ampere) do not tell it.',
      consequenceOf: ['gpu-xid-64'],
    },
    metrics: ['DCGM_FI_DEV_ROW_REMAP_FAILURE'],
    ...{ when: 'set', specificity: 0.9, text: () => 'has a bad row of memory and no spare one for it' },
    remediation: (device) => [
      ...[advice.cordon(device.node), advice.drain(device.node)],
      advice.say('Have the board replaced: NVIDIA takes it back for this.'),
    ],
  },
  {
    rule: {
      ...{ id: 'gpu-row-remap-pending', severity: 'MEDIUM', documentation_url: documentation.memory },
      condition: 'A row of memory is to be remapped with the next reset (ROW_REMAP_PENDING is 1).',
      not_when: 'Rows that were remapped: they are out of use.',
      consequenceOf: [
        ...memoryXids,
        'gpu-row-remap-failure',
        'gpu-ecc-double-bit',
        'gpu-row-remap-uncorrectable',
      ],
    },
    metrics: ['DCGM_FI_DEV_ROW_REMAP_PENDING'],
    ...{
      when: 'set',
      specificity: 0.52,
      text: () => 'waits for a reset to take a bad row of memory out of use',
    },
    remediation: (device) => [advice.cordon(device.node), advice.reset(device)],
  },
  {
    rule: {
      ...{ id: 'gpu-row-remap-uncorrectable', severity: 'CRITICAL', documentation_url: documentation.memory },
      condition: 'Rows remapped for uncorrectable errors rose within half an hour.',
      not_when: 'Rows remapped long ago, or for errors that were corrected.',
      consequenceOf: [...memoryXids, 'gpu-row-remap-failure', 'gpu-ecc-double-bit'],
    },
    metrics: ['DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS'],
    ...{
      when: 'grew',
      specificity: 0.75,
      text: (count) => `remapped ${count} rows of memory for uncorrectable errors`,
    },
    remediation: (device) => [advice.cordon(device.node), advice.reset(device)],
  },
  {
    rule: {
      ...{
        id: 'gpu-page-retirement-pending',
        severity: 'MEDIUM',
        documentation_url: documentation.retirement,
      },
      condition: 'A page of memory is to be retired with the next reset (RETIRED_PENDING is 1).',
      not_when: 'Boards with row remapping (Ampere and later) retire no pages.',
      consequenceOf: [...memoryXids, 'gpu-ecc-double-bit'],
    },
    metrics: ['DCGM_FI_DEV_RETIRED_PENDING'],
    ...{ when: 'set', specificity: 0.5, text: () => 'waits for a reset to retire a bad page of memory' },
    remediation: (device) => [advice.cordon(device.node), advice.reset(device)],
  },
]

export const eccSignatures = (config: GpuConfig): Signature[] => [
  ...marks.map(signatureOf),
  singleBit(config),
]

function signatureOf({ rule, metrics, when, text, specificity, remediation }: Mark): Signature {
  return gpuSignature({
    ...{ ...rule, analyzer: 'gpu-memory' },
    // A counter is seen within half an hour of its rise; what is set stays until a reset.
    *check(history) {
      for (const device of devicesIn(history))
        for (const metric of metrics) {
          const sample = device.metrics.get(metric)
          if (!sample || valueOrNull(metric, sample.value) === null) continue
          const found = when === 'set' ? standing(history, sample) : grown(history, sample)
          if (!found) continue
          yield {
            ...at(device),
            title: `${spoken(device)} ${text(figure(found.count))}.`,
            ...{ sinceMs: found.sinceMs, specificity },
            evidence: [seen(device, sample, `${metric} is ${figure(sample.value)}`, history.now.timeMs)],
            remediation: remediation(device),
          }
          break
        }
    },
  })
}

type Found = { count: number; sinceMs: number }

const standing = (history: ReadingHistory, sample: Sample): Found | undefined =>
  sample.value > 0
    ? {
        count: sample.value,
        sinceMs: sinceOf(
          history,
          history.heldMs(sample, (value) => value > 0),
        ),
      }
    : undefined

/** By how much it rose, also where it was not there for half of the window; a count that is there when first seen is of the past. */
export function grown(history: ReadingHistory, sample: Sample, windowMs = growthMs): Found | undefined {
  let count = 0
  let sinceMs = Number.POSITIVE_INFINITY
  for (const { atMs, from, to } of history.changes(sample, windowMs)) {
    if (from === undefined || to <= from) continue
    count += to - from
    sinceMs = Math.min(sinceMs, atMs)
  }
  return count > 0 ? { count, sinceMs } : undefined
}

const singleBit = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-ecc-single-bit-rate', analyzer: 'gpu-memory', severity: 'LOW' },
    condition: `More than ${config.single_bit_errors_per_hour} corrected ECC errors an hour.`,
    not_when: 'Single ones: they are corrected and happen.',
    documentation_url: documentation.memory,
    consequenceOf: ['gpu-xid-92', ...memoryXids, 'gpu-ecc-double-bit'],
    *check(history) {
      for (const device of devicesIn(history)) {
        const sample = device.metrics.get('DCGM_FI_DEV_ECC_SBE_VOL_TOTAL')
        if (!sample || valueOrNull('DCGM_FI_DEV_ECC_SBE_VOL_TOTAL', sample.value) === null) continue
        const grownBy = history.increase(sample, growthMs) ?? 0
        const perHour = (grownBy * 60 * minute) / growthMs
        if (perHour <= config.single_bit_errors_per_hour) continue
        yield {
          ...at(device),
          title: `${spoken(device)} corrects ${figure(perHour)} memory errors an hour.`,
          ...{ sinceMs: history.now.timeMs - growthMs, specificity: 0.4 },
          evidence: [seen(device, sample, `${figure(grownBy)} in half an hour`, history.now.timeMs)],
          remediation: [
            advice.say('Watch it; with uncorrectable errors beside it the board is to be reset and tested.'),
            advice.describe(device.node),
          ],
        }
      }
    },
  })
