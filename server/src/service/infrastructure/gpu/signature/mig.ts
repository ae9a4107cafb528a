import { isoTime } from '../../../../kernel/clock.ts'
import type { Signature } from '../../signature/signature.ts'
import { devicesIn } from '../devices-in.ts'
import { metricOf } from '../gpu-device.ts'
import { indexOf } from '../placement.ts'
import {
  advice,
  at,
  documentation,
  gpuSignature,
  minute,
  nodeRef,
  seen,
  sinceOf,
  spoken,
} from '../sighting.ts'

const settleMs = 5 * minute

export const migSignatures = (): Signature[] => [undivided, offeredOtherwise, failed]

const undivided: Signature = gpuSignature({
  ...{ id: 'gpu-mig-undivided', analyzer: 'gpu-mig', severity: 'MEDIUM', openAfterMs: settleMs },
  condition: 'A GPU is in MIG mode and has no slice, for five minutes: nothing can run on it.',
  not_when: 'A GPU that is being divided. A divided GPU has no utilisation of its own; that is no fault.',
  documentation_url: documentation.mig,
  *check(history) {
    for (const device of devicesIn(history)) {
      const sample = device.metrics.get('DCGM_FI_DEV_MIG_MODE')
      if (!sample || metricOf(device, 'DCGM_FI_DEV_MIG_MODE') !== 1 || device.migs.size > 0) continue
      yield {
        ...at(device),
        title: `${spoken(device)} is in MIG mode and has no slices.`,
        ...{
          sinceMs: sinceOf(
            history,
            history.heldMs(sample, (value) => value === 1),
          ),
          specificity: 0.6,
        },
        evidence: [seen(device, sample, 'MIG mode on, no slices told of', history.now.timeMs)],
        remediation: [
          advice.describe(device.node),
          advice.say('Compare the label nvidia.com/mig.config of the node with what its MIG manager made.'),
        ],
      }
    }
  },
})

const offeredOtherwise: Signature = gpuSignature({
  ...{ id: 'gpu-mig-mismatch', analyzer: 'gpu-mig', severity: 'MEDIUM', kind: 'Node', openAfterMs: settleMs },
  condition:
    'A node offers another number of slices of a profile (nvidia.com/mig-…) than its GPUs have, for five minutes.',
  not_when:
    'Slices that are all offered as nvidia.com/gpu (strategy single); a node that is being divided anew.',
  documentation_url: documentation.mig,
  consequenceOf: ['gpu-mig-config-failed', 'gpu-exporter-gone'],
  *check(history) {
    const slices = new Map<string, Map<string, number>>()
    for (const { node, migs } of devicesIn(history))
      for (const { profile } of migs.values()) {
        const counts = slices.get(node) ?? new Map<string, number>()
        slices.set(node, counts.set(profile, (counts.get(profile) ?? 0) + 1))
      }
    for (const [node, counts] of slices) {
      const known = indexOf(history.inventory).nodes.get(node)
      const offered = Object.entries(known?.allocatable ?? {}).filter(([name]) =>
        name.startsWith('nvidia.com/mig-'),
      )
      if (offered.length === 0) continue
      const wrong = offered.filter(([name, count]) => (counts.get(profileOf(name)) ?? 0) !== count)
      for (const [profile, count] of counts)
        if (!offered.some(([name]) => profileOf(name) === profile))
          wrong.push([`nvidia.com/mig-${profile}`, -count])
      const [first] = wrong
      if (!first) continue
      const [name, count] = first
      yield {
        object: nodeRef(node),
        title: `${node} offers ${Math.max(0, count)} of ${name}, and its GPUs have ${counts.get(profileOf(name)) ?? 0}.`,
        ...{ sinceMs: undefined, specificity: 0.6 },
        evidence: wrong.slice(0, 8).map(([resource, given]) => ({
          ...{ kind: 'FIELD' as const, object: nodeRef(node), source: `status.allocatable["${resource}"]` },
          text: `${Math.max(0, given)} offered, ${counts.get(profileOf(resource)) ?? 0} there`,
          at: isoTime(history.now.timeMs),
        })),
        remediation: [
          advice.describe(node),
          advice.say('Restart the device plugin of the node once its GPUs are divided as wished.'),
        ],
      }
    }
  },
})

/** `nvidia.com/mig-1g.10gb.me` stands for the profile `1g.10gb+me`. */
const profileOf = (resource: string): string =>
  resource.slice('nvidia.com/mig-'.length).replace(/\.(me|gfx)(\.|$)/, '+$1$2')

const failed: Signature = gpuSignature({
  ...{ id: 'gpu-mig-config-failed', analyzer: 'gpu-mig', severity: 'HIGH', kind: 'Node' },
  condition:
    'The MIG manager says that it could not divide the node’s GPUs (label nvidia.com/mig.config.state is failed).',
  not_when: 'A division on its way (pending, rebooting).',
  documentation_url: documentation.mig,
  *check({ inventory, now }) {
    for (const { name, labels } of inventory.nodes) {
      if (labels['nvidia.com/mig.config.state'] !== 'failed') continue
      const wished = labels['nvidia.com/mig.config'] ?? 'unknown'
      yield {
        object: nodeRef(name),
        title: `GPUs of ${name} could not be divided as ${wished} says.`,
        ...{ sinceMs: undefined, specificity: 0.8 },
        evidence: [
          {
            ...{
              kind: 'FIELD',
              object: nodeRef(name),
              source: 'metadata.labels["nvidia.com/mig.config.state"]',
            },
            ...{ text: `failed, wished: ${wished}`, at: isoTime(now.timeMs) },
          },
        ],
        remediation: [
          advice.describe(name),
          advice.say(
            'A GPU in use cannot be divided: see who uses it, then look at the log of nvidia-mig-manager.',
          ),
        ],
      }
    }
  },
})
