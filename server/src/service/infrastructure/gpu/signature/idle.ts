import type { Sample } from '../../index.ts'
import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { type GpuDevice, metricOf } from '../gpu-device.ts'
import { ownerOf, type PodName } from '../placement.ts'
import { advice, at, documentation, figure, gpuSignature, minute, seen, spoken } from '../sighting.ts'

export const idleRule = 'gpu-idle-allocated'

/** Where any of these is told, utilisation is not asked: a waiting kernel makes it 100 %. Each 0 to 1. */
const activities = ['DCGM_FI_PROF_SM_ACTIVE', 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'DCGM_FI_PROF_DRAM_ACTIVE']
const residence = ['DCGM_FI_PROF_GR_ENGINE_ACTIVE']
const utilisation = ['DCGM_FI_DEV_GPU_UTIL']

export const idleSignature = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: idleRule, analyzer: 'gpu-use', severity: 'LOW' },
    condition: `A GPU or a slice of one is given to the same pod and does next to nothing (below ${config.idle_percent} %) for ${lengthOf(config.idle_minutes * minute)}, by SM, tensor and memory activity where told.`,
    not_when:
      'A GPU given to nobody; one that was given away a short while ago; utilisation of 100 % by a kernel that waits is no work.',
    documentation_url: documentation.exporter,
    *check(history) {
      for (const device of devicesIn(history)) {
        const [owner] = device.owners
        if (owner && device.owners.length === 1 && device.migs.size === 0)
          yield* idle(history, device, device, owner, config, undefined)
        for (const mig of device.migs.values())
          if (mig.owner) yield* idle(history, device, mig, mig.owner, config, mig.id)
      }
    },
  })

function* idle(
  history: ReadingHistory,
  device: GpuDevice,
  part: Pick<GpuDevice, 'metrics'>,
  owner: PodName,
  config: GpuConfig,
  slice: string | undefined,
): Generator<Sighting> {
  const told = toldOf(part)
  const dueMs = config.idle_minutes * minute
  let heldMs = Number.POSITIVE_INFINITY
  for (const sample of told) {
    const limit = sample.labels.__name__ === utilisation[0] ? config.idle_percent : config.idle_percent / 100
    heldMs = Math.min(
      heldMs,
      history.heldMs(sample, (value) => value < limit),
    )
    if (heldMs >= dueMs) heldMs = Math.min(heldMs, givenMs(history, sample, owner))
    if (heldMs < dueMs) return
  }
  if (told.length === 0) return
  yield {
    ...at(device),
    title: `${slice === undefined ? spoken(device) : `Slice ${slice} of ${spoken(device)}`} is given to ${owner.namespace}/${owner.pod} and has done next to nothing for ${lengthOf(heldMs)}.`,
    ...{ sinceMs: history.now.timeMs - heldMs, specificity: 0.35 },
    ...(slice === undefined ? {} : { discriminator: slice }),
    evidence: told.map((sample) =>
      seen(device, sample, `${sample.labels.__name__} is ${figure(sample.value)}`, history.now.timeMs),
    ),
    remediation: [
      advice.logs(owner),
      advice.say('Give the GPU back, or share it: by slices (MIG), by time, or with a queue.'),
    ],
  }
}

function toldOf(part: Pick<GpuDevice, 'metrics'>): Sample[] {
  for (const metrics of [activities, residence, utilisation]) {
    const told = metrics.flatMap((metric) => {
      const sample = part.metrics.get(metric)
      return sample && metricOf(part, metric) !== null ? [sample] : []
    })
    if (told.length > 0) return told
  }
  return []
}

/** How long it has been given to that pod without a break. */
function givenMs(history: ReadingHistory, sample: Sample, owner: PodName): number {
  let sinceMs = history.now.timeMs
  for (const { labels, fromMs } of [...history.owners(sample)].reverse()) {
    const then = ownerOf(labels, history.inventory)
    if (then?.pod !== owner.pod || then.namespace !== owner.namespace) break
    sinceMs = fromMs
  }
  return history.now.timeMs - sinceMs
}
